import fc, { type Arbitrary } from "fast-check";
import * as z from "zod";
import { anyText } from "../../support/any-text.ts";
import type { OpenApiDocument } from "../../support/openapi-check.ts";
import { awkwardTexts } from "./bodies.ts";

/** Values that a schema of the OpenAPI document allows, or that only just miss it. */

const Schema = z.looseObject({
  $ref: z.string().optional(),
  type: z.union([z.string(), z.array(z.string())]).optional(),
  enum: z.array(z.unknown()).optional(),
  const: z.unknown().optional(),
  anyOf: z.array(z.looseObject({})).optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  minLength: z.number().optional(),
  maxLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  minItems: z.number().optional(),
  maxItems: z.number().optional(),
  items: z.looseObject({}).optional(),
  properties: z.record(z.string(), z.looseObject({})).optional(),
  required: z.array(z.string()).optional(),
});
type Schema = z.infer<typeof Schema>;

/** As those are that callers have: a search through all the years that nothing happened in is slow, and no fault. */
const times = fc
  .date({ noInvalidDate: true, min: new Date("2026-11-01"), max: new Date("2027-06-01") })
  .chain((date) =>
    fc.constantFrom("Z", "+00:00").map((end) => date.toISOString().replace("Z", end)),
  );

const bounded = (bound: number | undefined, fallback: number): number =>
  bound === undefined || Math.abs(bound) > 1_000_000 ? fallback : bound;

function texts({ format, pattern, minLength = 0, maxLength = 40 }: Schema): Arbitrary<unknown> {
  if (format === "uuid") return fc.uuid();
  if (format === "date-time") return times;
  // What a pattern only forbids is for the texts below to try; what it spells out would never be met by chance.
  if (pattern !== undefined && !pattern.includes("[^"))
    return fc.stringMatching(new RegExp(pattern));
  const most = Math.min(maxLength, 300);
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.string({ unit: "grapheme", minLength, maxLength: Math.min(most, 40) }),
    },
    {
      weight: 1,
      arbitrary: anyText(Math.min(most, 40), minLength),
    },
    { weight: 2, arbitrary: fc.constantFrom(...awkwardTexts) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("x".repeat(most), "🔑".repeat(most), "x".repeat(most + 1)),
    },
  );
}

export function valuesOf(document: OpenApiDocument, given: unknown): Arbitrary<unknown> {
  const schema = Schema.parse(given);
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return valuesOf(document, document.components.schemas[name]);
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valuesOf(document, one)));
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => valuesOf(document, { ...schema, type })));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "string":
      return texts(schema);
    case "integer":
    case "number":
      return fc.integer({
        min: bounded(schema.minimum, -1000),
        max: bounded(schema.maximum, 1000),
      });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(valuesOf(document, schema.items ?? {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.min(schema.maxItems ?? 5, 5),
      });
    case "object":
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, one]) => [
            name,
            valuesOf(document, one),
          ]),
        ),
        { requiredKeys: schema.required ?? [] },
      );
    default:
      return fc.jsonValue();
  }
}
