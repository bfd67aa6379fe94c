import { gzipSync } from "node:zlib";
import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Customer } from "../../../functions/edge/caller.ts";
import { parseCall } from "../../../functions/edge/parse-call.ts";
import type { RouteContract } from "../../../functions/edge/route.ts";

/** What a request is held against before anything is called. */

const ID = "aaaaaaaa-0000-4000-8000-000000000001";
const contract = (more: Partial<RouteContract> = {}): RouteContract => ({
  ...{ name: "things", operationId: "makeThing", method: "POST", path: "/things" },
  ...{ access: "clients.write", summary: "", description: "" },
  ...{ replies: { 201: { description: "" } }, problems: [] },
  ...more,
});
const taking = contract({
  body: z.strictObject({ displayName: z.string().max(5), tags: z.array(z.string()).optional() }),
});

interface Asked {
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly params?: Record<string, string>;
  readonly body?: string | Buffer;
}
const asked = ({ headers, query = {}, params = {}, body }: Asked = {}) =>
  new HttpRequest({
    ...{ url: "http://localhost/api/things", method: "POST", query, params },
    headers: {
      ...(body !== undefined && {
        "content-type": "application/json",
        "content-length": String(Buffer.byteLength(body)),
      }),
      ...headers,
    },
    ...(body !== undefined && { body: { bytes: Buffer.from(body) } }),
  });
const JSON_BODY = '{"displayName":"Ann"}';

const customer: Customer = {
  kind: "customer",
  subscription: "contoso",
  name: "Ann",
  actor: { kind: "customer" },
};
const operator = { kind: "operator", id: "olga", actor: { kind: "operator" } } as const;
const itself = (clientId: string) =>
  ({ kind: "client", subscription: "contoso", clientId, actor: { kind: "client" } }) as const;

const parse = (how: RouteContract, what: Asked = {}, caller?: Parameters<typeof parseCall>[2]) =>
  parseCall(how, asked(what), caller);
async function refusalOf(how: RouteContract, what: Asked = {}) {
  const parsed = await parse(how, what);
  return parsed.ok ? "none" : parsed.refusal;
}
async function parsedOf(how: RouteContract, what: Asked = {}) {
  const parsed = await parse(how, what);
  return parsed.ok ? parsed.value : expect.unreachable();
}
const wrong = (field: string, message: string) => ({
  reason: "invalid-request",
  errors: [{ field, message }],
});

describe("an id in the path", () => {
  test("is taken in any case, and names nothing when it is none", async () => {
    for (const name of ["id", "keyId", "credentialId"]) {
      const how = contract({ path: `/things/{${name}}` });
      expect(await parsedOf(how, { params: { [name]: ID.toUpperCase() } })).toMatchObject({
        ...{ id: "", keyId: "", credentialId: "", appId: "" },
        [name]: ID,
      });
      expect(await refusalOf(how, { params: { [name]: "no id" } })).toEqual({
        reason: "not-found",
      });
    }
    const how = contract({ path: "/register/{appId}" });
    expect(await parsedOf(how, { params: { appId: ID } })).toMatchObject({ appId: ID });
    expect(await refusalOf(how, { params: { appId: "" } })).toMatchObject({
      reason: "no-such-client",
    });
  });

  test("of a subscription is decoded, and is what a token may name", async () => {
    const how = contract({ path: "/subscriptions/{subscription}" });
    const named = await parsedOf(how, { params: { subscription: "a%2Fb%2f c" } });
    expect(named.subscription).toBe("a/b/ c");
    expect(await refusalOf(how, { params: { subscription: " a" } })).toMatchObject({
      errors: [{ field: "path.subscription" }],
    });
    expect((await parsedOf(contract(), { params: { subscription: " a" } })).subscription).toBe("");
  });
});

describe("a body", () => {
  test("is what its contract says, and everything wrong with it is told at once", async () => {
    expect((await parsedOf(taking, { body: JSON_BODY })).body).toEqual({ displayName: "Ann" });
    const body = '{"displayName":"too long","tags":["a",1],"more":2}';
    expect(await refusalOf(taking, { body, query: { limit: "1" } })).toEqual({
      reason: "invalid-request",
      errors: expect.arrayContaining([
        { field: "/displayName", message: expect.any(String) },
        { field: "/tags/1", message: expect.any(String) },
        { field: "/more", message: "is not known; leave it out" },
        { field: "query.limit", message: "is not known; leave it out" },
      ]),
    });
  });

  test("is not read where none is wanted", async () => {
    expect((await parsedOf(contract(), { body: "no JSON" })).body).toBeUndefined();
  });

  test("has a length, a type and a packing that are known", async () => {
    const typed = (type: string) => ({ body: JSON_BODY, headers: { "content-type": type } });
    const packed = (encoding: string, body: string | Buffer = JSON_BODY) => ({
      body,
      headers: { "content-encoding": encoding },
    });
    expect(await refusalOf(taking)).toEqual({ reason: "length-required" });
    const empty = { headers: { "content-length": "0", "content-type": "application/json" } };
    expect(await refusalOf(taking, empty)).toMatchObject(wrong("body", expect.any(String)));
    expect(await refusalOf(taking, typed("text/plain"))).toEqual({
      reason: "unsupported-media-type",
    });
    expect(await refusalOf(taking, typed("Application/JSON ; charset=utf-8"))).toBe("none");
    expect(await refusalOf(taking, packed("br"))).toEqual({
      reason: "unsupported-media-type",
      encoding: true,
    });
    for (const encoding of ["gzip", " X-GZIP "])
      expect(await refusalOf(taking, packed(encoding, gzipSync(JSON_BODY)))).toBe("none");
    expect(await refusalOf(taking, packed("identity"))).toBe("none");
    expect(await refusalOf(taking, packed("gzip"))).toEqual(
      wrong("body", "must be what its Content-Encoding says"),
    );
    const invalid = Buffer.from([0x22, 0xff, 0x22]);
    expect(await refusalOf(taking, { body: invalid })).toEqual(wrong("body", "must be UTF-8"));
  });

  test("is 16 KB at most, as it is told, sent and unpacked", async () => {
    const tooLarge = { reason: "body-too-large", limitBytes: 16_384 };
    const text = (bytes: number) => `"${"x".repeat(bytes - 2)}"`;
    const any = contract({ body: z.string() });
    expect(await refusalOf(any, { body: text(16_384) })).toBe("none");
    expect(await refusalOf(any, { body: text(16_385) })).toEqual(tooLarge);
    const told = { body: text(16_385), headers: { "content-length": "5" } };
    expect(await refusalOf(any, told)).toEqual(tooLarge);
    const larger = { body: "{}", headers: { "content-length": "16385" } };
    expect(await refusalOf(any, larger)).toEqual(tooLarge);
    const bomb = { body: gzipSync(text(16_385)), headers: { "content-encoding": "gzip" } };
    expect(await refusalOf(any, bomb)).toEqual(tooLarge);
  });
});

describe("a header", () => {
  const headers = { "if-match": '"1"', "idempotency-key": "key", prefer: "wait=5" };

  test("counts where the contract honours it, and nowhere else", async () => {
    const honoured = contract({ accepts: ["If-Match", "Idempotency-Key", "Prefer"] });
    expect(await parsedOf(honoured, { headers })).toMatchObject({
      ...{ ifMatch: '"1"', waitSeconds: 5, idempotency: { keyHash: expect.any(String) } },
    });
    for (const how of [contract(), contract({ accepts: [] })]) {
      const value = await parsedOf(how, { headers });
      for (const member of ["ifMatch", "waitSeconds", "idempotency"])
        expect(value).not.toHaveProperty(member);
    }
    const value = await parsedOf(honoured);
    for (const member of ["ifMatch", "waitSeconds", "idempotency"])
      expect(value).not.toHaveProperty(member);
  });

  test("that cannot be meant is refused", async () => {
    const how = contract({ accepts: ["If-Match", "Idempotency-Key"] });
    const refused = (name: string, value: string) => refusalOf(how, { headers: { [name]: value } });
    expect(await refused("if-match", "")).toEqual(wrong("header.If-Match", "must hold an ETag"));
    for (const key of ["a b", "", "x".repeat(256), "é"])
      expect(await refused("idempotency-key", key), key).toMatchObject({
        errors: [{ field: "header.Idempotency-Key" }],
      });
    expect(await refused("idempotency-key", "x".repeat(255))).toBe("none");
  });
});

test("a key is its holder's own, and stands for one request", async () => {
  const how = contract({
    ...{ path: "/things/{id}/{keyId}", accepts: ["Idempotency-Key"] },
    body: z.unknown(),
  });
  const key = async (
    caller: Parameters<typeof parseCall>[2],
    { name = how.name, id = ID, keyId = ID, body = JSON_BODY } = {},
  ) => {
    const what = { params: { id, keyId }, body, headers: { "idempotency-key": "same" } };
    const parsed = await parse({ ...how, name }, what, caller);
    return parsed.ok ? parsed.value.idempotency : expect.unreachable();
  };
  const own = await key(customer);
  expect(await key(customer)).toEqual(own);
  expect(await key(undefined)).toEqual(own);
  const holders = await Promise.all(
    [customer, operator, itself("a"), itself("b")].map((one) => key(one)),
  );
  expect(new Set(holders.map((one) => one?.keyHash)).size).toBe(4);
  const other = ID.replace("1", "2");
  for (const change of [{ name: "else" }, { id: other }, { keyId: other }, { body: "{}" }]) {
    const changed = await key(customer, change);
    expect(changed?.keyHash).toBe(own?.keyHash);
    expect(changed?.fingerprint).not.toBe(own?.fingerprint);
  }
});

test("an answer line by line is asked for by name, where the contract has it", async () => {
  const lines = contract({ replies: { 200: { description: "", asLines: "thing" } } });
  const asLines = async (how: RouteContract, accept?: string) =>
    (await parsedOf(how, accept === undefined ? {} : { headers: { accept } })).asLines;
  for (const accept of [
    "application/x-ndjson",
    "text/html, Application/X-NDJSON;q=0.9",
    "application/json, application/x-ndjson, */*;q=0.1",
    "application/json;q=0.5, application/x-ndjson;q=1.000",
  ])
    expect(await asLines(lines, accept), accept).toBe(true);
  for (const accept of [
    undefined,
    "application/json",
    "application/x-ndjson-else",
    "application/json, application/x-ndjson;q=0",
    "application/json, application/x-ndjson; profile=any; q=0.9",
    "application/x-ndjson;Q=0.5,application/json;q=0.501",
  ])
    expect(await asLines(lines, accept), accept).toBe(false);
  expect(await asLines(contract(), "application/x-ndjson")).toBe(false);
});

test("a parameter is parsed where there are any, and refused where there are none", async () => {
  const how = contract({ query: z.strictObject({ limit: z.coerce.number().max(9) }) });
  expect((await parsedOf(how, { query: { limit: "7" } })).query).toEqual({ limit: 7 });
  expect(await refusalOf(how, { query: { limit: "10" } })).toMatchObject({
    errors: [{ field: "query.limit" }],
  });
  expect((await parsedOf(contract())).query).toBeUndefined();
});
