/** Deeper than any body of this API. */
const MAX_DEPTH = 8;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s"{}[\]:,]+/g;

/**
 * JSON.parse that also refuses what it would let through: a name given twice (which one counts differs between parsers, RFC
 * 8259, 4), nesting without end, and `__proto__`.
 *
 * @throws SyntaxError whose message may be shown to the caller
 */
export function parseStrictJson(text: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new SyntaxError("must be valid JSON");
  }
  const objects: (Set<string> | undefined)[] = [];
  let previous = "";
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === "{" || token === "[") {
      objects.push(token === "{" ? new Set() : undefined);
      if (objects.length > MAX_DEPTH)
        throw new SyntaxError(`must not nest deeper than ${MAX_DEPTH}`);
    } else if (token === "}" || token === "]") {
      objects.pop();
    } else if (token === ":") {
      const name: unknown = JSON.parse(previous);
      const names = objects.at(-1);
      if (name === "__proto__") throw new SyntaxError("must not name __proto__");
      if (names?.has(String(name))) throw new SyntaxError(`must name ${previous} once`);
      names?.add(String(name));
    }
    previous = token;
  }
  return parsed;
}
