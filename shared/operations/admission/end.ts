import { isNearlyOver } from "../../base/deadline.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Activity } from "../../clients/activity.ts";
import type { Actor } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ClientRecords, DeletedClient, VersionedClient } from "../../clients/ports.ts";
import type {
  SecretChange,
  SecretRecord,
  SecretRecords,
  VersionedSecret,
} from "../../clients/secret-record.ts";
import type { Watch } from "../../clients/watch.ts";
import { type Account, countBack, countDeleted, givePlaceBack } from "./account.ts";
import { activityOf, type Came } from "./activity-of.ts";
import { type EndRecords, endTogether } from "./end-together.ts";
import type { Key, KeyResult } from "./key.ts";
import { type Held, holderOf } from "./operation.ts";
import type { Ending, VersionedAccount } from "./ports.ts";
import type { SharedLine } from "./shared-turn.ts";

export interface EndDeps {
  readonly records: Pick<ClientRecords, "client" | "deleted">;
  readonly operations: EndRecords;
  readonly secrets: Pick<SecretRecords, "secret">;
  readonly line: Pick<SharedLine, "end">;
  readonly runtime: Runtime;
}

/** What an operation leaves behind. */
export interface Left {
  /** What it came to: stays on record. */
  readonly came: Came;
  /** What else stays on record: who ended it, where that was not who had asked for it. */
  readonly also?: Activity;
  /** Of a credential that somebody has made in the directory, and that is on record from now on. */
  readonly found?: Activity;
  /** A create that was carried out. */
  readonly made?: {
    readonly record: ClientRecord;
    readonly requestedBy: string;
    readonly actor: Actor;
    readonly watch?: Watch;
  };
  /** The client with what was changed; built anew if somebody else (a decision on its consent) has changed it meanwhile. */
  readonly changed?: {
    readonly from: VersionedClient;
    readonly next: (record: ClientRecord) => ClientRecord;
  };
  /** What became of secrets. */
  readonly secrets?: readonly SecretLeft[];
  readonly deleted?: { readonly client: VersionedClient; readonly at: Date };
  /** A deleted client that is back, as it is from now on; or, without a record of that, gone for good. */
  readonly back?:
    | {
        readonly from: DeletedClient;
        readonly record?: ClientRecord;
        readonly known?: VersionedAccount | undefined;
      }
    | undefined;
  /** Gives a place back: the client is gone, or never came to be. The account as it is known, which spares reading it. */
  readonly placeBack?: { readonly known?: VersionedAccount | undefined };
  /** What the caller's key answers from now on; without a result the key is free again. */
  readonly key?: { readonly key: Key; readonly result?: KeyResult } | undefined;
}

/** As a `SecretChange`; a changed one is built anew if somebody else (a reminder) has changed its record meanwhile. */
export type SecretLeft =
  | Exclude<SecretChange, { now: "changed" }>
  | {
      readonly now: "changed";
      readonly from: VersionedSecret;
      readonly next: (record: SecretRecord) => SecretRecord;
    };

/** Each attempt fails only because somebody else has changed the account or the client. */
const ATTEMPTS = 24;
const LONGEST_PAUSE_MS = 200;
/** Most rows that an ending writes: its lock, two of activity, two of a client, a key; and those of each secret. */
const OWN_ROWS = 6;
const ROWS_OF_A_SECRET = 2;

/**
 * Ends an operation in one transaction.
 *
 * @returns the client as it is now recorded, if it was changed
 * @throws RemoteUnavailable when somebody has taken the operation over: nothing that it has done may be relied on
 */
export async function end(
  deps: EndDeps,
  held: Held,
  left: Left,
): Promise<ClientRecord | undefined> {
  const ended = await tryEnd(deps, held, left);
  if (ended === "lost") throw new RemoteUnavailable("records", { executed: "unknown" });
  return ended.record;
}

/** Of a request's time what its last transaction needs for its answer to come in time. */
const SHARE_OF_THE_END = 0.2;

/**
 * Comes before the end of what hands out a value that exists in this one answer. An end that is carried out, and whose answer comes
 * too late to be given, has the value reach nobody while what it opens stays; without the end it is taken back.
 */
export function leaveTimeToHandOut(): void {
  if (isNearlyOver(SHARE_OF_THE_END))
    throw new RemoteUnavailable("records", { executed: "unknown" });
}

/** The same for who has something to do when the operation was taken over. */
export async function tryEnd(
  deps: EndDeps,
  held: Held,
  left: Left,
): Promise<"lost" | { readonly record: ClientRecord | undefined }> {
  const { operations, records, runtime, line } = deps;
  const { subscription } = held.entry;
  const at = runtime.now();
  let changing = left.changed?.from;
  let deleting = left.deleted?.client;
  let known = left.placeBack?.known ?? left.back?.known;
  let back = left.back;
  let secrets = left.secrets;
  const isCounted = left.placeBack !== undefined || left.back !== undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // A client that has gone has given its place back already.
    const gone = left.deleted !== undefined && !deleting;
    const client = clientAfter({ ...left, back }, changing, deleting);
    const came = gone ? FOUND_DELETED : left.came;
    const ending: Ending = {
      activity: [
        activityOf(held.entry, at, came),
        ...[left.also, left.found].flatMap((one) => one ?? []),
      ],
      ...(client && { client }),
      ...(secrets && { secrets: secrets.map(secretAfter) }),
      ...(left.key && { key: left.key }),
    };
    const leaving = {
      ...{ held, ending, known },
      marks: [holderOf(held.entry)],
      rows: OWN_ROWS + (secrets?.length ?? 0) * ROWS_OF_A_SECRET,
      alone: attempt > 0,
      count: (account: Account) => counted(left, account),
    };
    const ended =
      isCounted && !gone
        ? await line.end(subscription, leaving, endTogether(operations))
        : await operations.end(held, ending);
    if (ended === "lost") return ended;
    if (ended === "ended") return { record: client?.record };
    known = undefined;
    const clientId = (changing ?? deleting)?.record.id;
    const current = clientId && (await records.client(subscription, clientId));
    if (changing) changing = current || undefined;
    if (deleting) deleting = current || undefined;
    // An admission whose answer was lost does not say under which version it has left the client.
    const from = back && (await records.deleted(subscription, back.from.record.id));
    if (back && from) back = { ...back, from };
    secrets = secrets && (await asTheyAre(deps, subscription, secrets));
    await runtime.pause(runtime.random() * Math.min(5 * 2 ** attempt, LONGEST_PAUSE_MS));
  }
  throw new RemoteUnavailable("records", { executed: "unknown", retryAfterSeconds: 1 });
}

/** Taken off the list meanwhile by who did not find it in the directory, and on record as that. */
const FOUND_DELETED: Came = { outcome: "undone", reason: "deleted-in-directory" };

function counted({ deleted, back, placeBack }: Left, account: Account): Account {
  if (deleted) return countDeleted(account, deleted.at);
  const placed = placeBack ? givePlaceBack(account) : account;
  return back ? countBack(placed, back.from.deletedAt) : placed;
}

function clientAfter(
  { made, changed, deleted, back }: Left,
  changing: VersionedClient | undefined,
  deleting: VersionedClient | undefined,
): Ending["client"] {
  if (made) return { now: "made", ...made };
  if (back) {
    const { from, record } = back;
    const { version } = from;
    return record
      ? { now: "restored", record, version }
      : { now: "purged", record: from.record, version };
  }
  if (changed && changing) {
    const { record, version } = changing;
    return { now: "changed", record: changed.next(record), version };
  }
  if (deleted && deleting) return { now: "deleted", ...deleting, at: deleted.at };
  return undefined;
}

function secretAfter(left: SecretLeft): SecretChange {
  if (left.now !== "changed") return left;
  const { record, version } = left.from;
  return { now: "changed", record: left.next(record), version };
}

/** Those that were changed, read again. One that has gone meanwhile is not to be changed any more. */
async function asTheyAre(
  { secrets }: EndDeps,
  subscription: string,
  all: readonly SecretLeft[],
): Promise<readonly SecretLeft[]> {
  const current: SecretLeft[] = [];
  for (const left of all) {
    if (left.now !== "changed") current.push(left);
    else {
      const { clientId, keyId } = left.from.record;
      const from = await secrets.secret(subscription, clientId, keyId);
      if (from) current.push({ ...left, from });
    }
  }
  return current;
}
