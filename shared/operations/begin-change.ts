import { nameOperation } from "../base/observation.ts";
import { done, type Outcome, refused } from "../base/outcome.ts";
import type { Runtime } from "../base/runtime.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import { clientEtag } from "../clients/client.ts";
import { expectedClient } from "../clients/expected-client.ts";
import { findOwned } from "../clients/find-owned.ts";
import type {
  ClientDirectory,
  ClientRecords,
  Expected,
  VersionedClient,
} from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { EventPublisher } from "../events/client-event.ts";
import type { AccountLimits, AccountRefusal } from "./account.ts";
import { beginOnce } from "./begin-once.ts";
import { charge } from "./charge.ts";
import { holdClient } from "./hold-client.ts";
import type { IdempotencyRecords, IdempotentRequest, VersionedIdempotency } from "./idempotency.ts";
import type { HeldEntry, Journal, Operation } from "./journal.ts";

/** What every change of an existing client works with. */
export interface ChangeDeps {
  readonly directory: ClientDirectory;
  readonly records: ClientRecords;
  readonly journal: Journal;
  readonly idempotency: IdempotencyRecords;
  readonly events: EventPublisher;
  readonly runtime: Runtime;
  readonly limits: AccountLimits;
  /** Age from which an unfinished operation counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
}

export interface ChangeRequest {
  readonly subscription: string;
  readonly clientId: string;
  /** ETag the caller has seen. */
  readonly ifMatch?: string;
}

type ClientOperation = Exclude<Operation, { kind: "create" | "announce" }>;

export interface Change<Kind extends ClientOperation> {
  readonly client: VersionedClient;
  readonly held: HeldEntry<Kind>;
  /** Why the directory should know the client; a late directory is waited for only while the client is recorded. */
  readonly expected: Required<Expected>;
  /** Another change of this client had just ended. */
  readonly waited: boolean;
  readonly key: VersionedIdempotency | undefined;
  /** Ends the change as if it had not been asked for. */
  giveUp(): Promise<void>;
  /** Runs `work`; gives up when it fails and is known to have done nothing. After any other failure the reconciler goes on. */
  attempt<T>(work: () => Promise<T>): Promise<T>;
}

/** For a request under an `Idempotency-Key`: what to answer when the key has been used before. */
export interface Once<Refusal> {
  readonly request: IdempotentRequest;
  answer(key: VersionedIdempotency): Promise<{ readonly ok: false; readonly refusal: Refusal }>;
}

/**
 * Everything that comes before the directory is asked to change a client: whose it is, what the subscription may still do,
 * the caller's `If-Match` and key, and the journal entry that makes this operation the only one on this client.
 */
export async function beginChange<Kind extends ClientOperation, Refusal = never>(
  deps: ChangeDeps,
  request: ChangeRequest,
  operation: Kind,
  once?: Once<Refusal>,
): Promise<Outcome<Change<Kind>, ClientRefusal | AccountRefusal | Refusal>> {
  const { records, journal, idempotency, runtime } = deps;
  const { subscription, clientId } = request;
  const owned = await findOwned(records, subscription, clientId);
  if (!owned.ok) return owned;

  const operationId = runtime.newId();
  const startedAt = runtime.now();
  nameOperation(operationId);
  const [key, charged, hold] = await Promise.all([
    once &&
      beginOnce(idempotency, { caller: subscription, ...once.request }, operationId, startedAt),
    charge(deps, owned.value.account),
    holdClient(deps, {
      operationId,
      subscription,
      operation,
      startedAt,
      touchedAt: startedAt,
      looks: 0,
    }),
  ]);
  const giveUp = async (): Promise<void> => {
    await Promise.all([
      hold.ok ? journal.close(hold.value.held) : undefined,
      key?.begun ? idempotency.release(key.held) : undefined,
    ]);
  };
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof RemoteUnavailable && error.executed === "no") await giveUp();
      throw error;
    }
  };

  if (once && key && !key.begun) {
    await giveUp();
    return once.answer(key.held);
  }
  if (!charged.ok) {
    await giveUp();
    return charged;
  }
  if (!hold.ok) {
    await giveUp();
    return hold;
  }
  const { held, waited } = hold.value;
  // Only now is nobody else changing the client: what was read before may be old.
  const current =
    request.ifMatch || waited ? await records.client(subscription, clientId) : undefined;
  const client = request.ifMatch || waited ? current : owned.value.client;
  if (!client) {
    await giveUp();
    return refused({ reason: "not-found" });
  }
  const etag = clientEtag(client.record);
  if (request.ifMatch && !matches(request.ifMatch, etag)) {
    await giveUp();
    return refused({ reason: "precondition-failed", etag });
  }
  const expected = expectedClient(records, client.record);
  return done({ client, expected, held, waited, key: key?.held, giveUp, attempt });
}

/** `If-Match` with strong comparison: `*` or a list of entity tags (RFC 9110, 13.1.1). */
const matches = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === "*" || ifMatch.split(",").some((tag) => tag.trim() === etag);
