import * as z from "zod";

/** A column that holds JSON of a shape. */
export const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((value): z.infer<T> => schema.parse(JSON.parse(value)));
