/** What a screen, a screenshot or a log of this story may show of tokens and secrets. */

const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]*/g;
const SECRET_NAMES = new Set(["secretText", "client_secret"]);

/** A token's two ends: enough to see which one it is, and no use to anybody. */
export const shortenTokens = (text: string): string =>
  text.replaceAll(JWT, (token) => `${token.slice(0, 8)}…${token.slice(-4)}`);

/** The first characters are the hint that the API shows anyway. */
export const maskSecret = (value: string): string => `${value.slice(0, 3)}${"•".repeat(12)}`;

/** A JSON document as lines of text. */
export function showJson(document: unknown): string[] {
  const text = JSON.stringify(
    document,
    (name, value) =>
      SECRET_NAMES.has(name) && typeof value === "string" ? maskSecret(value) : value,
    2,
  );
  return shortenTokens(text).split("\n");
}

/** A form as lines of text, one field each. */
export const showForm = (form: URLSearchParams): string[] =>
  [...form].map(
    ([name, value]) =>
      `${name}=${SECRET_NAMES.has(name) ? maskSecret(value) : shortenTokens(value)}`,
  );
