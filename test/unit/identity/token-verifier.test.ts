import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, SignJWT } from "jose";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { tokenVerifier } from "../../../shared/adapters/identity/token-verifier.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";

/** What an issuer answers with 200 and is not what was asked for. */

const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const KEYS = { keys: [{ ...(await exportJWK(publicKey)), kid: "k", alg: "RS256", use: "sig" }] };

/** @param answers the two documents; metadata is what it should be where none is given */
async function verifierOf(answers: { metadata?: string; keys: string }) {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    const metadata = answers.metadata ?? JSON.stringify({ jwks_uri: `${origin}/keys` });
    response.setHeader("content-type", "application/json");
    response.end(url === "/keys" ? answers.keys : metadata);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const policy = { issuer: origin, audience: "api", metadataUrl: `${origin}/metadata` };
  const token = await new SignJWT({})
    .setProtectedHeader({ alg: "RS256", kid: "k" })
    .setIssuer(origin)
    .setAudience("api")
    .setIssuedAt()
    .setExpirationTime("1h")
    .sign(privateKey);
  return { verify: tokenVerifier(policy), token, asked };
}

test("an issuer's keys verify its tokens, and are asked for once", async () => {
  const { verify, token, asked } = await verifierOf({ keys: JSON.stringify(KEYS) });
  await verify.ready();
  expect(await verify(token)).toMatchObject({ aud: "api" });
  expect(await verify(token)).toMatchObject({ aud: "api" });
  expect(asked).toEqual(["/metadata", "/keys"]);
});

describe.each([
  ["metadata that names no keys", { metadata: "{}", keys: JSON.stringify(KEYS) }],
  ["metadata that is a page", { metadata: "<html>", keys: JSON.stringify(KEYS) }],
  ["keys that are no key set", { keys: "{}" }],
  ["keys that are null", { keys: '{"keys":null}' }],
  ["no keys at all", { keys: '{"keys":[]}' }],
  ["keys that are a page", { keys: "<html>" }],
])("an issuer that answers %s", (_, answers) => {
  test("refuses no token for it, and is not asked by each of them", async () => {
    const { verify, token, asked } = await verifierOf(answers);
    // Within the pause after a failure, however long the machine takes.
    const now = performance.now();
    vi.spyOn(performance, "now").mockReturnValue(now);
    onTestFinished(() => void vi.restoreAllMocks());
    for (let at = 0; at < 5; at += 1)
      await expect(verify(token)).rejects.toBeInstanceOf(RemoteUnavailable);
    expect(asked.length).toBeLessThanOrEqual(2);
    await expect(verify.ready()).rejects.toBeInstanceOf(RemoteUnavailable);
  });
});
