import { expect, test } from "vitest";
import * as z from "zod";
import { shape } from "../../../functions/edge/shape.ts";

test("a shape is built for whoever asks first, and once: documents know it by its identity", () => {
  let built = 0;
  const Shape = shape(() => {
    built += 1;
    return z.strictObject({ id: z.guid() });
  });
  expect(built).toBe(0);
  const first = Shape();
  expect(Shape()).toBe(first);
  expect(built).toBe(1);
});
