import * as z from "zod";
import { bound, type Direction } from "./bounds.ts";
import type { JsonSchema } from "./json-schema.ts";

const SCHEMAS = "#/components/schemas/";

/** Collects the document's named schemas, each once, as the contracts refer to them. */
export interface SchemaBook {
  readonly schemas: Record<string, JsonSchema>;
  /** A reference to a schema with an id. */
  refer(schema: z.ZodType, direction: Direction): JsonSchema;
  /** The schema itself; what it holds that has an id is referred to. */
  inline(schema: z.ZodType, direction: Direction): JsonSchema;
  /** Adds one that was made by hand. */
  add(id: string, schema: JsonSchema): JsonSchema;
  resolve(schema: JsonSchema): JsonSchema;
}

export function schemaBook(): SchemaBook {
  const schemas: Record<string, JsonSchema> = {};

  const write = (schema: z.ZodType, io: Direction): JsonSchema => {
    const {
      $schema: _,
      $defs,
      ...own
    } = z.toJSONSchema(schema, {
      io,
      target: "draft-2020-12",
      reused: "inline",
      override: ({ jsonSchema }) => bound(jsonSchema as JsonSchema, io),
    }) as JsonSchema;
    for (const [id, definition] of Object.entries(($defs ?? {}) as Record<string, JsonSchema>)) {
      schemas[id] = relocate(definition);
    }
    return relocate(own);
  };

  return {
    schemas,
    refer: (schema, direction) => {
      const id = schema.meta()?.id;
      if (!id) throw new Error("Every schema of a body needs an id");
      const own = write(schema, direction);
      // A schema with an id may itself be among the definitions; `own` then only refers to it.
      if (own.$ref !== SCHEMAS + id) schemas[id] = own;
      return { $ref: SCHEMAS + id };
    },
    inline: write,
    add: (id, schema) => {
      schemas[id] = schema;
      return { $ref: SCHEMAS + id };
    },
    resolve: (schema) => {
      const named = schema.$ref && schemas[schema.$ref.slice(SCHEMAS.length)];
      return named || schema;
    },
  };
}

/** zod keeps definitions beside a schema; the document keeps all of them in one place. */
function relocate(schema: JsonSchema): JsonSchema {
  const { id: _, ...rest } = schema;
  return JSON.parse(JSON.stringify(rest).replaceAll('"#/$defs/', `"${SCHEMAS}`));
}
