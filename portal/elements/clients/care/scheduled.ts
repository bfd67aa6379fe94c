import type { Client, ScheduledSecret } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";

/** Takes in when a secret goes, as it is on record now. */
export function putSecret(
  el: LatchkeyClients,
  { id }: Client,
  { keyId, retiresAt }: ScheduledSecret,
): void {
  const now = el.state.items?.find((client) => client.id === id);
  if (!now) return;
  const secrets = now.secrets.map((secret) => {
    if (secret.keyId !== keyId) return secret;
    const { retiresAt: _before, ...rest } = secret;
    return { ...rest, ...(retiresAt && { retiresAt }) };
  });
  el.put({ ...now, secrets });
}
