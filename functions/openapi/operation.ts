import type { ZodType } from "zod";
import type { ProblemType } from "../edge/problem-types.ts";
import type { RouteContract } from "../edge/route.ts";
import type { securitySchemes } from "./about.ts";
import { exampleOf } from "./example.ts";
import { headersOf } from "./headers.ts";
import type { JsonSchema } from "./json-schema.ts";
import { oauthFailures } from "./oauth-answers.ts";
import { parameters } from "./parameters.ts";
import { failures } from "./problem-answers.ts";
import type { SchemaBook } from "./schema-book.ts";
import { tagOf } from "./tags.ts";

type SecuritySchemes = ReturnType<typeof securitySchemes>;
/** Whose token a route takes: the name of its security scheme. */
const WHO: Readonly<Record<RouteContract["access"], keyof SecuritySchemes | undefined>> = {
  public: undefined,
  operator: "operator",
  lookup: "application",
  self: "client",
  registration: "registration",
  "clients.read": "customer",
  "clients.write": "customer",
};

/** A route's contract as an operation of the document. */
export function operation(
  contract: RouteContract,
  book: SchemaBook,
  all: ReadonlySet<ProblemType>,
): Record<string, unknown> {
  const { operationId, summary, description, access, body } = contract;
  const who = WHO[access];
  return {
    operationId,
    summary,
    description,
    tags: [tagOf(contract.path)],
    security: who === undefined ? [] : [{ [who]: [] }],
    parameters: parameters(contract),
    ...(body && {
      requestBody: { required: true, content: media(book, book.refer(body, "input")) },
    }),
    responses: {
      ...successes(contract, book),
      ...(contract.errors === "oauth" ? oauthFailures(contract, book) : failures(contract, all)),
    },
    ...(access.startsWith("clients.") && { "x-required-scope": access }),
  };
}

const media = (book: SchemaBook, schema: JsonSchema) => ({
  "application/json": { schema, example: exampleOf(book, schema) },
});

const lines = (what: string, { example }: { readonly example: unknown }) => ({
  schema: {
    type: "string",
    maxLength: 4_194_304,
    description: `One ${what} as JSON on each line`,
  } satisfies JsonSchema,
  example: Object.values(example ?? {})
    .filter((member) => Array.isArray(member))
    .flat()
    .map((item) => `${JSON.stringify(item)}\n`)
    .join(""),
});

function content(book: SchemaBook, schema: () => ZodType, asLines: string | undefined) {
  const whole = media(book, book.refer(schema(), "output"));
  return {
    ...whole,
    ...(asLines && { "application/x-ndjson": lines(asLines, whole["application/json"]) }),
  };
}

function successes(contract: RouteContract, book: SchemaBook): Record<string, unknown> {
  const isRead = contract.method === "GET";
  const isKeyed = contract.accepts?.includes("Idempotency-Key") ?? false;
  const answers = Object.entries(contract.replies).map(
    ([status, { description, schema, asLines, headers = [] }]) => [
      status,
      {
        description,
        headers: headersOf([
          ...headers,
          ...(isRead ? (["ETag"] as const) : []),
          ...(isKeyed ? (["Idempotent-Replayed"] as const) : []),
          ...(asLines ? (["Link"] as const) : []),
        ]),
        ...(schema && { content: content(book, schema, asLines) }),
      },
    ],
  );
  const unchanged = { description: "Nothing has changed since", headers: headersOf(["ETag"]) };
  return { ...Object.fromEntries(answers), ...(isRead && { 304: unchanged }) };
}
