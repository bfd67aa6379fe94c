import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { kindOf } from "../../clients/credential.ts";
import { expectedClient } from "../../clients/expected-client.ts";
import { isKnownGone, isSameKey } from "../../clients/known-secrets.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import { recordFound } from "../../clients/record-found.ts";
import { type CredentialMissing, missingOf } from "../../clients/secret-reasons.ts";
import type { SecretRecord, VersionedSecret } from "../../clients/secret-record.ts";
import type { ChangeDeps, ChangeRequest } from "../admission/change.ts";

/** A secret that is to be changed, and how it is on record, if it is. */
export interface FoundSecret {
  readonly record: SecretRecord;
  readonly from: VersionedSecret | undefined;
}

/**
 * A secret by its record: one read. One that has none yet, from before there were records or made in the directory by hand, is
 * looked for there: a read and a directory call more, and only for a client of the caller's own.
 */
export async function findSecret(
  { secrets, records, directory }: ChangeDeps,
  {
    subscription,
    clientId,
    keyId,
    kind,
  }: Pick<ChangeRequest, "subscription" | "clientId"> & {
    readonly keyId: string;
    /** A secret where it is left out. */
    readonly kind?: "certificate" | undefined;
  },
): Promise<Outcome<FoundSecret, ClientRefusal | CredentialMissing>> {
  const missing = refused(missingOf(kind));
  const from = await secrets.secret(subscription, clientId, keyId);
  if (from) return from.record.kind === kind ? done({ record: from.record, from }) : missing;
  const owned = await records.client(subscription, clientId);
  if (!owned) return refused({ reason: "not-found" });
  const live = await directory.endingOf(clientId, expectedClient(records, owned.record));
  if (!live) return refused({ reason: "not-found" });
  const shown = live.find(
    (one) => isSameKey(one.keyId, keyId) && kindOf(one) === (kind ?? "secret"),
  );
  // A directory that is late shows what has gone.
  const known = owned.record.secrets?.find((secret) => isSameKey(secret.keyId, keyId));
  if (!shown || known?.goneAt) return missing;
  return done({ record: recordFound(subscription, clientId, shown), from });
}

/**
 * Forbids the change of a secret that has been removed since it was looked for, by whoever was faster: its client's record says so,
 * which the admission holds the change against.
 */
export function unlessGone(keyId: string) {
  let isGone = false;
  return {
    forbids: async (client: ClientRecord): Promise<ClientRefusal | undefined> => {
      isGone = isKnownGone(client, keyId);
      return isGone ? { reason: "not-found" } : undefined;
    },
    isGone: () => isGone,
  };
}
