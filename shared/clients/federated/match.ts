import type { FederatedCredential } from "../credential.ts";

/** Of a foreign token what the directory compares. */
export interface ForeignClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
}

export type TrustPart = "issuer" | "subject" | "audience";

export interface Difference {
  readonly part: TrustPart;
  readonly expected: string;
  /** What the token has in its place; of several audiences, all of them. */
  readonly presented: string;
  /** All that keeps it from being the same, where it is that little. */
  readonly only?: "case" | "closing-slash" | "blanks";
}

export interface Compared {
  readonly credential: FederatedCredential;
  /** None: the token would be taken. */
  readonly differs: readonly Difference[];
}

/**
 * Which credential a token would be taken for, the nearest first. The directory compares letter by letter and case by case
 * (Microsoft Learn, "What's new for authentication", August 2024).
 */
export function compareTrust(
  credentials: readonly FederatedCredential[],
  claims: ForeignClaims,
): readonly Compared[] {
  const compared = credentials.map((credential) => ({
    credential,
    differs: [
      ...differ("issuer", credential.issuer, [claims.iss]),
      ...differ("subject", credential.subject, [claims.sub]),
      ...differ("audience", credential.audience, [claims.aud].flat()),
    ],
  }));
  return compared.sort((a, b) => distance(a) - distance(b));
}

const distance = ({ differs }: Compared): number =>
  differs.reduce((sum, { only }) => sum + (only ? 1 : 3), 0);

function differ(
  part: TrustPart,
  expected: string,
  presented: readonly string[],
): readonly Difference[] {
  if (presented.includes(expected)) return [];
  const nearly = NEARLY.find(([, fold]) => presented.some((it) => fold(it) === fold(expected)));
  return [{ part, expected, presented: presented.join(" "), ...(nearly && { only: nearly[0] }) }];
}

const NEARLY: readonly (readonly [NonNullable<Difference["only"]>, (text: string) => string])[] = [
  ["blanks", (text) => text.trim()],
  // From the first slash of a row alone: from each, a token of slashes would be looked at by the square of its length.
  ["closing-slash", (text) => text.replace(/(?<!\/)\/+$/, "")],
  ["case", (text) => text.toLowerCase()],
];
