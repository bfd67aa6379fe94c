import * as z from "zod";
import {
  compileSchema,
  type OpenApiDocument,
  type SeenAnswer,
} from "../../support/openapi-check.ts";

interface Sent {
  readonly operationId: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [string, string])[];
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

const Parameter = z.looseObject({
  name: z.string(),
  in: z.enum(["path", "query", "header"]),
  schema: z.looseObject({ type: z.string().optional() }),
});

/**
 * What is said in words alone: which signs are seen, how long UTF-16 makes them, which time zones and hosts there are, what
 * numbers make a key, what is a certificate that is good now, and what a preset asks for.
 */
const IN_WORDS =
  /^\/(displayName|reason|timeZone|url|encryptTo.*|certificate|jwk.*|(preset|scope|values|issuer|subject|audience|claims|token)(\/.*)?|client_(name|id|secret|id_issued_at|secret_expires_at)|redirect_uris|response_types|software_statement|registration_.*)$/;
const Refusal = z.looseObject({
  type: z.string().optional(),
  errors: z.array(z.looseObject({ field: z.string(), message: z.string() })).optional(),
});
/** Of members, too, that a registration may have and nobody knows. */
const TOO_DEEP = "must not nest deeper than 8";
/** RFC 7591 has 400 for what is 422 elsewhere: a name that the directory does not take, a key that has belonged to another request. */
const NOT_OF_FORM = /\/problems\/(?!invalid-request$)/;

/**
 * Whether a request is one that the document allows, all of it: what the service then refuses with 400 it should have said.
 * What JSON Schema cannot see (a member or parameter given twice, another content type) counts as not allowed.
 */
export function documentAllows(
  document: OpenApiDocument,
): (sent: Sent, refused: Pick<SeenAnswer, "body">) => boolean {
  const operations = new Map(
    Object.values(document.paths)
      .flatMap((methods) => Object.values(methods))
      .map((operation) => [operation.operationId, operation] as const),
  );
  const fits = (schema: object, value: unknown): boolean => compileSchema(document, schema)(value);

  return ({ operationId, path, query, headers, body }, refused) => {
    const { type = "", errors = [] } = Refusal.safeParse(refused.body).data ?? {};
    if (NOT_OF_FORM.test(type)) return false;
    if (errors.some(({ field }) => IN_WORDS.test(field))) return false;
    if (errors.some(({ message }) => message === TOO_DEEP)) return false;
    const operation = operations.get(operationId);
    if (!operation) return false;
    const known = z.array(Parameter).parse(operation.parameters);
    const schemaOf = (place: "path" | "query" | "header", name: string) =>
      known.find((one) => one.in === place && one.name === name)?.schema;
    if (new Set(query.map(([name]) => name.toLowerCase())).size < query.length) return false;
    const isQueryFit = query.every(([name, text]) => {
      const schema = schemaOf("query", name);
      return schema !== undefined && fits(schema, schema.type === "string" ? text : read(text));
    });
    const isPathFit = Object.entries(path).every(([name, text]) =>
      fits(schemaOf("path", name) ?? {}, text),
    );
    const areHeadersFit = Object.entries(headers).every(([name, text]) => {
      if (name === "content-type") return text === "application/json";
      const schema = schemaOf("header", name);
      return !schema || fits(schema, text);
    });
    const schema = operation.requestBody?.content["application/json"]?.schema;
    if (!isPathFit || !isQueryFit || !areHeadersFit) return false;
    if (!schema) return body === undefined;
    const value = read(body ?? "");
    return JSON.stringify(value) === body && fits(schema, value);
  };
}

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
