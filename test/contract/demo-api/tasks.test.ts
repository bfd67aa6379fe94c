import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DemoApi, startDemoApi } from "../../../infra/local/demo-api/start.ts";
import { close, listen } from "../../../infra/local/listen.ts";

const AUDIENCE = "51f41272-206b-4b2b-85de-1c5149762056";
const ISSUER = "https://issuer.example/v2.0/";

/** The smallest issuer there can be: a discovery document and a key. */
const issuer = createServer(async (request, response) => {
  const origin = `http://${request.headers.host}`;
  response.setHeader("content-type", "application/json");
  response.end(
    JSON.stringify(
      request.url === "/keys"
        ? { keys: [{ ...(await exportJWK(key.publicKey)), kid: "k1", alg: "RS256", use: "sig" }] }
        : { issuer: ISSUER, jwks_uri: `${origin}/keys` },
    ),
  );
});
const key = await generateKeyPair("RS256");

let api: DemoApi;

beforeAll(async () => {
  const port = await listen(issuer, 0);
  api = await startDemoApi({
    port: 0,
    metadataUrl: `http://127.0.0.1:${port}/.well-known/openid-configuration`,
    audience: AUDIENCE,
  });
});
beforeEach(() => api.reset());
afterAll(async () => {
  await api.stop();
  await close(issuer);
});

const sign = (claims: Record<string, unknown>, privateKey = key.privateKey) =>
  new SignJWT({
    iss: ISSUER,
    aud: AUDIENCE,
    azp: "client-1",
    scp: "api.read api.write",
    exp: Math.floor(Date.now() / 1000) + 60,
    ...claims,
  })
    .setProtectedHeader({ alg: "RS256", kid: "k1" })
    .sign(privateKey);

const call = (token: string | undefined, init: RequestInit = {}) =>
  fetch(`${api.origin}/tasks`, {
    ...init,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const create = (token: string, body = '{"title":"Buy milk"}') =>
  call(token, { method: "POST", body });

describe("with a good token", () => {
  it("creates and lists the client's own tasks", async () => {
    const token = await sign({});
    const created = await create(token);
    expect(created.status).toBe(201);
    const task = await created.json();
    expect(await (await call(token)).json()).toEqual({ items: [task] });
    const other = await sign({ azp: "client-2" });
    expect(await (await call(other)).json()).toEqual({ items: [] });
  });

  it("takes an Entra token, whose grants are in roles", async () => {
    const token = await sign({ scp: undefined, azp: undefined, appid: "c", roles: ["api.read"] });
    expect((await call(token)).status).toBe(200);
  });

  it("refuses a task without a title", async () => {
    expect((await create(await sign({}), "{}")).status).toBe(400);
  });
});

it("asks for a token when there is none", async () => {
  const response = await call(undefined);
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toBe('Bearer realm="tasks"');
});

it.each([
  ["another audience", { aud: "00000000-0000-4000-8000-000000000000" }],
  ["another issuer", { iss: "https://evil.example/" }],
  ["a time that is over", { exp: 1_700_000_000 }],
  ["no time of expiry", { exp: undefined }],
  ["no client", { azp: undefined }],
])("answers 401 to a token with %s", async (_what, claims) => {
  const response = await call(await sign(claims));
  expect(response.status).toBe(401);
  expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
  expect(response.headers.get("content-type")).toBe("application/problem+json");
});

it("answers 401 to another's signature", async () => {
  const other = await generateKeyPair("RS256");
  expect((await call(await sign({}, other.privateKey))).status).toBe(401);
});

it.each([
  ["GET", "api.write", "api.read"],
  ["POST", "api.read", "api.write"],
])("answers 403 to %s with only %s", async (method, scp, missing) => {
  const response = await call(await sign({ scp }), { method });
  expect(response.status).toBe(403);
  expect(response.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  expect(await response.json()).toMatchObject({ detail: `The token lacks ${missing}.` });
});

it("answers 403 to a token without any grant, as a client without consent has it", async () => {
  expect((await call(await sign({ scp: undefined }))).status).toBe(403);
});
