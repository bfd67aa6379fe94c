import { nameOperation } from "../base/observation.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import { clientEtag } from "../clients/client.ts";
import type { ClientRecords, VersionedClient } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import { type AccountLimits, type AccountRefusal, countChange } from "./account.ts";
import type { CheckDeps } from "./checks.ts";
import { type IdempotentRequest, type Key, newKey, type VersionedKey } from "./key.ts";
import type { Line } from "./line.ts";
import { type Held, holderOf, type Operation, type UnderWay } from "./operation.ts";
import type { Journal, OperationRecords, VersionedAccount } from "./ports.ts";

/**
 * The one door for every change. After one round of reads a single transaction admits it: the account has room, the client is
 * as the caller saw it, nobody else changes it, and the caller's key is new. Whatever is found under way later has passed
 * here; what has not passed here is carried out by nobody.
 */

export interface AdmitDeps extends CheckDeps {
  readonly records: Pick<ClientRecords, "client">;
  readonly operations: OperationRecords;
  readonly journal: Pick<Journal, "adrift" | "active">;
  readonly line: Line;
  readonly limits: AccountLimits;
  /** Age from which an operation that has not ended counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
  /** Ends an operation that its worker has abandoned. */
  settle(held: Held): Promise<unknown>;
}

export interface AdmitRequest<Kind extends Operation> {
  readonly subscription: string;
  readonly operation: Kind;
  /** ETag the caller has seen. */
  readonly ifMatch?: string | undefined;
  readonly idempotency?: IdempotentRequest | undefined;
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
  readonly client: VersionedClient | undefined;
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

interface Seen {
  account: VersionedAccount;
  client: VersionedClient | undefined;
  /** An expired key that the new one takes the place of. */
  expired?: VersionedKey;
}

type Step<Kind extends Operation> = Admission<Kind> | "again" | "busy";

/** @throws RemoteUnavailable `unknown`: it may have been admitted, and is then ended like any other that was abandoned */
export async function admit<Kind extends Operation>(
  deps: AdmitDeps,
  request: AdmitRequest<Kind>,
): Promise<Admission<Kind>> {
  const { operations, records, runtime } = deps;
  const { subscription, operation } = request;
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
  };
  const remembering = request.remember(operationId, startedAt);
  const forget = () => void remembering.then((callOff) => callOff()).catch(() => undefined);
  try {
    const [, account, client] = await Promise.all([
      remembering,
      operations.account(subscription),
      operation.kind === "create" ? undefined : records.client(subscription, operation.clientId),
    ]);
    const admission = await insist(deps, request, entry, { account, client }, forget);
    if (admission.state !== "admitted") forget();
    return admission;
  } catch (error) {
    const untouched = !(error instanceof RemoteUnavailable) || error.executed === "no";
    if (untouched) forget();
    throw error;
  }
}

async function insist<Kind extends Operation>(
  deps: AdmitDeps,
  request: AdmitRequest<Kind>,
  first: UnderWay<Kind>,
  seen: Seen,
  forget: () => void,
): Promise<Admission<Kind>> {
  const { operations, records, runtime } = deps;
  let waits = 0;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const entry = { ...first, touchedAt: runtime.now() };
    const step = await inLine(deps, seen, (turn) =>
      attemptOnce(deps, request, entry, seen, turn, { waited: waits > 0, forget }),
    );
    if (step === "again") {
      await runtime.pause(runtime.random() * Math.min(5 * 2 ** attempt, LONGEST_PAUSE_MS));
      continue;
    }
    if (step !== "busy") return step;
    const pause = BUSY_PAUSES_MS[waits];
    waits += 1;
    if (pause !== undefined) await runtime.pause(pause);
    else {
      const holder = await operations.underWay(first.subscription, holderOf(first));
      const freeAt = (holder?.entry.touchedAt.getTime() ?? 0) + deps.reconcileAfterMs;
      const leftMs = freeAt - runtime.now().getTime();
      if (holder && (leftMs > 0 || waits > BUSY_PAUSES_MS.length + 1))
        return refused({
          reason: "client-busy",
          retryAfterSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
        });
      // Whoever should have ended it is late: nobody else need wait for that.
      if (holder) await deps.settle(holder);
    }
    if (first.operation.kind !== "create")
      seen.client = await records.client(first.subscription, first.operation.clientId);
  }
  throw new RemoteUnavailable("records", { executed: "no", retryAfterSeconds: 1 });
}

/** Runs `work` as the only one in this process that changes the subscription's account. */
async function inLine<T>(
  { line }: AdmitDeps,
  seen: Seen,
  work: (leave: (next: VersionedAccount) => void) => Promise<T>,
): Promise<T> {
  const turn = await line.enter(seen.account.account.subscription);
  if (turn.known) seen.account = turn.known;
  try {
    return await work(turn.leave);
  } finally {
    turn.leave();
  }
}

async function attemptOnce<Kind extends Operation>(
  deps: AdmitDeps,
  request: AdmitRequest<Kind>,
  entry: UnderWay<Kind>,
  seen: Seen,
  leave: (next: VersionedAccount) => void,
  { waited, forget }: { waited: boolean; forget: () => void },
): Promise<Step<Kind>> {
  const { operations, runtime, limits } = deps;
  const { subscription, operation } = entry;
  const { idempotency, ifMatch } = request;
  if (operation.kind !== "create" && !seen.client) return refused({ reason: "not-found" });
  if (seen.client && ifMatch !== undefined) {
    const etag = clientEtag(seen.client.record);
    if (!matches(ifMatch, etag)) return refused({ reason: "precondition-failed", etag });
  }
  const { account, version } = seen.account;
  const counted = countChange(account, operation.kind === "create", limits, runtime.now());
  if (!counted.ok) {
    const known = await knownKey(deps, subscription, idempotency);
    return known?.expired === false ? { state: "known", key: known.key } : refused(counted.refusal);
  }
  const today = counted.value.activeOn;
  if (today !== undefined && today !== account.activeOn)
    await deps.journal.active(today, subscription);

  const key = idempotency && newKey(idempotency, entry.operationId, entry.startedAt);
  const answer = await operations.admit({
    entry,
    account: { account: counted.value, version },
    ...(seen.client && { client: seen.client }),
    ...(key && { key: { key, ...(seen.expired && { replaces: seen.expired.version }) } }),
  });
  if (answer.admitted) {
    const next = { account: counted.value, version: answer.accountVersion };
    leave(next);
    const { held, clientVersion } = answer;
    const client = seen.client &&
      clientVersion !== undefined && { ...seen.client, version: clientVersion };
    const inHand = { held, client: client || seen.client, account: next, key, waited, forget };
    return { state: "admitted", inHand };
  }
  return learn(deps, entry, idempotency, seen, answer.changed);
}

/** Reads again what was not as expected, and nothing else where the service has said what that was. */
async function learn<Kind extends Operation>(
  deps: AdmitDeps,
  { subscription, operation }: UnderWay<Kind>,
  idempotency: IdempotentRequest | undefined,
  seen: Seen,
  changed: "account" | "client" | "busy" | "key" | undefined,
): Promise<Step<Kind>> {
  if (changed === "account" || changed === undefined)
    seen.account = await deps.operations.account(subscription);
  if (operation.kind !== "create" && (changed === "client" || changed === undefined))
    seen.client = await deps.records.client(subscription, operation.clientId);
  if (changed === "key" || changed === undefined) {
    const known = await knownKey(deps, subscription, idempotency);
    if (known?.expired === false) return { state: "known", key: known.key };
    if (known) seen.expired = known.key;
    else delete seen.expired;
  }
  return changed === "busy" || changed === undefined ? "busy" : "again";
}

async function knownKey(
  { operations, runtime }: AdmitDeps,
  subscription: string,
  idempotency: IdempotentRequest | undefined,
): Promise<{ readonly key: VersionedKey; readonly expired: boolean } | undefined> {
  const key = idempotency && (await operations.key(subscription, idempotency.keyHash));
  return key && { key, expired: key.key.expiresAt <= runtime.now() };
}

const refused = (refusal: ClientRefusal | AccountRefusal) => ({
  state: "refused" as const,
  refusal,
});

/** `If-Match` with strong comparison: `*` or a list of entity tags (RFC 9110, 13.1.1). */
const matches = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === "*" || ifMatch.split(",").some((tag) => tag.trim() === etag);
