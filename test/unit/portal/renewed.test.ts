import { expect, it } from "vitest";
import { renewed } from "../../../portal/elements/shared/renewed.ts";

/** What becomes of a list that somebody has read on in when its first page is read again. */

const list = (ids: string, nextCursor?: string) => ({
  items: [...ids].map((id) => ({ id })),
  nextCursor,
  trouble: undefined,
});

it("keeps what was read on, with what is new before it", () => {
  expect(renewed(list("efghij", "k"), list("cdef", "g"))).toEqual(list("cdefghij", "k"));
  expect(renewed(list("abcdef", "g"), list("ab", "c"))).toEqual(list("abcdef", "g"));
});

it("begins anew where nothing was read before, or more is new than a page", () => {
  const first = list("ab", "c");
  for (const before of [undefined, list(""), list("xyz", "z")])
    expect(renewed(before, first)).toBe(first);
});

it("stays where the page could not be read, and says why", () => {
  const before = list("abc", "d");
  const trouble = { kind: "offline" };
  expect(renewed<object>(before, { trouble })).toEqual({ ...before, trouble });
});
