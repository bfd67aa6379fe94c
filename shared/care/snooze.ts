import { dayOf } from "../base/day.ts";
import { AGAIN, insist } from "../base/insist.ts";
import { done, type Outcome, refused } from "../base/outcome.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { Activity } from "../clients/activity.ts";
import { withSnooze } from "../clients/known-secrets.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { SecretRefusal } from "../clients/secret-reasons.ts";
import type { SecretRecord, SecretRecords } from "../clients/secret-record.ts";
import type { ChangeDeps, ChangeRequest } from "../operations/admission/change.ts";
import { findSecret } from "../operations/credentials/find-secret.ts";
import type { Reminder } from "./due.ts";
import type { DueIndex } from "./due-index.ts";
import { dueEntry } from "./index-due.ts";

export interface SnoozeDeps extends ChangeDeps {
  readonly secrets: Pick<SecretRecords, "secret" | "saveSecret">;
  readonly index: Pick<DueIndex, "put">;
  readonly reminders: readonly Reminder[];
}

/** The pass that looks for secrets without a record runs hourly. */
const UNRECORDED_SECONDS = 3_600;

/**
 * No reminder of a secret before a time; that it has expired is told all the same. One conditional write, with the entry of who
 * did it, and what the client's own record says of it.
 *
 * What becomes due earlier by it is put into the index first: a death in between leaves a look that finds nothing due; and so may
 * whoever works off what is due just then, so that the write leaves it to be indexed once more. What becomes due later is found at
 * its old day, and put off from there.
 *
 * @param until nothing: reminders come as they are set
 */
export async function snooze(
  deps: SnoozeDeps,
  request: ChangeRequest & {
    readonly keyId: string;
    readonly kind?: "certificate";
    readonly until: Date | undefined;
  },
): Promise<Outcome<SecretRecord, ClientRefusal | SecretRefusal>> {
  const { index, journal, reminders, runtime, secrets } = deps;
  const id = `${runtime.newId()}:${request.kind ?? "secret"}.rescheduled`;
  return insist(runtime, async () => {
    const [found, client] = await Promise.all([
      findSecret(deps, request),
      deps.records.client(request.subscription, request.clientId),
    ]);
    if (!found.ok) return found;
    // What is known of a deleted client's secrets is kept for its month.
    if (!client) return refused({ reason: "not-found" });
    const { record, from } = found.value;
    if (!from)
      throw new RemoteUnavailable("records", {
        executed: "no",
        retryAfterSeconds: UNRECORDED_SECONDS,
      });
    const next = snoozed(record, request.until);
    const [before, after] = [dueEntry(record, reminders), dueEntry(next, reminders)];
    if (after && (!before || after.at < before.at)) await index.put([after], runtime.now());
    const entry = activityOf(request, { id, at: runtime.now(), until: next.snoozedUntil });
    // A copy for whoever lists the client's secrets.
    const owner = withSnooze(client.record, record, next.snoozedUntil, runtime.now());
    const kept = { ...client, record: owner };
    // Entries of activity are found, and purged, by the days on which their subscription was active.
    await journal.active(dayOf(runtime.now()), request.subscription);
    return (await secrets.saveSecret(next, from.version, entry, kept)) ? done(next) : AGAIN;
  });
}

/** No longer than it lives. */
function snoozed({ snoozedUntil: _, ...record }: SecretRecord, until: Date | undefined) {
  const { expiresAt } = record;
  return { ...record, ...(until && { snoozedUntil: until < expiresAt ? until : expiresAt }) };
}

const activityOf = (
  { subscription, clientId, keyId, kind, by }: Parameters<typeof snooze>[1],
  { id, at, until }: { readonly id: string; readonly at: Date; readonly until: Date | undefined },
): Activity => ({
  id,
  at,
  by,
  action: `${kind ?? "secret"}.rescheduled`,
  subscription,
  clientId,
  credentialId: keyId,
  outcome: "done",
  detail: { snoozedUntil: until?.toISOString() ?? "" },
});
