import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseStrictJson } from "../../../functions/edge/strict-json.ts";
import { anyText } from "../../support/any-text.ts";

describe("strict JSON", () => {
  test("is what JSON.parse makes of it, for every document without doubt", () => {
    const value = fc.letrec((tie) => ({
      leaf: fc.oneof(anyText(8), fc.double({ noNaN: true }), fc.boolean()),
      node: fc.oneof(
        { maxDepth: 4 },
        tie("leaf"),
        fc.array(tie("node"), { maxLength: 3 }),
        fc.dictionary(
          anyText(4).filter((name) => name !== "__proto__"),
          tie("node"),
          { maxKeys: 3 },
        ),
      ),
    })).node;
    fc.assert(
      fc.property(value, (document) => {
        const json = JSON.stringify(document);
        expect(parseStrictJson(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  test.each([
    ["no JSON", "{", "must be valid JSON"],
    ["a name twice", '{"a": 1, "a": 2}', 'must name "a" once'],
    ["a name twice, deep inside", '{"x": [{"a": 1, "a": 2}]}', 'must name "a" once'],
    ["a name twice, written in two ways", '{"a": 1, "\\u0061": 2}', 'must name "\\u0061" once'],
    ["__proto__", '{"__proto__": {}}', "must not name __proto__"],
    ["__proto__ in disguise", '{"\\u005f_proto__": {}}', "must not name __proto__"],
    ["nine levels", "[".repeat(9) + "]".repeat(9), "must not nest deeper than 8"],
  ])("refuses %s", (_, text, message) => {
    expect(() => parseStrictJson(text)).toThrow(new SyntaxError(message));
  });

  test.each([
    ["the same name in two objects", '[{"a": 1}, {"a": 2}]'],
    ["what looks like a name inside a text", '{"a": "\\"a\\": 1, \\"a\\": 2"}'],
    ["a text as value and name", '{"a": "a"}'],
    ["eight levels", "[".repeat(8) + "]".repeat(8)],
  ])("takes %s", (_, text) => {
    expect(parseStrictJson(text)).toEqual(JSON.parse(text));
  });
});
