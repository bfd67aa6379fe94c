import { createHash, createHmac, randomBytes, randomInt, timingSafeEqual } from "node:crypto";

/** Entra's own values look like this: 40 characters, with `~` near the start. */
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~";
const LENGTH = 40;

export function newSecretText(): string {
  let text = "";
  while (text.length < LENGTH) text += ALPHABET[randomInt(ALPHABET.length)];
  return `${text.slice(0, 3)}8Q~${text.slice(6)}`;
}

/**
 * The seeded backend's secret: the same at every start, so that a service which outlives the directory stays signed in,
 * yet kept nowhere. It follows from the tenant's signing key.
 */
export function derivedSecretText(seed: Buffer, purpose: string): string {
  const digest = createHmac("sha512", seed).update(purpose).digest();
  let text = "";
  for (const byte of digest.subarray(0, LENGTH)) text += ALPHABET[byte % ALPHABET.length];
  return `${text.slice(0, 3)}8Q~${text.slice(6)}`;
}

const digest = (salt: string, text: string): Buffer =>
  createHash("sha256").update(salt).update(text).digest();

/** A fast hash suffices: the values are random, so there is nothing to guess. */
export function hashSecret(text: string): string {
  const salt = randomBytes(12).toString("hex");
  return `${salt}:${digest(salt, text).toString("hex")}`;
}

export function secretMatches(text: string, hash: string): boolean {
  const [salt = "", expected = ""] = hash.split(":");
  return timingSafeEqual(digest(salt, text), Buffer.from(expected, "hex"));
}
