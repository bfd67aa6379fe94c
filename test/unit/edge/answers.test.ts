import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { corsHeaders, preflightHeaders } from "../../../functions/edge/cors.ts";
import { bestEncoding } from "../../../functions/edge/encoding.ts";
import { methodsAt, methodsOf } from "../../../functions/edge/methods.ts";
import { sharedDocument } from "../../../functions/edge/shared-document.ts";
import { toResponse, validated } from "../../../functions/edge/to-response.ts";
import { etagOf, isKnown } from "../../../functions/edge/validator.ts";

/** What an answer is before it goes over the wire. */

const asking = (headers: Record<string, string> = {}, method: "GET" | "HEAD" | "PATCH" = "GET") =>
  new HttpRequest({ url: "http://localhost/api/clients", method, headers });

describe("who may read an answer from a page", () => {
  test("is an origin that is listed, and no other", () => {
    expect(corsHeaders([], "https://a.example")).toEqual({});
    expect(corsHeaders(["https://a.example"], null)).toEqual({ vary: "Origin" });
    expect(corsHeaders(["https://a.example"], "https://b.example")).toEqual({ vary: "Origin" });
    expect(corsHeaders(["https://a.example"], "https://a.example")).toEqual({
      "access-control-allow-origin": "https://a.example",
      "access-control-expose-headers": expect.stringContaining("Retry-After"),
      vary: "Origin",
    });
  });

  test("is told at a preflight what it may send", () => {
    expect(preflightHeaders(["https://a.example"], "https://b.example")).toEqual({
      vary: "Origin",
    });
    expect(preflightHeaders(["https://a.example"], "https://a.example")).toMatchObject({
      "access-control-allow-origin": "https://a.example",
      "access-control-allow-methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
      "access-control-allow-headers": expect.stringContaining("Idempotency-Key"),
      "access-control-max-age": "3600",
    });
  });
});

describe("the methods of an address", () => {
  const routes = [
    { method: "GET", path: "/clients/{id}" },
    { method: "PATCH", path: "/clients/{id}" },
    { method: "POST", path: "/clients" },
  ] as const;

  test("are those of its routes, HEAD beside GET, and OPTIONS", () => {
    expect(methodsAt(routes, "/clients/1")).toEqual(["GET", "HEAD", "PATCH", "OPTIONS"]);
    expect(methodsAt(routes, "/clients/")).toEqual(["POST", "OPTIONS"]);
    expect(methodsOf({ method: "DELETE" })).toEqual(["DELETE"]);
  });

  test("are none where there is nothing", () => {
    for (const path of ["/", "/clients/1/secrets", "/consents", "/consents/1"])
      expect(methodsAt(routes, path), path).toEqual([]);
  });
});

test.each([
  [null, "identity"],
  ["", "identity"],
  ["gzip", "gzip"],
  ["gzip, deflate, br", "br"],
  ["GZIP;q=0.5 , br;q=0", "gzip"],
  ["br ; q=0.000,gzip; q=0.0", "identity"],
  ["br;q=0.01", "br"],
  ["deflate", "identity"],
] as const)("of %j the smallest form that is taken is %s", (accept, best) => {
  expect(bestEncoding(accept)).toBe(best);
});

test("a header of blanks, which anybody may send, takes no longer than its length", () => {
  const began = performance.now();

  expect(bestEncoding(`gzip${" ".repeat(100_000)}x`)).toBe("identity");

  // Looked at from each blank to the last, these took a quarter of a minute, and the 16 KiB that a server lets through a third of a second.
  expect(performance.now() - began).toBeLessThan(2_000);
});

describe("an ETag", () => {
  test("holds the revision and a digest of what is shown, as far as there are any", () => {
    expect(etagOf("7", undefined)).toBe('"7"');
    expect(etagOf(undefined, "shown")).toMatch(/^"[\w-]{16}"$/);
    expect(etagOf("7", "shown")).toMatch(/^"7\.[\w-]{16}"$/);
    expect(etagOf("7", "shown")).not.toBe(etagOf("7", "other"));
  });

  test("is known again in a list, weak, or by a star", () => {
    for (const sent of ['"a"', ' W/"a" ', '"b", "a"', '"b",W/"a"', " * "])
      expect(isKnown(sent, '"a"'), sent).toBe(true);
    for (const sent of [null, "", '"b"', 'xW/"a"', "a", "**"])
      expect(isKnown(sent, '"a"'), String(sent)).toBe(false);
  });
});

describe("an answer under an ETag", () => {
  const shown = { status: 200, body: { name: "Ann" } };
  const etag = etagOf(undefined, JSON.stringify(shown.body));

  test("of a read is not repeated to whoever has it", () => {
    expect(validated(asking(), shown)).toEqual({ ...shown, headers: { etag } });
    for (const method of ["GET", "HEAD"] as const)
      expect(validated(asking({ "if-none-match": etag }, method), shown)).toEqual({
        status: 304,
        headers: { etag },
      });
    expect(validated(asking({ "if-none-match": '"other"' }), shown).status).toBe(200);
  });

  test("of a change names its revision, and is given whatever the caller has", () => {
    const changed = { ...shown, revision: "8" };
    const own = etagOf("8", JSON.stringify(shown.body));
    const asked = asking({ "if-none-match": own }, "PATCH");
    expect(validated(asked, changed)).toEqual({ ...changed, headers: { etag: own } });
    expect(validated(asked, shown)).toEqual(shown);
    expect(validated(asking(), { status: 404, body: {} })).toEqual({ status: 404, body: {} });
  });

  test("of a text is that of the text, and its own headers win", () => {
    const lines = { status: 200, text: "a\nb\n", headers: { etag: '"own"' } };
    expect(validated(asking(), lines).headers).toEqual({ etag: '"own"' });
    const { headers } = validated(asking(), { status: 200, text: "a" });
    expect(headers).toEqual({ etag: etagOf(undefined, "a") });
  });
});

describe("a response", () => {
  const SAFE = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
  };

  test("is JSON where there is a body, is kept by no cache and runs nothing", () => {
    expect(toResponse({ status: 200, body: { a: 1 } }, { "request-id": "r" })).toEqual({
      status: 200,
      headers: { ...SAFE, "content-type": "application/json", "request-id": "r" },
      body: '{"a":1}',
    });
    expect(toResponse({ status: 204 }, {})).toEqual({ status: 204, headers: SAFE });
  });

  test("says that it was given before, and its route has the last word", () => {
    const reply = {
      ...{ status: 200, text: "lines", replayed: true },
      headers: { "cache-control": "private", "content-type": "text/plain" },
    };
    expect(toResponse(reply, { "content-type": "of all" })).toEqual({
      status: 200,
      headers: { ...SAFE, ...reply.headers, "idempotent-replayed": "true" },
      body: "lines",
    });
    expect(toResponse({ status: 204, replayed: false }, {}).headers).toEqual(SAFE);
  });
});

test("a document for all is packed once for each encoding, under an ETag of each", async () => {
  const answer = sharedDocument();
  const plain = await answer(asking(), "text");
  const packed = await answer(asking({ "accept-encoding": "gzip" }), "text");
  const again = await answer(asking({ "accept-encoding": "gzip" }), "text");
  const tags = [plain, packed].map(({ headers }) => new Headers(headers).get("etag"));
  expect(tags).toEqual([etagOf(undefined, "text"), etagOf("gzip", "text")]);
  expect(plain.headers).not.toHaveProperty("content-encoding");
  expect(plain.headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "ETag, Request-Id",
    "cache-control": "public, max-age=300",
    "cross-origin-resource-policy": "cross-origin",
    vary: "Accept-Encoding",
  });
  expect(packed.headers).toMatchObject({ "content-encoding": "gzip" });
  expect(plain.body).toEqual(Buffer.from("text"));
  if (!(packed.body instanceof Uint8Array)) return expect.unreachable();
  expect(gunzipSync(packed.body).toString()).toBe("text");
  expect(again.body).toBe(packed.body);
  const { body } = await answer(asking({ "accept-encoding": "br" }), "text");
  if (!(body instanceof Uint8Array)) return expect.unreachable();
  expect(brotliDecompressSync(body).toString()).toBe("text");
  const known = { "accept-encoding": "gzip", "if-none-match": tags[1] ?? "" };
  expect(await answer(asking(known), "text")).toEqual({
    status: 304,
    headers: expect.objectContaining({ etag: tags[1] }),
  });
});
