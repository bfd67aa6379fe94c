import type { JsonSchema } from "./json-schema.ts";

/** Whether callers send it or read it. */
export type Direction = "input" | "output";

/** Longest text, in characters, where a format or a value's own meaning says nothing tighter. */
const MAX_TEXT = 4096;
const MAX_LENGTHS: Readonly<Record<string, number>> = {
  uuid: 36,
  "date-time": 40,
  uri: 2048,
  "uri-reference": 2048,
};
/** Most items of an array, where nothing tighter is known. */
const MAX_ITEMS = 1000;
const INT32 = 2 ** 31 - 1;
/** Longest name of a state that is yet to come. */
const MAX_STATE = 64;

/**
 * Says how long, how many and how large, which zod leaves out, and opens what callers read: answers may get new members and
 * new states, and a client made from this document has to survive that. What callers send stays as narrow as the service
 * takes it.
 */
export function bound(schema: JsonSchema, direction: Direction): void {
  unite(schema);
  if (direction === "output") open(schema);
  const isText = [schema.type].flat()[0] === "string";
  if (isText && !schema.enum && schema.const === undefined) boundText(schema);
  if (schema.type === "array") schema.maxItems ??= MAX_ITEMS;
  if (schema.type === "integer" && schema.format !== "int64") {
    schema.minimum = Math.max(schema.minimum ?? -INT32, -INT32);
    schema.maximum = Math.min(schema.maximum ?? INT32, INT32);
    schema.format = "int32";
  }
}

/** Generators for C# take a choice between a value and null for a class of its own, and a type that may be null for what it is. */
function unite(schema: JsonSchema): void {
  const [value, none, ...more] = schema.anyOf ?? [];
  if (value?.type === undefined || none?.type !== "null" || more.length > 0) return;
  delete schema.anyOf;
  Object.assign(schema, value, { type: [value.type, "null"].flat() });
}

function boundText(schema: JsonSchema): void {
  const { format = "" } = schema;
  const known = MAX_LENGTHS[format];
  // The format says it, and in every language; zod's pattern for it is a page long.
  if (known !== undefined) delete schema.pattern;
  schema.maxLength ??= known ?? MAX_TEXT;
}

function open(schema: JsonSchema): void {
  if (schema.additionalProperties === false) delete schema.additionalProperties;
  else if (schema.additionalProperties !== undefined) schema.additionalProperties = true;
  const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
  if (schema.type !== "string" || !values) return;
  delete schema.enum;
  delete schema.const;
  schema.maxLength = MAX_STATE;
  schema["x-extensible-enum"] = values;
  const listed = values.map((value) => `\`${String(value)}\``).join(", ");
  schema.description = [schema.description, `Today ${listed}; more may come.`]
    .filter(Boolean)
    .join(". ");
}
