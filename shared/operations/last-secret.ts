import type { ClientRecord } from "../clients/client.ts";
import { expectedClient } from "../clients/expected-client.ts";
import { hasAnother, isLeaving, isSameKey } from "../clients/known-secrets.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { ChangeDeps } from "./change.ts";

/**
 * Whether a client that has its consent would be left without a secret that works and stays. Asked before the removal is
 * admitted, of the record that the admission then checks: of two removals at once the second one sees what the first has left.
 *
 * The record answers it where it knows of another secret, which spares a read. Where it does not, the directory is asked: one
 * call more, before a refusal or for a client from before the record knew. What was removed by hand in the directory a moment ago
 * may so count as left.
 */
export async function isLastSecret(
  { directory, records, runtime }: Pick<ChangeDeps, "directory" | "records" | "runtime">,
  client: ClientRecord,
  keyId: string,
): Promise<boolean> {
  const now = runtime.now();
  if (client.consent.state !== "granted" || hasAnother(client, keyId, now)) return false;
  const live = (await directory.secretsOf(client.id, expectedClient(records, client))) ?? [];
  const isUsable = ({ expiresAt }: { readonly expiresAt: Date }) => expiresAt > now;
  // One that is not there, or has run out, is nobody's last: the removal finds out by itself.
  if (!live.some((secret) => isSameKey(secret.keyId, keyId) && isUsable(secret))) return false;
  return !live.some(
    (other) => !isSameKey(other.keyId, keyId) && isUsable(other) && !isLeaving(client, other.keyId),
  );
}

export const unlessLast =
  (deps: ChangeDeps, keyId: string) =>
  async (client: ClientRecord): Promise<ClientRefusal | undefined> =>
    (await isLastSecret(deps, client, keyId)) ? { reason: "last-secret" } : undefined;
