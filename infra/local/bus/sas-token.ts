import { createHmac, timingSafeEqual } from "node:crypto";
import { BusError } from "./bus-error.ts";

export interface SasKey {
  readonly name: string;
  readonly key: string;
}

export interface SasClaim {
  /** The resource the token was signed for, decoded, e.g. `sb://127.0.0.1:5672/consent`. */
  readonly resource: string;
  readonly expiresAt: number;
}

/**
 * Checks `SharedAccessSignature sr=<resource>&sig=<signature>&se=<expiry>&skn=<key name>`, where the signature is an
 * HMAC-SHA256 over the encoded resource, a line feed and the expiry in epoch seconds.
 *
 * @throws BusError `amqp:unauthorized-access`
 */
export function verifySasToken(token: string, expected: SasKey, now: number): SasClaim {
  const [scheme, query = ""] = token.split(" ", 2);
  const fields = new Map(
    query.split("&").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
  const { sr = "", sig = "", se = "", skn = "" } = Object.fromEntries(fields);
  if (scheme !== "SharedAccessSignature") throw unauthorized("The token is no SAS token.");
  if (decodeURIComponent(skn) !== expected.name) throw unauthorized("The key name is unknown.");
  const signature = createHmac("sha256", expected.key).update(`${sr}\n${se}`).digest();
  const given = Buffer.from(decodeURIComponent(sig), "base64");
  if (given.length !== signature.length || !timingSafeEqual(given, signature)) {
    throw unauthorized("InvalidSignature: The token has an invalid signature.");
  }
  const expiresAt = Number(se) * 1_000;
  if (!(expiresAt > now)) throw unauthorized("ExpiredToken: The token is expired.");
  return { resource: decodeURIComponent(sr), expiresAt };
}

export function unauthorized(message: string): BusError {
  return new BusError("amqp:unauthorized-access", message);
}
