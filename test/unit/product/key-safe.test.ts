import fc from "fast-check";
import { expect, test } from "vitest";
import { keySafe } from "../../../shared/adapters/key-safe.ts";

test("what people can read stays as it is", () => {
  expect(keySafe("contoso-eu.west@example")).toBe("contoso-eu.west@example");
});

test("what a table key or a tag may not hold is spelled out", () => {
  expect(keySafe("a/b\\c#d?e f_g")).toBe("a_2fb_5cc_23d_3fe_20f_5fg");
});

test("two subscriptions never share a key", () => {
  const text = fc.string({ unit: "grapheme" });
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(keySafe(one) === keySafe(other)).toBe(one === other);
    }),
  );
});

test("no key holds what Table Storage refuses", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      expect(keySafe(text)).toMatch(/^[A-Za-z0-9.@_-]*$/);
    }),
  );
});
