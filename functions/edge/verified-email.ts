import * as z from "zod";

/** Where customers' tokens have a person's mail address, and what in them says that the address is the person's own. */
export interface EmailRule {
  /** The claim: a text, or a list of texts of which the first counts. */
  readonly claim: string;
  /** Claims of which one has to be true; none: the issuer puts no address in the claim that it has not verified. */
  readonly proofs: readonly string[];
}

const Address = z.union([
  z.email(),
  z.tuple([z.email()], z.unknown()).transform(([first]) => first),
]);
const MAX_LENGTH = 254;
/** Issuers write it as a boolean, a number or a text (`xms_edov`: `true`, `1` or `"1"`). */
const YES: readonly unknown[] = [true, 1, "1", "true"];
const NO: readonly unknown[] = [false, 0, "0", "false"];
/** Whatever the setting says: an address that the issuer calls unverified is not taken. */
const KNOWN_PROOFS = ["email_verified", "xms_edov"];

/** The address at which a token's bearer can be reached for certain; nothing when the token does not prove one. */
export function verifiedEmail(
  claims: Readonly<Record<string, unknown>>,
  { claim, proofs }: EmailRule,
): string | undefined {
  const address = Address.safeParse(claims[claim]).data;
  if (address === undefined || address.length > MAX_LENGTH) return undefined;
  if (KNOWN_PROOFS.some((name) => NO.includes(claims[name]))) return undefined;
  const proven = proofs.length === 0 || proofs.some((name) => YES.includes(claims[name]));
  return proven ? address : undefined;
}
