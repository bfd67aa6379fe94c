import { note } from "../base/observation.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { EndingCredential } from "../clients/credential.ts";
import { expectedClient } from "../clients/expected-client.ts";
import { hasAnother, isLeaving, isSameKey, othersOf } from "../clients/known-secrets.ts";
import { LATE_FOR_MS } from "../clients/late.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { ChangeDeps } from "./change.ts";

type LastSecretDeps = Pick<ChangeDeps, "directory" | "records" | "runtime" | "secrets">;

/**
 * Whether a client that has its consent would be left without a credential that works and stays, of whichever kind. Asked before the removal is
 * admitted, of the record that the admission then checks: of two removals at once the second one sees what the first has left.
 *
 * What counts is what the directory shows, for somebody may have removed the other one there by hand: a read more for a client
 * that has its consent. It is not held against what is known where it cannot be asked now, so that a leaked secret can be removed
 * all the same, nor where it may be late: another secret that was made a moment ago counts as left.
 */
async function isLastSecret(
  deps: LastSecretDeps,
  client: ClientRecord,
  keyId: string,
): Promise<boolean> {
  if (client.consent.state !== "granted") return false;
  const now = deps.runtime.now();
  const live = await shown(deps, client, keyId);
  if (!live) return false;
  const isUsable = ({ expiresAt }: Pick<EndingCredential, "expiresAt">) => expiresAt > now;
  // One that is not there, or has run out, is nobody's last: the removal finds out by itself.
  if (!live.some((secret) => isSameKey(secret.keyId, keyId) && isUsable(secret))) return false;
  const isLeft = live.some(
    (other) => !isSameKey(other.keyId, keyId) && isUsable(other) && !isLeaving(client, other.keyId),
  );
  return !isLeft && !(await isJustMade(deps, client, keyId, live));
}

/** Nothing: it cannot say so now, and the record knows of another one. */
async function shown(
  { directory, records, runtime }: LastSecretDeps,
  client: ClientRecord,
  keyId: string,
): Promise<readonly EndingCredential[] | undefined> {
  try {
    return (await directory.endingOf(client.id, expectedClient(records, client))) ?? [];
  } catch (error) {
    if (!(error instanceof RemoteUnavailable) || error.service !== "directory") throw error;
    if (!hasAnother(client, keyId, runtime.now())) throw error;
    note("last-secret-by-record");
    return undefined;
  }
}

/** Whether there is another one that a late directory may not show yet. Seldom asked: a request to the tables for each of them. */
async function isJustMade(
  { secrets, runtime }: LastSecretDeps,
  client: ClientRecord,
  keyId: string,
  live: readonly EndingCredential[],
): Promise<boolean> {
  const now = runtime.now();
  const missing = othersOf(client, keyId, now).filter(
    (other) => !live.some((secret) => isSameKey(secret.keyId, other.keyId)),
  );
  for (const other of missing) {
    const found = await secrets.secret(client.subscription, client.id, other.keyId);
    if (found && now.getTime() - found.record.createdAt.getTime() < LATE_FOR_MS) return true;
  }
  return false;
}

export const unlessLast =
  (deps: LastSecretDeps, keyId: string) =>
  async (client: ClientRecord): Promise<ClientRefusal | undefined> =>
    (await isLastSecret(deps, client, keyId)) ? { reason: "last-secret" } : undefined;
