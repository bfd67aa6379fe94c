import * as z from "zod";
import { done } from "../../shared/base/outcome.ts";
import { problemUri } from "../edge/problem.ts";
import { type ProblemType, problemTypes } from "../edge/problem-types.ts";
import { type RouteContract, route } from "../edge/route.ts";
import { ConsentItemShape } from "./admin-shapes.ts";

/** OpenAPI 3.1, from the very contracts and schemas that requests and answers are held against. */

const SCHEMAS = "#/components/schemas/";

export const Problem = z
  .object({
    type: z.string().describe("What kind of problem; stable"),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("What to change"),
    instance: z.string().describe("This occurrence; quote it to support"),
    errors: z.array(z.strictObject({ field: z.string(), message: z.string() })).optional(),
    limit: z.int().optional(),
    keyId: z.string().optional(),
    state: z.string().optional(),
    consent: ConsentItemShape.optional().describe("The consent as it is now"),
    secrets: z
      .array(
        z.strictObject({
          keyId: z.string(),
          displayName: z.string(),
          hint: z.string(),
          expiresAt: z.string(),
        }),
      )
      .optional(),
  })
  .meta({ id: "Problem" });

/** Problems any route can meet, by what it takes. */
export function problemsOf(contract: RouteContract): readonly ProblemType[] {
  const always: ProblemType[] = ["internal-error", "unavailable"];
  const directory: ProblemType[] = ["client-not-managed", "directory-refused"];
  const customer: ProblemType[] = [
    "unauthenticated",
    "missing-scope",
    "user-flow-not-allowed",
    "no-subscription",
  ];
  const guarded: Record<RouteContract["access"], ProblemType[]> = {
    public: [],
    operator: [
      "unauthenticated",
      "missing-scope",
      "application-not-allowed",
      "missing-role",
      ...directory,
    ],
    lookup: ["unauthenticated", "missing-role", "directory-refused"],
    "clients.read": [...customer, ...directory],
    "clients.write": [...customer, ...directory],
  };
  const takesBody: ProblemType[] = contract.body
    ? ["length-required", "body-too-large", "unsupported-media-type"]
    : [];
  const takesInput = contract.body || contract.query || contract.accepts;
  const input: ProblemType[] = takesInput ? ["invalid-request"] : [];
  return [...contract.problems, ...guarded[contract.access], ...input, ...takesBody, ...always];
}

export function openApiDocument(contracts: readonly RouteContract[]): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  const refer = (schema: z.ZodType, io: "input" | "output"): unknown => {
    const registry = z.registry<{ id: string }>();
    const id = schema.meta()?.id;
    if (!id) throw new Error("Every schema of the API needs an id");
    registry.add(schema, { id });
    const {
      $schema: _,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, {
      io,
      target: "draft-2020-12",
      reused: "inline",
    });
    const relocate = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', `"${SCHEMAS}`));
    // A schema with an id is itself among the definitions, and `own` only refers to it.
    for (const [name, definition] of Object.entries({ [id]: own, ...$defs })) {
      schemas[name] = relocate(definition);
    }
    return { $ref: `${SCHEMAS}${id}` };
  };

  const paths: Record<string, Record<string, unknown>> = {};
  for (const contract of contracts) {
    const path = `/api${contract.path}`;
    paths[path] = { ...paths[path], [contract.method.toLowerCase()]: operation(contract, refer) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Latchkey",
      version: "1.0.0",
      description:
        "Customers of a B2B application cut their own OAuth 2.0 client-credentials keys.",
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas,
      securitySchemes: {
        customer: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        operator: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
        application: { type: "http", scheme: "bearer", bearerFormat: "JWT" },
      },
    },
  };
}

/** Whose token a route takes: the name of its security scheme. */
const WHO: Readonly<Record<RouteContract["access"], string | undefined>> = {
  public: undefined,
  operator: "operator",
  lookup: "application",
  "clients.read": "customer",
  "clients.write": "customer",
};

type Refer = (schema: z.ZodType, io: "input" | "output") => unknown;

function operation(contract: RouteContract, refer: Refer): Record<string, unknown> {
  const who = WHO[contract.access];
  return {
    operationId: contract.name,
    summary: contract.summary,
    security: who === undefined ? [] : [{ [who]: [] }],
    parameters: parameters(contract),
    ...(contract.body && {
      requestBody: {
        required: true,
        content: { "application/json": { schema: refer(contract.body, "input") } },
      },
    }),
    responses: { ...successes(contract, refer), ...failures(contract, refer) },
    ...(contract.access.startsWith("clients.") && { "x-required-scope": contract.access }),
  };
}

function parameters(contract: RouteContract): unknown[] {
  const path = [...contract.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", format: "uuid" },
  }));
  const headers = (contract.accepts ?? []).map((name) => ({
    name,
    in: "header",
    required: false,
    schema: { type: "string", maxLength: name === "Idempotency-Key" ? 255 : 512 },
  }));
  if (!contract.query) return [...path, ...headers];
  const { properties = {}, required = [] } = z.toJSONSchema(contract.query, { io: "input" });
  const query = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.includes(name),
    schema,
  }));
  return [...path, ...headers, ...query];
}

function successes(contract: RouteContract, refer: Refer): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(contract.replies).map(([status, { description, schema, headers = [] }]) => [
      status,
      {
        description,
        ...(headers.length > 0 && {
          headers: Object.fromEntries(
            headers.map((name) => [name, { schema: { type: "string" } }]),
          ),
        }),
        ...(schema && { content: { "application/json": { schema: refer(schema, "output") } } }),
      },
    ]),
  );
}

function failures(contract: RouteContract, refer: Refer): Record<string, unknown> {
  const byStatus = Map.groupBy(new Set(problemsOf(contract)), (type) => problemTypes[type].status);
  return Object.fromEntries(
    [...byStatus].map(([status, types]) => [
      status,
      {
        description: types.map((type) => problemTypes[type].title).join("; "),
        content: { "application/problem+json": { schema: refer(Problem, "output") } },
        "x-problem-types": types.map(problemUri),
      },
    ]),
  );
}

/** The document is made once, for the first who asks: it depends on the routes and settings alone. */
export function openapi(contracts: readonly RouteContract[]) {
  const contract = {
    name: "openapi",
    method: "GET",
    path: "/openapi.json",
    access: "public",
    summary: "This document",
    replies: {
      200: {
        description: "OpenAPI 3.1",
        schema: z.looseObject({ openapi: z.string() }).meta({ id: "OpenApi" }),
      },
    },
    problems: [],
  } as const satisfies RouteContract;
  let body: Record<string, unknown> | undefined;
  return route(contract, async () => {
    body ??= openApiDocument([...contracts, contract]);
    return done({ status: 200, body });
  });
}
