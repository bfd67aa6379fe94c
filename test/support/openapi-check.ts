import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";

/** Holds answers against the OpenAPI document that the service itself serves. */

const Example = z.object({ $ref: z.string().optional(), value: z.unknown().optional() });
const Media = z.record(
  z.string(),
  z.object({
    schema: z.looseObject({}),
    example: z.unknown().optional(),
    examples: z.record(z.string(), Example).optional(),
  }),
);
const Response = z.looseObject({
  content: Media.optional(),
  headers: z.record(z.string(), z.object({ $ref: z.string() })).optional(),
  "x-problem-types": z.array(z.string()).optional(),
});
const Operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ name: z.string() })),
  responses: z.record(z.string(), Response),
  requestBody: z.looseObject({ content: Media }).optional(),
});
export const OpenApiDocument = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), Operation)),
  components: z.looseObject({
    schemas: z.record(z.string(), z.looseObject({})),
    headers: z.record(z.string(), z.looseObject({ required: z.boolean() })),
    examples: z.record(z.string(), Example),
  }),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;

export interface SeenAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, undefined for none. */
  readonly body: unknown;
}

interface Opened {
  readonly ajv: Ajv2020;
  /** By the text of the schema: most answers share theirs with others. */
  readonly compiled: Map<string, ValidateFunction>;
}

/** What a validator is made in, one for each text of the components: a worker's files all ask the same service. */
const opened = new Map<string, Opened>();
/** The same by the document itself: its text alone is a fiftieth of a second's work, and one is held against hundreds of answers. */
const openedFor = new WeakMap<OpenApiDocument, Opened>();
const DOCUMENT = "openapi:document";

/** Making one costs a second of a processor for each document, so whoever asks for the same document shares it. */
function opening(document: OpenApiDocument): Opened {
  const known = openedFor.get(document) ?? openingOf(document);
  openedFor.set(document, known);
  return known;
}

function openingOf(document: OpenApiDocument): Opened {
  const components = JSON.stringify(document.components.schemas);
  const known = opened.get(components);
  if (known) return known;
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  ajv.addVocabulary(["components", "x-extensible-enum", "discriminator", "example"]);
  const schemas = closed(document.components.schemas);
  ajv.addSchema({ $id: DOCUMENT, components: { schemas } });
  const made = { ajv, compiled: new Map<string, ValidateFunction>() };
  opened.set(components, made);
  return made;
}

/** @throws when the schema, or one that it refers to, is none that strict JSON Schema 2020-12 knows */
export function compileSchema(document: OpenApiDocument, schema: object): ValidateFunction {
  // The schemas refer to "#/components/schemas/…", which is in the document and not in the part that is looked at.
  const text = JSON.stringify(schema).replaceAll('"#/components/', `"${DOCUMENT}#/components/`);
  const { ajv, compiled } = opening(document);
  const known = compiled.get(text);
  if (known) return known;
  const anchored: object = JSON.parse(text);
  const validate = ajv.compile({ allOf: [anchored] });
  compiled.set(text, validate);
  return validate;
}

/** To callers answers are open. Here a member that is not documented is a fault, unless the document says that any may come. */
function closed(schema: object): object {
  if (Array.isArray(schema)) return schema.map((one) => (isObject(one) ? closed(one) : one));
  const members = Object.entries(schema).map(([name, member]) => [
    name,
    isObject(member) && name !== "examples" ? closed(member) : member,
  ]);
  const shut = "properties" in schema && !("additionalProperties" in schema);
  return { ...Object.fromEntries(members), ...(shut && { additionalProperties: false }) };
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const Problem = z.looseObject({ type: z.string(), status: z.number() });

/** @returns a function that throws with everything in which an answer is not as documented. */
export function openApiCheck(document: OpenApiDocument) {
  const compiled = new Map<object, ValidateFunction>();
  const validator = (schema: object): ValidateFunction => {
    const known = compiled.get(schema) ?? compileSchema(document, schema);
    compiled.set(schema, known);
    return known;
  };
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  }));

  return (asked: string, path: string, answer: SeenAnswer): void => {
    const isHead = asked === "HEAD";
    const method = isHead ? "GET" : asked;
    const [pathname = ""] = path.split("?");
    const found =
      templates.find(({ template }) => template === pathname) ??
      templates.find(({ pattern }) => pattern.test(pathname));
    const operation = found && document.paths[found.template]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${method} ${pathname} is not documented`);
    const where = `${operation.operationId} ${answer.status}`;
    const response = operation.responses[String(answer.status)];
    if (!response) throw new Error(`${where} is not documented`);
    for (const [name, { $ref }] of Object.entries(response.headers ?? {})) {
      const header = document.components.headers[$ref.split("/").at(-1) ?? ""];
      if (!header) throw new Error(`${where} refers to a header ${$ref} that is not there`);
      if (header.required && !answer.headers.has(name))
        throw new Error(`${where} lacks its header ${name}`);
    }
    // `Cache-Control` is on every answer; listed it is where one may be kept.
    const unlisted = Object.keys(document.components.headers).filter(
      (name) =>
        name !== "Cache-Control" && answer.headers.has(name) && !(name in (response.headers ?? {})),
    );
    if (unlisted.length > 0) throw new Error(`${where} does not list its header ${unlisted}`);
    const [type = ""] = (answer.headers.get("content-type") ?? "").split(";");
    const schema = response.content?.[type]?.schema;
    // HEAD has all of GET but the body.
    if (answer.body === undefined && (!response.content || isHead)) return;
    if (!schema) throw new Error(`${where} may not be ${type || "empty"}`);
    const validate = validator(schema);
    if (!validate(answer.body)) {
      throw new Error(`${where} is not as documented: ${JSON.stringify(validate.errors)}`);
    }
    if (type !== "application/problem+json") return;
    const problem = Problem.parse(answer.body);
    if (problem.status !== answer.status) throw new Error(`${where} says ${problem.status}`);
    if (!response["x-problem-types"]?.includes(problem.type)) {
      throw new Error(`${where} does not list ${problem.type}`);
    }
  };
}
