import { problemUri } from "../edge/problem.ts";
import { exampleProblem } from "../edge/problem-example.ts";
import { problemMembers } from "../edge/problem-members.ts";
import { type ProblemType, problemTypes } from "../edge/problem-types.ts";
import type { RouteContract } from "../edge/route.ts";
import { type HeaderName, headersOf } from "./headers.ts";
import type { JsonSchema } from "./json-schema.ts";
import type { SchemaBook } from "./schema-book.ts";

/** Problems any route can meet, by what it takes. */
export function problemsOf(contract: RouteContract): readonly ProblemType[] {
  // No route takes a parameter that it does not know.
  const always: ProblemType[] = ["invalid-request", "internal-error", "unavailable"];
  const directory: ProblemType[] = ["client-not-managed", "directory-refused"];
  const customer: ProblemType[] = [
    "unauthenticated",
    "missing-scope",
    "user-flow-not-allowed",
    "no-subscription",
    "too-many-requests",
  ];
  const operator: ProblemType[] = [
    "unauthenticated",
    "missing-scope",
    "application-not-allowed",
    "missing-role",
  ];
  const guarded: Record<RouteContract["access"], ProblemType[]> = {
    public: [],
    operator: [...operator, ...directory],
    registration: ["unauthenticated", "too-many-requests", ...directory],
    lookup: ["unauthenticated", "missing-role", ...directory],
    self: ["unauthenticated", "missing-role", "not-found", "too-many-requests", ...directory],
    "clients.read": [...customer, ...directory],
    "clients.write": [...customer, ...directory],
  };
  const takesBody: ProblemType[] = contract.body
    ? ["length-required", "body-too-large", "unsupported-media-type"]
    : [];
  return [...contract.problems, ...guarded[contract.access], ...takesBody, ...always];
}

const allTypes = Object.keys(problemTypes) as ProblemType[];
/** `client-busy` → `ClientBusyProblem`. */
const schemaName = (type: ProblemType): string =>
  `${type.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())}Problem`;

const COMMON: Record<string, JsonSchema> = {
  title: { type: "string", maxLength: 200, description: "The kind of problem, for people" },
  detail: { type: "string", maxLength: 4096, description: "What to do about this one" },
  instance: {
    type: "string",
    format: "uri",
    maxLength: 64,
    description: "This occurrence; quote it when you ask for help",
  },
};
const REQUIRED = ["type", "title", "status", "detail", "instance"];

/** One named schema for each type of problem, one for each status that several share, and `Problem` for any. */
export function addProblemSchemas(book: SchemaBook, used: ReadonlySet<ProblemType>): void {
  book.add("ProblemType", {
    type: "string",
    format: "uri-reference",
    description: "What kind of problem it is. Each is the address of a page that explains it.",
    enum: allTypes.map(problemUri),
  });
  book.add("Problem", {
    type: "object",
    description: "Any problem (RFC 9457).",
    required: REQUIRED,
    properties: {
      type: { $ref: "#/components/schemas/ProblemType" },
      status: { type: "integer", format: "int32", minimum: 400, maximum: 599 },
      ...COMMON,
    },
    additionalProperties: true,
  });
  for (const type of used) book.add(schemaName(type), schemaOf(book, type));
  for (const [status, types] of byStatus(used)) {
    if (types.length < 2) continue;
    book.add(`Problem${status}`, {
      oneOf: types.map(refer),
      discriminator: {
        propertyName: "type",
        mapping: Object.fromEntries(types.map((type) => [problemUri(type), refer(type).$ref])),
      },
    });
  }
}

const refer = (type: ProblemType) => ({ $ref: `#/components/schemas/${schemaName(type)}` });

const byStatus = (types: Iterable<ProblemType>) =>
  Map.groupBy(types, (type) => problemTypes[type].status);

function schemaOf(book: SchemaBook, type: ProblemType): JsonSchema {
  const { status, title } = problemTypes[type];
  const own =
    type in problemMembers ? problemMembers[type as keyof typeof problemMembers] : undefined;
  const { properties = {}, required = [] } = own ? book.inline(own, "output") : {};
  return {
    type: "object",
    description: `${title}.`,
    required: [...REQUIRED, ...required],
    properties: {
      type: { type: "string", enum: [problemUri(type)] },
      status: { type: "integer", format: "int32", minimum: status, maximum: status },
      ...COMMON,
      ...properties,
    },
  };
}

/**
 * An operation's problems, by status. `all` are those of the whole document: a status has one schema wherever it stands, so that
 * generated clients have one name for it.
 */
export function failures(
  contract: RouteContract,
  all: ReadonlySet<ProblemType>,
): Record<string, unknown> {
  const shared = byStatus(all);
  const answers = [...byStatus(new Set(problemsOf(contract)))].map(([status, types]) => {
    const [only] = types;
    const schema =
      types.length === 1 && only && shared.get(status)?.length === 1
        ? refer(only)
        : { $ref: `#/components/schemas/Problem${status}` };
    return [
      status,
      {
        description: types.map((type) => problemTypes[type].title).join("; "),
        headers: headersOf(headersOfProblems(types)),
        content: { "application/problem+json": { schema, examples: examplesOf(types) } },
        "x-problem-types": types.map(problemUri),
      },
    ] as const;
  });
  return {
    ...Object.fromEntries(answers),
    default: {
      description: "Any problem that was not known when this document was made; go by its status",
      headers: headersOf(["Retry-After"]),
      content: {
        "application/problem+json": {
          schema: { $ref: "#/components/schemas/Problem" },
          examples: examplesOf(["internal-error"]),
        },
      },
    },
  };
}

/** One of each type, which its answers refer to. */
export const problemExamples = (types: Iterable<ProblemType>) =>
  Object.fromEntries(
    [...types].map((type) => [
      type,
      { summary: problemTypes[type].title, value: exampleProblem(type).body },
    ]),
  );

const examplesOf = (types: readonly ProblemType[]) =>
  Object.fromEntries(types.map((type) => [type, { $ref: `#/components/examples/${type}` }]));

/** Those that the examples have, so that none is forgotten. */
export function headersOfProblems(types: readonly ProblemType[]): HeaderName[] {
  const seen = new Set(types.flatMap((type) => Object.keys(exampleProblem(type).headers ?? {})));
  const names: readonly HeaderName[] = [
    ...(["Retry-After", "WWW-Authenticate", "Cache-Control"] as const),
    ...(["ETag", "Accept-Encoding"] as const),
  ];
  // What the example of a type need not have.
  if (types.some((type) => problemTypes[type].status === 429)) seen.add("retry-after");
  if (types.includes("unsupported-media-type")) seen.add("accept-encoding");
  return names.filter((name) => seen.has(name.toLowerCase()));
}
