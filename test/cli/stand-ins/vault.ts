import * as z from "zod";
import type { Answer, Asked } from "../support/stand-in.ts";

export const VAULT_TOKEN = "hvs.a-token";
const Written = z.strictObject({
  options: z.strictObject({ cas: z.int() }),
  data: z.record(z.string(), z.string()),
});

/** Key/value version 2 (developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2): read and create of the newest version. */
export function vaultStandIn() {
  const state = {
    /** Undefined for one that was deleted. */
    versions: [] as (Record<string, string> | undefined)[],
    /** What somebody else does between a read and a write. */
    meanwhile: (): void => undefined,
  };
  const answer = ({ method, path, headers, body }: Asked): Answer => {
    const { versions } = state;
    if (headers["x-vault-token"] !== VAULT_TOKEN)
      return { status: 403, body: { errors: ["permission denied"] } };
    if (path !== "/v1/kv/data/apps/nightly") return { status: 404, body: { errors: [] } };
    const version = versions.length;
    if (method === "GET") {
      const data = versions.at(-1);
      if (version === 0) return { status: 404, body: { errors: [] } };
      const metadata = {
        version,
        destroyed: false,
        deletion_time: data ? "" : "2026-11-01T00:00:00Z",
      };
      return { status: data ? 200 : 404, body: { data: { data: data ?? null, metadata } } };
    }
    if (method !== "POST" && method !== "PUT")
      return { status: 405, body: { errors: ["unsupported operation"] } };
    state.meanwhile();
    const written = Written.parse(body);
    if (written.options.cas !== versions.length)
      return {
        status: 400,
        body: { errors: ["check-and-set parameter did not match the current version"] },
      };
    versions.push(written.data);
    return { status: 200, body: { data: { version: versions.length } } };
  };
  return { state, answer, current: () => state.versions.at(-1)?.["client_secret"] };
}
