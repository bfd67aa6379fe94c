import { secretMatches } from "../applications/secret-value.ts";
import type { ApplicationRecord } from "../state.ts";
import type { TokenForm } from "./token-form.ts";

/** The client's id and secret, from the body or from HTTP basic authentication (RFC 6749, 2.3.1). */
export function presentedClient(
  form: TokenForm,
  authorization: string | undefined,
): { readonly clientId: string | undefined; readonly secret: string | undefined } {
  const [, basic] = /^Basic (.+)$/i.exec(authorization ?? "") ?? [];
  if (basic === undefined) {
    return { clientId: form.get("client_id")?.toLowerCase(), secret: form.get("client_secret") };
  }
  const [id = "", ...rest] = Buffer.from(basic, "base64").toString("utf8").split(":");
  return { clientId: formDecoded(id).toLowerCase(), secret: formDecoded(rest.join(":")) };
}

function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

/**
 * Whether the value belongs to one of the application's current secrets. Those of what was seeded never lag.
 *
 * @param lagMs for so long after it was made a secret has not come to the token endpoint yet
 */
export function checkSecret(
  record: ApplicationRecord,
  value: string,
  lagMs = 0,
): "valid" | "expired" | "wrong" {
  for (const credential of record.object.passwordCredentials) {
    const hash = record.secretHashes[credential.keyId];
    if (hash === undefined || !secretMatches(value, hash)) continue;
    const now = Date.now();
    if (Date.parse(credential.endDateTime) <= now) return "expired";
    const lag = record.createdMs === 0 ? 0 : lagMs;
    if (Date.parse(credential.startDateTime) + lag > now) return "wrong";
    return "valid";
  }
  return "wrong";
}
