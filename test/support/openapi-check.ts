import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import * as z from "zod";

/** Holds answers against the OpenAPI document that the service itself serves. */

const Media = z.record(z.string(), z.object({ schema: z.looseObject({}) }));
const Response = z.looseObject({
  content: Media.optional(),
  headers: z.record(z.string(), z.unknown()).optional(),
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
  components: z.looseObject({ schemas: z.record(z.string(), z.looseObject({})) }),
});
export type OpenApiDocument = z.infer<typeof OpenApiDocument>;

export interface SeenAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, undefined for none. */
  readonly body: unknown;
}

export function compileSchema(document: OpenApiDocument, schema: object): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allErrors: true });
  addFormats.default(ajv);
  // The schemas refer to "#/components/schemas/…", so they travel with the document's components.
  ajv.addVocabulary(["components"]);
  return ajv.compile({ allOf: [schema], components: { schemas: document.components.schemas } });
}

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

  return (method: string, path: string, answer: SeenAnswer): void => {
    const [pathname = ""] = path.split("?");
    const found =
      templates.find(({ template }) => template === pathname) ??
      templates.find(({ pattern }) => pattern.test(pathname));
    const operation = found && document.paths[found.template]?.[method.toLowerCase()];
    if (!operation) throw new Error(`${method} ${pathname} is not documented`);
    const where = `${operation.operationId} ${answer.status}`;
    const response = operation.responses[String(answer.status)];
    if (!response) throw new Error(`${where} is not documented`);
    for (const name of Object.keys(response.headers ?? {})) {
      if (!answer.headers.has(name)) throw new Error(`${where} lacks its header ${name}`);
    }
    const [type = ""] = (answer.headers.get("content-type") ?? "").split(";");
    const schema = response.content?.[type]?.schema;
    if (answer.body === undefined && !response.content) return;
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
