import { generateKeyPair } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type DemoApi, startDemoApi } from "../../../infra/local/demo-api/start.ts";
import { openWorld, told } from "./world.ts";

let world: Awaited<ReturnType<typeof openWorld>>;
let api: DemoApi;
let opened = 0;

beforeAll(async () => {
  world = await openWorld();
  api = await startDemoApi({
    ...world.options,
    port: 0,
    openEvents: () => {
      opened += 1;
      return { receiver: world.options.events, close: async () => undefined };
    },
  });
  world.clients.set("client-1", told());
  world.clients.set("client-2", told({ id: "id-2" }));
  world.clients.set("client-3", told({ id: "id-3", subscription: "fabrikam" }));
});
beforeEach(() => api.reset());
afterAll(async () => {
  await api.stop();
  await world.stop();
});

const sign: typeof world.sign = (...given) => world.sign(...given);

const call = (token: string | undefined, init: RequestInit = {}) =>
  fetch(`${api.origin}/tasks`, {
    ...init,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

const create = (token: string, body = '{"title":"Buy milk"}') =>
  call(token, { method: "POST", body });

describe("with a good token", () => {
  it("creates and lists the customer's own tasks, for each client of theirs and nobody else's", async () => {
    const token = await sign({});
    const created = await create(token);
    expect(created.status).toBe(201);
    const task = await created.json();
    expect(await (await call(token)).json()).toEqual({ items: [task] });
    const [second, foreign] = [await sign({ azp: "client-2" }), await sign({ azp: "client-3" })];
    expect(await (await call(second)).json()).toEqual({ items: [task] });
    expect(await (await call(foreign)).json()).toEqual({ items: [] });
    expect(opened).toBe(1);
  });

  it("takes an Entra token, whose grants are in roles", async () => {
    const token = await sign({
      scp: undefined,
      azp: undefined,
      appid: "client-1",
      roles: ["api.read"],
    });
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

it("answers 403 to a client that is nobody's", async () => {
  expect((await call(await sign({ azp: "somebody-else" }))).status).toBe(403);
});

it("answers 503 with a pause while it cannot be found out whose the client is", async () => {
  world.seen.away = true;
  const response = await call(await sign({ azp: "client-4" }));
  world.seen.away = false;

  expect([response.status, response.headers.get("retry-after")]).toEqual([503, "5"]);
});
