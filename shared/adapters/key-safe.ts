import { createHash } from "node:crypto";

/** Table keys end at 512 characters and directory tags at 256; both have a prefix of ours as well. */
const MAX_LENGTH = 200;
const KEPT = 120;

/**
 * Table keys may not hold / \ # ? or control characters, and directory tags no white space. Letters, digits and `.@-` stay
 * readable for whoever looks into the tables; every other byte becomes `_` and two hexadecimal digits, and what is too long
 * then ends in its digest. Distinct texts stay distinct.
 */
export function keySafe(text: string): string {
  const safe = Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9.@-]/.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
  }).join("");
  if (safe.length <= MAX_LENGTH) return safe;
  // No escape is `__`, so no short text can look like this.
  return `${safe.slice(0, KEPT)}__${createHash("sha256").update(text).digest("hex")}`;
}
