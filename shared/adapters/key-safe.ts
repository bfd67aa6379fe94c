/**
 * Table keys may not hold / \ # ? or control characters, and directory tags no white space. Letters, digits and `.@-` stay
 * readable for whoever looks into the tables; every other byte becomes `_` and two hexadecimal digits. Distinct texts stay distinct.
 */
export const keySafe = (text: string): string =>
  Array.from(new TextEncoder().encode(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9.@-]/.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
  }).join("");
