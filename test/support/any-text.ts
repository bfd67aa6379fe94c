import fc from "fast-check";

/** Surrogates are no characters of their own. */
const codePoint = fc.oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }));

/**
 * Text of any characters, lengths counted in code points. fast-check's own (`unit: "binary"`) first makes a table of all of them,
 * which takes a second of a processor.
 */
export const anyText = (maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc.array(codePoint, { minLength, maxLength }).map((points) => String.fromCodePoint(...points));
