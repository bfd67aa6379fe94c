import { nameOperation, note } from "../base/observation.ts";
import { done, type Outcome } from "../base/outcome.ts";
import type { Runtime } from "../base/runtime.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { ClientRecord, Role } from "../clients/client.ts";
import type { ClientDirectory, ClientRecords, DirectoryClient } from "../clients/ports.ts";
import type { Calendar } from "../consent/clock/calendar.ts";
import type { ConsentQueue } from "../consent/ports.ts";
import type { AccountLimits, AccountRefusal } from "./account.ts";
import { beginOnce } from "./begin-once.ts";
import { charge } from "./charge.ts";
import type { IdempotencyRecords, IdempotencyRefusal, IdempotentRequest } from "./idempotency.ts";
import type { Journal } from "./journal.ts";
import { type CreateOperation, recordClient } from "./record-client.ts";
import { resumeCreate } from "./resume-create.ts";

/** docs/creating-a-client.md goes through these steps and says what a death between any two of them leads to. */

export interface CreateDeps {
  readonly directory: ClientDirectory;
  readonly records: ClientRecords;
  readonly journal: Journal;
  readonly idempotency: IdempotencyRecords;
  readonly consentQueue: ConsentQueue;
  readonly runtime: Runtime;
  readonly limits: AccountLimits;
  /** Time an administrator has to decide, in milliseconds. */
  readonly consentSlaMs: number;
  /** When somebody is there to decide; around the clock when left out. */
  readonly consentCalendar?: Calendar;
  /** Age from which an unfinished operation counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
}

export interface CreateRequest {
  readonly subscription: string;
  readonly displayName: string;
  readonly roles: readonly Role[];
  readonly requestedBy: string;
  readonly idempotency?: IdempotentRequest;
}

/**
 * Creates a client for a subscription and asks for an administrator's consent.
 *
 * @throws RemoteUnavailable when it cannot be said that the client exists; the reconciler then finishes or undoes it
 */
export async function createClient(
  deps: CreateDeps,
  request: CreateRequest,
): Promise<Outcome<ClientRecord, AccountRefusal | IdempotencyRefusal>> {
  const { records, journal, idempotency, runtime } = deps;
  const { subscription } = request;
  const operationId = runtime.newId();
  const startedAt = runtime.now();
  nameOperation(operationId);
  await deps.consentQueue.ready();

  const operation: CreateOperation = {
    kind: "create",
    displayName: request.displayName,
    roles: request.roles,
    requestedBy: request.requestedBy,
    keyHash: request.idempotency?.keyHash,
  };
  const [key, account, held] = await Promise.all([
    request.idempotency &&
      beginOnce(
        idempotency,
        { caller: subscription, ...request.idempotency },
        operationId,
        startedAt,
      ),
    records.account(subscription),
    journal.open({
      operationId,
      subscription,
      operation,
      startedAt,
      touchedAt: startedAt,
      looks: 0,
    }),
  ]);
  if (!held) throw new Error("A new operation id is in the journal already");

  const abandon = async (): Promise<void> => {
    await records.release(subscription, operationId);
    await Promise.all([
      journal.close(held),
      key?.begun ? idempotency.release(key.held) : undefined,
    ]);
  };

  if (key && !key.begun) {
    await journal.close(held);
    return (await resumeCreate(deps, key.held, request)) ?? createClient(deps, request);
  }
  const charged = await charge(deps, account, { operationId });
  if (!charged.ok) {
    await abandon();
    return charged;
  }
  let created: DirectoryClient;
  try {
    created = await deps.directory.create({ operationId, ...request });
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    if (error.executed === "no") {
      await abandon();
      throw error;
    }
    // The answer was lost. The tag tells whether the client was made; if the directory does not say yet, the reconciler asks again.
    const found = await deps.directory.findByOperation(operationId);
    if (!found) throw error;
    note("create-answer-lost");
    created = found;
  }
  return done(await recordClient(deps, held, created, { key: key?.held }));
}
