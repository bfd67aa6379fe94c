import sodium from "libsodium-wrappers";
import * as z from "zod";
import type { Answer, Asked } from "../support/stand-in.ts";

const Put = z.strictObject({
  encrypted_value: z.base64(),
  key_id: z.literal("568250167242549743"),
});
const refuse = (status: number, message: string): Answer => ({ status, body: { message } });
const SECRET = "/repos/contoso/nightly/actions/secrets/CLIENT_SECRET";

/** GitHub's secrets of a repository and of its environment `live` (docs.github.com/rest/actions/secrets). */
export async function githubStandIn(now = () => new Date()) {
  await sodium.ready;
  const keys = sodium.crypto_box_keypair();
  /** By path: what only jobs can read, and when it was written. */
  const stored = new Map<string, { readonly value: string; readonly at: string }>();
  const answer = ({ method, path, headers, body }: Asked): Answer => {
    if (headers.authorization !== "token github_pat_a") return refuse(401, "Bad credentials");
    const [, name] =
      /^\/repos\/contoso\/nightly\/(?:actions|environments\/live)\/secrets\/([\w-]+)$/.exec(path) ??
      [];
    if (name === undefined) return refuse(404, "Not Found");
    if (method === "GET" && name === "public-key") {
      const key = Buffer.from(keys.publicKey).toString("base64");
      return { status: 200, body: { key_id: "568250167242549743", key } };
    }
    const found = stored.get(path);
    if (method === "GET")
      return found
        ? { status: 200, body: { name, created_at: found.at, updated_at: found.at } }
        : refuse(404, "Not Found");
    if (method !== "PUT") return refuse(405, "Method Not Allowed");
    const written = Put.safeParse(body);
    if (!written.success) return refuse(422, "Bad request");
    const sealed = Buffer.from(written.data.encrypted_value, "base64");
    const opened = sodium.crypto_box_seal_open(sealed, keys.publicKey, keys.privateKey);
    // To the second, as GitHub tells it.
    const at = `${now().toISOString().slice(0, 19)}Z`;
    stored.set(path, { value: Buffer.from(opened).toString(), at });
    return found ? { status: 204 } : { status: 201, body: {} };
  };
  return { stored, answer, current: () => stored.get(SECRET)?.value };
}
