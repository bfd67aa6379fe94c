import { AsyncLocalStorage } from "node:async_hooks";
import { isMatch } from "../../base/if-match.ts";
import { noteRate } from "../../base/observation.ts";
import { done, type Outcome, refused as refusedOutcome } from "../../base/outcome.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { clientEtag } from "../../clients/client.ts";
import type { DeletedClient, VersionedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import { refusedByStop } from "../clients/stopped.ts";
import {
  type Account,
  type AccountLimits,
  type AccountRefusal,
  countChange,
  countPlace,
  noteActive,
} from "./account.ts";
import type { Admission, AdmitDeps, AdmitRequest } from "./admit.ts";
import { admitTogether } from "./admit-together.ts";
import { type Holder, holderNow } from "./holder.ts";
import { type IdempotentRequest, newKey, type VersionedKey } from "./key.ts";
import {
  type Held,
  holderOf,
  isCharged,
  isOfDeleted,
  keyHashOf,
  type Operation,
  takesPlace,
  type UnderWay,
} from "./operation.ts";
import type { VersionedAccount } from "./ports.ts";

/** What is known when the transaction is tried. */
export interface Seen {
  account: VersionedAccount;
  client: VersionedClient | DeletedClient | undefined;
  /** An expired key that the new one takes the place of. */
  expired?: VersionedKey;
  /** Whether the operation may have been admitted without our having heard of it. */
  unsure: boolean;
  /** The version of the client of which nothing forbids the change. */
  allowed?: string;
  /** Whether somebody else held the client a moment ago. */
  waited: boolean;
  /** Gives the write back that was taken of what all share; taken once, however many attempts there are. */
  giveBack?: () => void;
}

export type Step<Kind extends Operation> =
  | Admission<Kind>
  | { readonly state: "again" }
  | { readonly state: "busy"; readonly holder: Holder };

/** The operation, its client and its key. */
const OWN_ROWS = 3;

/** One attempt at the transaction, and, when it was refused, at finding out why. */
export async function attemptOnce<Kind extends Operation>(
  deps: AdmitDeps,
  request: AdmitRequest<Kind>,
  entry: UnderWay<Kind>,
  seen: Seen,
  forget: () => void,
): Promise<Step<Kind>> {
  const { subscription } = entry;
  const { idempotency } = request;
  const before = await refusedBefore(deps, request, seen);
  if (before) return before;
  const key = idempotency && newKey(idempotency, entry.operationId, entry.startedAt);
  let refusal: AccountRefusal | ClientRefusal = { reason: "not-found" };
  let own = entry;
  const count = ({ account, version }: VersionedAccount) => {
    const counted = countOn(deps, entry, seen, account);
    if (!counted.ok) {
      refusal = counted.refusal;
      return undefined;
    }
    // It may have waited for others: whoever goes by the times of events sees them in the order in which they happened.
    const startedAt = deps.runtime.now();
    own = { ...entry, startedAt, touchedAt: startedAt };
    if (account.webhook === false) own = { ...own, noWebhook: true };
    seen.unsure = true;
    return {
      entry: own,
      account: { account: counted.value, version },
      ...(seen.client && { client: seen.client }),
      ...(key && { key: { key, ...(seen.expired && { replaces: seen.expired.version }) } }),
    };
  };
  const asking = {
    account: seen.account,
    marks: [holderOf(entry), ...(key ? [key.keyHash] : [])],
    rows: OWN_ROWS,
    // Whoever's turn it is, what is noted is noted of this request.
    count: AsyncLocalStorage.bind(count),
  };
  const answer = await deps.line
    .admit(subscription, asking, admitTogether(deps))
    .catch((error: unknown) => {
      if (error instanceof RemoteUnavailable) seen.unsure = error.executed === "unknown";
      throw error;
    });
  if (!answer) {
    // Whatever was tried before has been refused.
    seen.unsure = false;
    const known = await knownKey(deps, subscription, idempotency);
    if (known?.expired === false) return { state: "known", key: known.key };
    return refused(refusal);
  }
  const inHand = (held: Held<Kind>, account: VersionedAccount, client = seen.client) => ({
    state: "admitted" as const,
    inHand: { held, client, account, key, waited: seen.waited, forget },
  });
  if (answer.state === "admitted") {
    const { version, clientVersion, account } = answer;
    const checked = seen.client &&
      clientVersion !== undefined && { ...seen.client, version: clientVersion };
    return inHand({ entry: own, version }, account, checked || seen.client);
  }
  const learnt = await learn(deps, own, idempotency, seen, answer.changed);
  return learnt.state === "ours" ? inHand(learnt.held, seen.account) : learnt;
}

/** What refuses it whatever the account says: nobody need wait for their turn to hear that. */
async function refusedBefore<Kind extends Operation>(
  deps: AdmitDeps,
  { subscription, operation, idempotency, ifMatch, forbids }: AdmitRequest<Kind>,
  seen: Seen,
): Promise<Exclude<Step<Kind>, { state: "admitted" }> | undefined> {
  if (operation.kind === "create") return undefined;
  const { client } = seen;
  if (!client) {
    // Asked for again after it has come back: it is not among the deleted any more.
    const known = isOfDeleted(operation)
      ? await knownKey(deps, subscription, idempotency)
      : undefined;
    if (known?.expired === false) return { state: "known", key: known.key };
    return refused({ reason: "not-found" });
  }
  if (ifMatch !== undefined) {
    const etag = clientEtag(client.record);
    if (!isMatch(ifMatch, etag)) {
      // It may be this very request that has changed the client since.
      const known = await knownKey(deps, subscription, idempotency);
      if (known?.expired === false) return { state: "known", key: known.key };
      return refused({ reason: "precondition-failed", etag });
    }
  }
  if (forbids && seen.allowed !== client.version) {
    const refusal = await forbids(client.record);
    if (refusal) return refused(refusal);
    seen.allowed = client.version;
  }
  return undefined;
}

/** The account with the operation on it, and its write taken of those that all share. */
function countOn(
  deps: AdmitDeps,
  entry: UnderWay,
  seen: Seen,
  account: Account,
): Outcome<Account, AccountRefusal | ClientRefusal> {
  const { operation } = entry;
  const stop = refusedByStop(operation, account, seen.client?.record);
  const counted = stop
    ? refusedOutcome(stop)
    : charge(operation, account, deps.limits, deps.runtime.now());
  if (isCharged(operation)) noteWrites(deps, account, counted);
  const refusal = counted.ok && takeShare(deps, entry, seen);
  return refusal ? refusedOutcome(refusal) : counted;
}

/**
 * Reads again what was not as expected, and nothing else where the service has said what that was.
 *
 * The answer that was refused may have been the second one to an admission whose first answer was lost: once it is done, the
 * account and the lock are no longer as they were expected. So the holder of the lock is looked at first; it may be ours.
 */
async function learn<Kind extends Operation>(
  deps: AdmitDeps,
  entry: UnderWay<Kind>,
  idempotency: IdempotentRequest | undefined,
  seen: Seen,
  changed: "account" | "client" | "busy" | "key" | undefined,
): Promise<Exclude<Step<Kind>, { state: "admitted" }> | { state: "ours"; held: Held<Kind> }> {
  const { subscription, operationId } = entry;
  const { operations } = deps;
  const [holder, account, client] = await Promise.all([
    changed === "client" || changed === "key" ? undefined : holderNow(operations, entry),
    changed === "account" || changed === undefined
      ? operations.account(subscription)
      : seen.account,
    changed === "client" || changed === undefined ? readClient(deps, entry) : seen.client,
  ]);
  seen.account = account;
  seen.client = client;
  const held = holder === "illegible" ? undefined : holder;
  if (held?.entry.operationId === operationId)
    return { state: "ours", held: { entry, version: held.version } };
  seen.unsure = false;
  seen.waited ||= changed === "busy";
  const keyIsHolders =
    held !== undefined && keyHashOf(held.entry.operation) === idempotency?.keyHash;
  if (changed === "key" || changed === undefined || keyIsHolders) {
    const known = await knownKey(deps, subscription, idempotency);
    if (known?.expired === false) return { state: "known", key: known.key };
    if (known) seen.expired = known.key;
    else delete seen.expired;
  }
  return holder && changed !== "account" ? { state: "busy", holder } : { state: "again" };
}

/** What is left of the subscription's writes in this minute. */
function noteWrites(
  { limits, runtime }: AdmitDeps,
  before: Account,
  counted: Outcome<Account, AccountRefusal | ClientRefusal>,
): void {
  if (!counted.ok && counted.refusal.reason !== "rate-limited") return;
  const limit = limits.writesPerMinute;
  const { minute, writes } = counted.ok ? counted.value : before;
  const leftMs = (minute + 1) * 60_000 - runtime.now().getTime();
  noteRate({
    policy: "writes",
    limit,
    remaining: counted.ok ? Math.max(0, limit - writes) : 0,
    resetSeconds: Math.max(1, Math.ceil(leftMs / 1000)),
  });
}

/** What the operation is about, as it is recorded: a deleted client for what brings it back or purges it. */
export async function readClient(
  { records }: Pick<AdmitDeps, "records">,
  { subscription, operation }: Pick<UnderWay, "subscription" | "operation">,
): Promise<VersionedClient | DeletedClient | undefined> {
  if (operation.kind === "create") return undefined;
  const { clientId } = operation;
  return isOfDeleted(operation)
    ? records.deleted(subscription, clientId)
    : records.client(subscription, clientId);
}

/** Nothing: it has its write. */
function takeShare(
  { share }: AdmitDeps,
  { subscription, operation }: UnderWay,
  seen: Seen,
): AccountRefusal | undefined {
  if (seen.giveBack) return undefined;
  if (!isCharged(operation)) {
    seen.giveBack = share.count();
    return undefined;
  }
  const taken = share.take(subscription);
  if (!taken.ok) return taken.refusal;
  seen.giveBack = taken.value;
  return undefined;
}

async function knownKey(
  { operations, runtime }: AdmitDeps,
  subscription: string,
  idempotency: IdempotentRequest | undefined,
): Promise<{ readonly key: VersionedKey; readonly expired: boolean } | undefined> {
  const key = idempotency && (await operations.key(subscription, idempotency.keyHash));
  return key && { key, expired: key.key.expiresAt <= runtime.now() };
}

function charge(operation: Operation, account: Account, limits: AccountLimits, now: Date) {
  const place = takesPlace(operation) && (operation.kind === "restore" ? "restored" : true);
  if (isCharged(operation)) return countChange(account, place, limits, now);
  return place ? countPlace(account, limits, now) : done(noteActive(account, now));
}

export const refused = (refusal: ClientRefusal | AccountRefusal) => ({
  state: "refused" as const,
  refusal,
});
