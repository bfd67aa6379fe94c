import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { exportJWK, SignJWT } from "jose";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { tokenVerifier } from "../../../shared/adapters/identity/token-verifier.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";

/** What an issuer answers that is asked for its keys, and what becomes of the tokens that wait for them. */

const PAIRS = { k: pairOf(), next: pairOf() };
type Kid = keyof typeof PAIRS;
function pairOf() {
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}
const keySet = async (...kids: Kid[]) => {
  const jwk = async (kid: Kid) => ({ ...(await exportJWK(PAIRS[kid].publicKey)), kid });
  return JSON.stringify({ keys: await Promise.all(kids.map(jwk)) });
};
const KEYS = await keySet("k");
const HOUR_MS = 3_600_000;
const COOLDOWN_MS = 31_000;

/** An answer 200 with this text, or whatever else is done to who asks. */
type Answer = string | ((response: ServerResponse) => void);
const give = (answer: Answer, response: ServerResponse) => {
  response.setHeader("content-type", "application/json");
  if (typeof answer === "string") response.end(answer);
  else answer(response);
};

/** Time stands still and is passed on by hand: within the pause after a failure it stays, however long the machine takes. */
let now: number;
let waited: { readonly ms: number; readonly controller: AbortController }[];
/** Nothing is answered: the time that is waited for an answer is over. */
const silence = () => {
  expect(waited.some(({ ms }) => ms <= 5_000)).toBe(true);
  for (const { controller } of waited)
    controller.abort(new DOMException("The time is over", "TimeoutError"));
};
beforeEach(() => {
  now = Date.now();
  vi.spyOn(Date, "now").mockImplementation(() => now);
  vi.spyOn(performance, "now").mockImplementation(() => now);
  waited = [];
  vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => {
    const controller = new AbortController();
    waited.push({ ms, controller });
    return controller.signal;
  });
  onTestFinished(() => void vi.restoreAllMocks());
});

/** @param answers of each path; metadata that names `/keys` where none is given */
async function verifierOf(answers: Record<string, Answer>) {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    give(answers[url] ?? JSON.stringify({ jwks_uri: `${origin}/keys` }), response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const policy = { issuer: origin, audience: "api", metadataUrl: `${origin}/metadata` };
  const tokenOf = (kid: string) =>
    new SignJWT({})
      .setProtectedHeader({ alg: "RS256", kid })
      .setIssuer(origin)
      .setAudience("api")
      .setIssuedAt()
      .setExpirationTime("3h")
      .sign(PAIRS[kid === "next" ? kid : "k"].privateKey);
  return { verify: tokenVerifier(policy), token: await tokenOf("k"), tokenOf, asked, origin };
}

test("an issuer's keys verify its tokens, and are asked for once", async () => {
  const { verify, token, asked } = await verifierOf({ "/keys": KEYS });
  await verify.ready();
  expect(await verify(token)).toMatchObject({ aud: "api" });
  expect(await verify(token)).toMatchObject({ aud: "api" });
  expect(asked).toEqual(["/metadata", "/keys"]);
});

/** Each of them is no answer to what was asked. */
const NO_ANSWERS: readonly (readonly [string, Answer])[] = [
  ["an empty object", "{}"],
  ["a page", "<html>"],
  ["nothing, ever", silence],
  ["404", (response) => response.writeHead(404).end("{}")],
  ["503", (response) => response.writeHead(503).end("{}")],
  ["a connection that is closed", (response) => response.destroy()],
  [
    "half of it",
    (response) => response.writeHead(200).write(KEYS.slice(0, 20), () => response.destroy()),
  ],
];
const padded = (text: string): string => text + " ".repeat(2_000_000);

describe.each([
  ...NO_ANSWERS.map(
    ([what, answer]) => [what, "metadata", { "/metadata": answer, "/keys": KEYS }] as const,
  ),
  ...NO_ANSWERS.map(([what, answer]) => [what, "keys", { "/keys": answer }] as const),
  ["two megabytes", "keys", { "/keys": padded(KEYS) }] as const,
  ["null", "keys", { "/keys": '{"keys":null}' }] as const,
  ["none", "keys", { "/keys": '{"keys":[]}' }] as const,
  ["what are none", "keys", { "/keys": '{"keys":[null]}' }] as const,
])("an issuer that answers %s for its %s", (_, __, answers) => {
  test("refuses no token for it, and is not asked by each of them", async () => {
    const { verify, token, asked } = await verifierOf(answers);
    for (let at = 0; at < 5; at += 1)
      await expect(verify(token)).rejects.toBeInstanceOf(RemoteUnavailable);
    expect(asked.length).toBeLessThanOrEqual(2);
    await expect(verify.ready()).rejects.toBeInstanceOf(RemoteUnavailable);
  });
});

test("metadata of two megabytes is none", async () => {
  const answers: Record<string, Answer> = { "/keys": KEYS };
  const { verify, token, origin } = await verifierOf(answers);
  answers["/metadata"] = padded(JSON.stringify({ jwks_uri: `${origin}/keys` }));
  await expect(verify(token)).rejects.toBeInstanceOf(RemoteUnavailable);
});

describe("an issuer that has moved its keys", () => {
  test.each<readonly [string, Answer]>([["the old ones", KEYS], ...NO_ANSWERS])(
    "and answers %s where they were: its tokens are good",
    async (_, answer) => {
      const answers: Record<string, Answer> = { "/keys": KEYS };
      const { verify, token, tokenOf, asked, origin } = await verifierOf(answers);
      expect(await verify(token)).toBeDefined();
      answers["/keys"] = answer;
      answers["/moved"] = await keySet("next");
      answers["/metadata"] = JSON.stringify({ jwks_uri: `${origin}/moved` });

      now += COOLDOWN_MS;
      expect(await verify(await tokenOf("next"))).toMatchObject({ aud: "api" });
      now += HOUR_MS;
      expect(await verify(await tokenOf("next"))).toMatchObject({ aud: "api" });
      expect(asked.slice(2)).toEqual(["/metadata", "/moved", "/metadata", "/moved"]);
    },
  );

  test("is asked no more often by tokens with invented keys", async () => {
    const { verify, token, tokenOf, asked } = await verifierOf({ "/keys": KEYS });
    expect(await verify(token)).toBeDefined();
    now += COOLDOWN_MS;
    for (const kid of ["a", "b", "c"]) expect(await verify(await tokenOf(kid))).toBeUndefined();
    expect(asked).toEqual(["/metadata", "/keys", "/metadata", "/keys"]);
  });
});

test.each<readonly [string, Answer]>([...NO_ANSWERS, ["two megabytes", padded("{}")]])(
  "an issuer that answers %s, asked again where its keys are, has them where they were",
  async (_, answer) => {
    const answers: Record<string, Answer> = { "/keys": KEYS };
    const { verify, token } = await verifierOf(answers);
    expect(await verify(token)).toBeDefined();
    answers["/metadata"] = answer;
    now += HOUR_MS;
    expect(await verify(token)).toMatchObject({ aud: "api" });
  },
);

test("an issuer that takes its time is waited for", async () => {
  const answers: Record<string, Answer> = {
    "/keys": (response) => void setTimeout(() => response.end(KEYS), 20),
  };
  const { verify, token } = await verifierOf(answers);
  expect(await verify(token)).toMatchObject({ aud: "api" });
});
