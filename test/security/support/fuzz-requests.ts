import fc, { type Arbitrary } from "fast-check";
import * as z from "zod";
import { anyText } from "../../support/any-text.ts";
import type { OpenApiDocument } from "../../support/openapi-check.ts";
import { badBodies } from "./bodies.ts";
import { valuesOf } from "./schema-arbitrary.ts";

/**
 * Requests for every operation of the OpenAPI document: right ones, and right ones with one or more things wrong. Ids, ETags and
 * cursors that the service has given out are named by a number here and looked up when the request is sent, so that a
 * counterexample can be printed and shrunk.
 */
export interface FuzzRequest {
  readonly operationId: string;
  readonly method: string;
  readonly template: string;
  readonly token: (typeof tokens)[number];
  readonly path: Readonly<Record<string, Value>>;
  readonly query: readonly (readonly [string, Value])[];
  readonly headers: Readonly<Record<string, Value>>;
  /** The body as text. */
  readonly body: string | undefined;
}
/** `reader` lacks the scope to write, `stray` the subscription, `guest` the role; `registrant` is a client that has registered itself. */
const tokens = [
  "ann",
  "bob",
  "olga",
  "reader",
  "stray",
  "guest",
  "none",
  "garbage",
  "registrant",
] as const;
/** A text, or the n-th id, secret, ETag or cursor seen so far. */
export type Value =
  | string
  | { readonly seen: "id" | "keyId" | "etag" | "cursor"; readonly at: number };

const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  required: z.boolean().optional(),
  schema: z.looseObject({}),
});
type Parameter = z.infer<typeof Parameter>;

const seen = (what: "id" | "keyId" | "etag" | "cursor"): Arbitrary<Value> =>
  fc.record({ seen: fc.constant(what), at: fc.nat(200) });
const weighted = <T>(...pairs: [number, Arbitrary<T>][]): Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, arbitrary]) => ({ weight, arbitrary })));

/** Fetch takes Latin-1 in a header and trims it; a lone line break never leaves a client. */
const headerText = fc.stringMatching(
  /^[\x21-\x7e\xa1-\xff]([\x20-\x7e\xa1-\xff]{0,40}[\x21-\x7e])?$/,
);
/** `.` and `..` are taken out of a path before it leaves; so is an empty segment. */
const segment = anyText(40, 1).filter((text) => !/^\.{1,2}$/.test(text) && text.isWellFormed());

const path = (name: string): Arbitrary<Value> =>
  weighted<Value>([10, seen(name === "keyId" ? "keyId" : "id")], [2, fc.uuid()], [1, segment]);

function query(document: OpenApiDocument, parameters: readonly Parameter[]) {
  const known = parameters.map(({ name, schema }) => {
    const values = valuesOf(document, schema).map(String);
    const good: Arbitrary<Value> =
      name === "cursor" ? weighted([4, seen("cursor")], [1, values]) : values;
    return fc.tuple(fc.constant(name), good);
  });
  const unknown = fc.tuple(anyText(12), fc.string({ maxLength: 20 }));
  const one: Arbitrary<readonly [string, Value]> =
    known.length > 0 ? weighted([8, fc.oneof(...known)], [1, unknown]) : unknown;
  return weighted(
    [known.length > 0 ? 2 : 8, fc.constant<(readonly [string, Value])[]>([])],
    [1, fc.array(one, { maxLength: 3 })],
  );
}

function headers(parameters: readonly Parameter[]): Arbitrary<Record<string, Value>> {
  const values: Record<string, Arbitrary<Value>> = {
    "Idempotency-Key": weighted<Value>(
      [4, fc.uuid()],
      [2, fc.nat(20).map((key) => `key-${key}`)],
      [1, headerText],
      [1, fc.constantFrom("k".repeat(255), "k".repeat(256))],
    ),
    "If-Match": weighted<Value>([4, seen("etag")], [1, fc.constant("*")], [1, headerText]),
  };
  const known = Object.fromEntries(
    parameters.map(({ name }) => [name, values[name] ?? headerText] as const),
  );
  const odd = {
    Accept: fc.constantFrom("*/*", "text/html", "application/xml", ""),
    Origin: fc.constantFrom("null", "https://evil.example"),
    "X-Forwarded-For": headerText,
    "content-type": weighted<Value>(
      [12, fc.constant("application/json")],
      [1, fc.constantFrom("text/plain", "application/json; charset=utf-16", "application/x-json")],
    ),
    "X-HTTP-Method-Override": fc.constantFrom("DELETE", "GET"),
    traceparent: fc.constantFrom("00-0-0-0", `00-${"a".repeat(32)}-${"b".repeat(16)}-01`),
  };
  return fc
    .record({ ...known, ...odd } as Record<string, Arbitrary<Value>>, { requiredKeys: [] })
    .map((values) =>
      Object.fromEntries(
        Object.entries(values).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        ),
      ),
    );
}

function body(document: OpenApiDocument, schema: unknown): Arbitrary<string> {
  const good = valuesOf(document, schema);
  const spoilt = fc
    .tuple(good, fc.jsonValue(), fc.nat(3), fc.string({ maxLength: 12 }))
    .map(([value, junk, how, name]) => {
      const fields = Object.entries(typeof value === "object" && value !== null ? value : {});
      if (how === 0) return junk;
      if (how === 1) return Object.fromEntries(fields.slice(1));
      if (how === 2) return Object.fromEntries([...fields, [name, junk]]);
      return Object.fromEntries(fields.map(([key]) => [key, junk]));
    });
  const bad = Object.values(badBodies).filter((text) => typeof text === "string");
  return weighted(
    [12, good.map((value) => JSON.stringify(value))],
    [4, spoilt.map((value) => JSON.stringify(value))],
    [1, fc.constantFrom(...bad)],
    [1, anyText(60)],
    [1, good.map((value) => `${" ".repeat(16_384)}${JSON.stringify(value)}`)],
  );
}

function ownerOf(template: string): FuzzRequest["token"] {
  if (template.startsWith("/api/register/")) return "registrant";
  return template.startsWith("/api/admin") ? "olga" : "ann";
}

export function fuzzRequests(document: OpenApiDocument): Arbitrary<FuzzRequest> {
  const operations = Object.entries(document.paths).flatMap(([template, byMethod]) =>
    Object.entries(byMethod).map(([method, operation]) => {
      const parameters = z.array(Parameter).parse(operation["parameters"] ?? []);
      const of = (place: Parameter["in"]) => parameters.filter((one) => one.in === place);
      const own = ownerOf(template);
      const schema = operation.requestBody?.content["application/json"]?.schema;
      const request: Arbitrary<FuzzRequest> = fc.record({
        operationId: fc.constant(operation.operationId),
        method: fc.constant(method.toUpperCase()),
        template: fc.constant(template),
        token: weighted([16, fc.constant(own)], [1, fc.constantFrom(...tokens)]),
        path: fc.record(Object.fromEntries(of("path").map(({ name }) => [name, path(name)]))),
        query: query(document, of("query")),
        headers: headers(of("header")),
        body: schema ? body(document, schema) : fc.constant(undefined),
      });
      // Documents and health have little to get wrong.
      return {
        weight: template.includes("{") || template === "/api/clients" ? 6 : 1,
        arbitrary: request,
      };
    }),
  );
  return fc.oneof(...operations);
}
