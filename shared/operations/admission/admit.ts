import { nameOperation, note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { By } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ClientRecords, DeletedClient, VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { CheckDeps } from "../settling/checks.ts";
import type { AccountLimits, AccountRefusal } from "./account.ts";
import { attemptOnce, readClient, refused, type Seen } from "./admission-attempt.ts";
import { outageOf } from "./executed.ts";
import type { IdempotentRequest, Key, VersionedKey } from "./key.ts";
import type { Held, Operation, UnderWay } from "./operation.ts";
import type { Journal, OperationRecords, VersionedAccount } from "./ports.ts";
import type { SharedLine } from "./shared-turn.ts";
import type { WriteShare } from "./write-share.ts";

/**
 * The one door for every change. After one round of reads a single transaction admits it: the account has room, the client is
 * as the caller saw it, nobody else changes it, and the caller's key is new. Whatever is found under way later has passed
 * here; what has not passed here is carried out by nobody.
 */

export interface AdmitDeps extends CheckDeps {
  readonly records: Pick<ClientRecords, "client" | "deleted">;
  readonly operations: OperationRecords;
  readonly journal: Pick<Journal, "adrift" | "active">;
  readonly line: SharedLine;
  readonly limits: AccountLimits;
  readonly share: WriteShare;
  /** Age from which an operation that has not ended counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
  /** Ends an operation that its worker has abandoned. */
  settle(held: Held): Promise<unknown>;
}

export interface AdmitRequest<Kind extends Operation> {
  readonly subscription: string;
  readonly operation: Kind;
  readonly by: By;
  /** ETag the caller has seen. */
  readonly ifMatch?: string | undefined;
  readonly idempotency?: IdempotentRequest | undefined;
  /** What forbids the change of the client as it is: asked anew whenever that has changed before the change was admitted. */
  readonly forbids?: ((client: ClientRecord) => Promise<ClientRefusal | undefined>) | undefined;
  /**
   * Sees to it, before the operation is admitted, that it is looked after whatever becomes of this process.
   *
   * @returns calls that off
   */
  remember(operationId: string, startedAt: Date): Promise<() => void>;
}

export interface InHand<Kind extends Operation = Operation> {
  readonly held: Held<Kind>;
  /** As it was when the operation was admitted; nothing for a create. */
  readonly client: VersionedClient | DeletedClient | undefined;
  readonly account: VersionedAccount;
  readonly key: Key | undefined;
  /** Another change of this client had just ended: the directory may still be digesting it. */
  readonly waited: boolean;
  /** To be called when the operation has ended. */
  forget(): void;
}

export type Admission<Kind extends Operation> =
  | { readonly state: "admitted"; readonly inHand: InHand<Kind> }
  | { readonly state: "refused"; readonly refusal: ClientRefusal | AccountRefusal }
  /** The key has been used before: what became of it is the answer. */
  | { readonly state: "known"; readonly key: VersionedKey };

/** How long a second change of one client waits for the first, in milliseconds per attempt: 3 s in all. */
const BUSY_PAUSES_MS = [100, 200, 400, 800, 1500];
/** Attempts at an account that other hosts are changing too: each fails only because another one succeeded. */
const ATTEMPTS = 24;
/** Longest pause between two of them, in milliseconds. */
const LONGEST_PAUSE_MS = 200;

/** @throws RemoteUnavailable `unknown`: it may have been admitted, and is then ended like any other that was abandoned */
export async function admit<Kind extends Operation>(
  deps: AdmitDeps,
  request: AdmitRequest<Kind>,
): Promise<Admission<Kind>> {
  const { operations, runtime } = deps;
  const { subscription, operation, by } = request;
  const operationId = runtime.newId();
  const startedAt = runtime.now();
  nameOperation(operationId);
  const entry: UnderWay<Kind> = {
    operationId,
    subscription,
    operation,
    startedAt,
    touchedAt: startedAt,
    turn: 0,
    by,
  };
  const remembering = request.remember(operationId, startedAt);
  const forget = () => void remembering.then((callOff) => callOff()).catch(() => undefined);
  let seen: Seen | undefined;
  try {
    const [, account, client] = await Promise.all([
      remembering,
      operations.account(subscription),
      readClient(deps, entry),
    ]);
    seen = { account, client, unsure: false, waited: false };
    const admission = await insist(deps, request, entry, seen, forget);
    if (admission.state !== "admitted") {
      forget();
      seen.giveBack?.();
    }
    return admission;
  } catch (error) {
    if (seen?.unsure) throw outageOf(error, "unknown");
    forget();
    seen?.giveBack?.();
    throw outageOf(error, "no");
  }
}

async function insist<Kind extends Operation>(
  deps: AdmitDeps,
  request: AdmitRequest<Kind>,
  first: UnderWay<Kind>,
  seen: Seen,
  forget: () => void,
): Promise<Admission<Kind>> {
  const { runtime } = deps;
  const pauses = BUSY_PAUSES_MS.values();
  let settled = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const step = await attemptOnce(deps, request, first, seen, forget);
    if (step.state === "again") {
      await runtime.pause(runtime.random() * Math.min(5 * 2 ** attempt, LONGEST_PAUSE_MS));
      continue;
    }
    if (step.state !== "busy") return step;
    const { holder } = step;
    // One that cannot be read is for its own version to end.
    const touchedAt = holder === "illegible" ? runtime.now() : holder.entry.touchedAt;
    const leftMs = touchedAt.getTime() + deps.reconcileAfterMs - runtime.now().getTime();
    if (holder !== "illegible" && leftMs <= 0 && !settled) {
      settled = true;
      await endAbandoned(deps, holder);
    } else {
      const pause = pauses.next();
      const retryAfterSeconds = Math.max(1, Math.ceil(leftMs / 1000));
      if (pause.done) return refused({ reason: "client-busy", retryAfterSeconds });
      await runtime.pause(pause.value);
    }
    seen.client = await readClient(deps, first);
  }
  throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
}

/**
 * Whoever should have ended it is late, and nobody else need wait for that. What keeps it from being ended is no outage of the
 * operation that waits: to that one the client is busy.
 */
async function endAbandoned({ settle }: AdmitDeps, holder: Held): Promise<void> {
  try {
    await settle(holder);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("holder-not-settled");
  }
}
