import * as z from "zod";
import type { Answer, Asked } from "../support/stand-in.ts";

const Secret = z.strictObject({
  apiVersion: z.literal("v1").optional(),
  kind: z.literal("Secret").optional(),
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string().optional() }),
  type: z.string(),
  data: z.record(z.string(), z.base64()),
});

const failure = (code: number, reason: string): Answer => ({
  status: code,
  body: { kind: "Status", apiVersion: "v1", status: "Failure", reason, code },
});

/** An API server's routes of one secret: read, create, replace under the version that was read. */
export function clusterStandIn() {
  const state = {
    stored: undefined as z.infer<typeof Secret> | undefined,
    /** What somebody else does between a read and a write. */
    meanwhile: (): void => undefined,
  };
  const version = () => Number(state.stored?.metadata.resourceVersion ?? 0);
  const store = (secret: z.infer<typeof Secret>) => {
    const metadata = {
      ...secret.metadata,
      namespace: "apps",
      resourceVersion: `${version() + 1}`,
    };
    state.stored = { ...secret, apiVersion: "v1", kind: "Secret", metadata };
    return state.stored;
  };
  const answer = ({ method, path, headers, body }: Asked): Answer => {
    if (headers.authorization !== "Bearer a-service-account") return failure(401, "Unauthorized");
    const base = "/api/v1/namespaces/apps/secrets";
    if (path === base && method === "POST") {
      state.meanwhile();
      if (state.stored) return failure(409, "AlreadyExists");
      return { status: 201, body: store(Secret.parse(body)) };
    }
    if (path !== `${base}/nightly` || !state.stored) return failure(404, "NotFound");
    if (method === "GET") return { status: 200, body: state.stored };
    if (method !== "PUT") return failure(405, "MethodNotAllowed");
    state.meanwhile();
    const replaced = Secret.parse(body);
    if (replaced.metadata.resourceVersion !== state.stored.metadata.resourceVersion)
      return failure(409, "Conflict");
    return { status: 200, body: store(replaced) };
  };
  const current = () => {
    const text = state.stored?.data["client-secret"];
    return text === undefined ? undefined : Buffer.from(text, "base64").toString();
  };
  return { state, store, answer, current };
}

/** As `KUBECONFIG` names one. The SDK speaks without TLS only to those who say so. */
export const kubeConfig = (server: string) => ({
  apiVersion: "v1",
  kind: "Config",
  clusters: [{ name: "here", cluster: { server, "insecure-skip-tls-verify": true } }],
  users: [{ name: "me", user: { token: "a-service-account" } }],
  contexts: [{ name: "now", context: { cluster: "here", user: "me" } }],
  "current-context": "now",
});
