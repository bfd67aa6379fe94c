import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientRecord } from "../../clients/client.ts";
import {
  type EndingCredential,
  type FederatedCredential,
  kindOf,
} from "../../clients/credential.ts";
import { expectedClient } from "../../clients/expected-client.ts";
import { hasAnother, isLeaving, isSameKey, othersOf } from "../../clients/known-secrets.ts";
import type { VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { ChangeDeps } from "../admission/change.ts";
import type {
  Held,
  RemoveCertificateOperation,
  RemoveFederatedOperation,
  RemoveSecretOperation,
  RetireSecretOperation,
} from "../admission/operation.ts";
import { isJustMade } from "./just-made.ts";

type LastDeps = Pick<
  ChangeDeps,
  "directory" | "records" | "runtime" | "secrets" | "credentialRules"
>;

type Removal =
  | RemoveSecretOperation
  | RemoveCertificateOperation
  | RemoveFederatedOperation
  | RetireSecretOperation;

/**
 * Whether a client that has its consent would be left without a credential that works and stays, of whichever kind. Asked before
 * the removal is admitted, of the record that the admission then checks: of two removals at once the second one sees what the first
 * has left.
 *
 * What counts is what the directory shows, for somebody may have removed the other one there by hand: a read more for a client
 * that has its consent. It is not held against what is known where it cannot be asked now, so that a leaked secret can be removed
 * all the same, nor where it may be late: another secret that was made a moment ago counts as left. Federated credentials are
 * asked for only where nothing else is left: a read more instead of a refusal that nobody needs.
 */
async function isLastSecret(deps: LastDeps, client: ClientRecord, keyId: string): Promise<boolean> {
  if (client.consent.state !== "granted") return false;
  const now = deps.runtime.now();
  const live = await shown(deps, client, keyId);
  if (!live) return false;
  // One that is not there, or has run out, is nobody's last: the removal finds out by itself.
  if (!live.some((secret) => isSameKey(secret.keyId, keyId) && secret.expiresAt > now))
    return false;
  return (
    !isOneLeft(deps, client, keyId, live) &&
    !(await isAnotherJustMade(deps, client, keyId, live)) &&
    (await trustsOf(deps, client)).length === 0
  );
}

/** The same of a federated credential, which never ends and of which there is no record. */
async function isLastTrust(deps: LastDeps, client: ClientRecord, id: string): Promise<boolean> {
  if (client.consent.state !== "granted") return false;
  const live = await shown(deps, client, id);
  if (!live || isOneLeft(deps, client, id, live)) return false;
  const trusts = await trustsOf(deps, client);
  const isItAlone = trusts.length === 1 && trusts.every((trust) => isSameKey(trust.id, id));
  return isItAlone && !(await isAnotherJustMade(deps, client, id, live));
}

/** Whether there is another one that works, at this token endpoint, and stays. */
const isOneLeft = (
  { runtime, credentialRules }: LastDeps,
  client: ClientRecord,
  keyId: string,
  live: readonly EndingCredential[],
): boolean =>
  live.some(
    (other) =>
      !isSameKey(other.keyId, keyId) &&
      other.expiresAt > runtime.now() &&
      !isLeaving(client, other.keyId) &&
      credentialRules.directory.includes(kindOf(other)),
  );

/** None where the token endpoint takes none. */
const trustsOf = async (
  { directory, records, credentialRules }: LastDeps,
  client: ClientRecord,
): Promise<readonly FederatedCredential[]> =>
  credentialRules.directory.includes("federated")
    ? ((await directory.federatedOf(client.id, expectedClient(records, client))) ?? [])
    : [];

/** Nothing: it cannot say so now, and the record knows of another one. */
async function shown(
  { directory, records, runtime }: LastDeps,
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

/** Another one that a late directory may not show yet. */
const isAnotherJustMade = (
  deps: LastDeps,
  client: ClientRecord,
  keyId: string,
  live: readonly EndingCredential[],
): Promise<boolean> => {
  const missing = othersOf(client, keyId, deps.runtime.now()).filter(
    (other) => !live.some((secret) => isSameKey(secret.keyId, other.keyId)),
  );
  return isJustMade(deps, client, missing);
};

/**
 * Whether a removal that was set aside would now take the last one: what was there beside it may have gone meanwhile. Of one that was
 * not, the admission has asked, and nobody else has changed the client since.
 */
export async function isLastBySince(
  { entry: { parkedAt, operation } }: Held<Removal>,
  client: VersionedClient | undefined,
  forbids: ReturnType<typeof unlessLast>,
): Promise<boolean> {
  const isConfirmed = "evenLast" in operation && operation.evenLast;
  if (!parkedAt || isConfirmed || !client) return false;
  return (await forbids(client.record)) !== undefined;
}

export const unlessLast =
  (deps: LastDeps, keyId: string) =>
  async (client: ClientRecord): Promise<ClientRefusal | undefined> =>
    (await isLastSecret(deps, client, keyId)) ? { reason: "last-secret" } : undefined;

export const unlessLastTrust =
  (deps: LastDeps, credentialId: string) =>
  async (client: ClientRecord): Promise<ClientRefusal | undefined> =>
    (await isLastTrust(deps, client, credentialId)) ? { reason: "last-secret" } : undefined;
