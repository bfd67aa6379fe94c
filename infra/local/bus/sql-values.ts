export type SqlValue = string | number | boolean | null;

/** What of an application property a filter can compare; anything else counts as missing. */
export function sqlValue(value: unknown): SqlValue {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    return value;
  }
  return value instanceof Date ? value.getTime() : null;
}

/** `%` is any run of characters, `_` any one; the escape character takes that meaning away. */
export function like(text: SqlValue, pattern: SqlValue, escaping: SqlValue): SqlValue {
  if (typeof text !== "string" || typeof pattern !== "string") return null;
  let source = "";
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === escaping) {
      at += 1;
      source += literally(pattern.charAt(at));
    } else if (character === "%") source += ".*";
    else if (character === "_") source += ".";
    else source += literally(character);
  }
  return new RegExp(`^${source}$`, "su").test(text);
}

function literally(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
