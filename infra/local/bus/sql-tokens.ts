import { BusError } from "./bus-error.ts";

export type Token =
  | { readonly kind: "literal"; readonly value: string | number }
  /** A word that is no quoted name: keyword or identifier, as the parser finds it. */
  | { readonly kind: "word"; readonly value: string }
  | { readonly kind: "name"; readonly value: string }
  | { readonly kind: "symbol"; readonly value: string };

const PATTERNS: readonly (readonly [RegExp, (match: string) => Token | undefined])[] = [
  [/\s+/y, () => undefined],
  [/'(?:[^']|'')*'/y, (m) => ({ kind: "literal", value: m.slice(1, -1).replaceAll("''", "'") })],
  [/\[(?:[^\]]|\]\])+\]/y, (m) => ({ kind: "name", value: m.slice(1, -1).replaceAll("]]", "]") })],
  [/"(?:[^"]|"")+"/y, (m) => ({ kind: "name", value: m.slice(1, -1).replaceAll('""', '"') })],
  [/-?\d+(?:\.\d+)?/y, (m) => ({ kind: "literal", value: Number(m) })],
  // A letter, then letters, digits and underscores: any other name goes into brackets.
  [/\p{L}[\p{L}\p{Nd}_]*/uy, (m) => ({ kind: "word", value: m })],
  [/<>|!=|>=|<=|[=<>(),.]/y, (m) => ({ kind: "symbol", value: m })],
];

/** @throws BusError `argument-error` at the first character that belongs to nothing */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const [length, token] = next(text, at);
    if (token) tokens.push(token);
    at += length;
  }
  return tokens;
}

function next(text: string, at: number): [number, Token | undefined] {
  for (const [pattern, make] of PATTERNS) {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match) return [match.length, make(match)];
  }
  throw sqlError(`unexpected '${text[at]}' at character ${at + 1}`);
}

export function sqlError(problem: string): BusError {
  return new BusError("com.microsoft:argument-error", `The SQL filter is invalid: ${problem}.`);
}
