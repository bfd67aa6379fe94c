import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";

/** Whom an address ends the mail for: nothing else is in it, and nothing about it is stored. */
const Whom = z.strictObject({ s: z.string(), p: z.string() });

export interface Unsubscription {
  readonly subscription: string;
  readonly person: string;
}

/**
 * Signed texts for the addresses in letters, which end a person's mail without a sign-in (RFC 8058). One is good for as long as
 * its key is: mail is read late, and whoever has it can do nothing else with it.
 */
export interface UnsubscribeTokens {
  issue(whom: Unsubscription): string;
  /** Nothing: it is not one of ours. */
  read(token: string): Unsubscription | undefined;
}

/** So that no signature for another purpose under the same key is one for this. */
const PURPOSE = "latchkey/unsubscribe/1\n";

/** @param key any text; 32 random bytes in Base64 are enough */
export function unsubscribeTokens(key: string): UnsubscribeTokens {
  const sign = (payload: string): Buffer =>
    createHmac("sha256", key).update(`${PURPOSE}${payload}`).digest();
  return {
    issue: ({ subscription, person }) => {
      const payload = Buffer.from(JSON.stringify({ s: subscription, p: person })).toString(
        "base64url",
      );
      return `${payload}.${sign(payload).toString("base64url")}`;
    },
    read: (token) => {
      const [payload = "", signature = "", ...more] = token.split(".");
      const given = Buffer.from(signature, "base64url");
      const right = sign(payload);
      if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right))
        return undefined;
      const { s, p } = Whom.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
      return { subscription: s, person: p };
    },
  };
}
