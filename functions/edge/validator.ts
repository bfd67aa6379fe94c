import { createHash } from "node:crypto";

/** Characters of a digest: 96 bits, which no two answers share by chance. */
const DIGEST_LENGTH = 16;

/**
 * A strong validator of what is shown, and of its revision where there is one: a change may be bound to the revision alone
 * (`shared/base/if-match.ts`), and docs/decisions/0015 says why.
 */
export const etagOf = (revision: string | undefined, shown: string | undefined): string => {
  const digest =
    shown !== undefined &&
    createHash("sha256").update(shown).digest("base64url").slice(0, DIGEST_LENGTH);
  return `"${[revision, digest].filter(Boolean).join(".")}"`;
};

/** `If-None-Match` with the weak comparison of RFC 9110, 13.1.2: an intermediary that recompresses makes a validator weak. */
export const isKnown = (ifNoneMatch: string | null, etag: string): boolean =>
  ifNoneMatch?.trim() === "*" ||
  (ifNoneMatch ?? "").split(",").some((item) => item.trim().replace(/^W\//, "") === etag);
