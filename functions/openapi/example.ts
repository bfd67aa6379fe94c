import type { JsonSchema } from "./json-schema.ts";
import type { SchemaBook } from "./schema-book.ts";

const FORMATS: Readonly<Record<string, string>> = {
  uuid: "3f0c1c9e-4b1d-4e0a-9a53-6f5d1f0b7c11",
  "date-time": "2026-11-02T09:30:00.000Z",
  uri: "https://example.com/",
};

/**
 * An example of a schema, from the examples of its parts. What may be missing is shown only where it has an example of its own:
 * a consent that is pending has no decision.
 */
export function exampleOf(book: SchemaBook, referring: JsonSchema): unknown {
  const schema = book.resolve(referring);
  const known =
    schema.examples?.[0] ??
    schema.default ??
    schema.const ??
    schema.enum?.[0] ??
    (schema["x-extensible-enum"] as unknown[] | undefined)?.[0];
  if (known !== undefined) return known;
  if (schema.properties) {
    const { properties, required = [] } = schema;
    const shown = Object.entries(properties).filter(
      ([name, member]) => required.includes(name) || book.resolve(member).examples,
    );
    return Object.fromEntries(shown.map(([name, member]) => [name, exampleOf(book, member)]));
  }
  switch (schema.type) {
    case "array":
      return schema.items ? [exampleOf(book, schema.items)] : [];
    case "string":
      return FORMATS[schema.format ?? ""] ?? "text";
    case "integer":
    case "number":
      return Math.max(schema.minimum ?? 0, 1);
    case "boolean":
      return true;
    default:
      return {};
  }
}
