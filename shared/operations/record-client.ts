import { note } from "../base/observation.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { ClientDirectory, ClientRecords, DirectoryClient } from "../clients/ports.ts";
import type { Calendar } from "../consent/clock/calendar.ts";
import type { ConsentQueue } from "../consent/ports.ts";
import { requestConsent } from "../consent/request-consent.ts";
import type { ConsentRequested } from "../events/consent-requested.ts";
import type { IdempotencyRecords, VersionedIdempotency } from "./idempotency.ts";
import type { HeldEntry, Operation } from "./journal.ts";

export type CreateOperation = Extract<Operation, { kind: "create" }>;

export interface RecordDeps {
  readonly directory: ClientDirectory;
  readonly records: ClientRecords;
  readonly idempotency: IdempotencyRecords;
  readonly consentQueue: ConsentQueue;
  /** Time an administrator has to decide, in milliseconds. */
  readonly consentSlaMs: number;
  /** When somebody is there to decide; around the clock when left out. */
  readonly consentCalendar?: Calendar;
}

/** Steps 3 and 4 of a create: from "it is in the directory" to "it is the subscription's and administrators will know". */
export async function recordClient(
  deps: RecordDeps,
  { entry }: HeldEntry<CreateOperation>,
  created: DirectoryClient,
  options: { readonly key?: VersionedIdempotency | undefined; readonly again?: Date } = {},
): Promise<ClientRecord> {
  const { key, again } = options;
  const { operationId, subscription, operation } = entry;
  const record: ClientRecord = {
    id: created.id,
    appId: created.appId,
    subscription,
    displayName: operation.displayName,
    roles: operation.roles,
    createdAt: created.createdAt,
    operationId,
    revision: 1,
    consent: requestConsent(entry.startedAt, deps.consentSlaMs, deps.consentCalendar),
  };
  const [committed] = await Promise.all([
    deps.records.commit(record),
    announce(deps.consentQueue, record, operation.requestedBy, again),
    key && deps.idempotency.finish(key, { clientId: record.id }),
  ]);
  if (committed) return record;
  const existing = await deps.records.client(subscription, record.id);
  if (existing) return existing.record;
  // Somebody gave the operation up before the directory showed its work: nobody will ever know of this one.
  await deps.directory.delete(record.id, record);
  throw new RemoteUnavailable("directory", { executed: "no" });
}

/**
 * Sends the message whose consumer tells administrators. A bus that fails now delays the alert until the reconciler has run;
 * the client is there all the same.
 *
 * @param again when this is not the first time: the first message may have come before the record and found no client, and
 * a second one under its id would be dropped as a duplicate
 */
export async function announce(
  queue: ConsentQueue,
  record: ClientRecord,
  requestedBy: string,
  again?: Date,
): Promise<void> {
  const message: ConsentRequested = {
    type: "consent.requested",
    version: 1,
    operationId: record.operationId,
    clientId: record.id,
    subscription: record.subscription,
    requestedBy,
  };
  try {
    await (again ? queue.putOff(message, again) : queue.sendRequested(message));
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("consent-request-deferred");
  }
}
