import type { Client, ScheduledSecret } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";

/** Takes in when a secret goes, and until when nobody is reminded of it, as it is on record now. */
export function putSecret(
  el: LatchkeyClients,
  { id }: Client,
  { keyId, retiresAt, snoozedUntil }: ScheduledSecret,
): void {
  const now = el.state.items?.find((client) => client.id === id);
  if (!now) return;
  const secrets = now.secrets.map((secret) => {
    if (secret.keyId !== keyId) return secret;
    const { retiresAt: _before, snoozedUntil: _snoozed, ...rest } = secret;
    return { ...rest, ...(retiresAt && { retiresAt }), ...(snoozedUntil && { snoozedUntil }) };
  });
  el.put({ ...now, secrets });
}
