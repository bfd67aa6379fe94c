import type { Activity } from "../../clients/activity.ts";
import type { Actor } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { DeletedClient, VersionedClient } from "../../clients/ports.ts";
import type { SecretChange } from "../../clients/secret-record.ts";
import type { Watch } from "../../clients/watch.ts";
import type { ClientEvent } from "../../events/client-event.ts";
import type { OperationMessage } from "../../events/operation-message.ts";
import type { Account } from "./account.ts";
import type { Key, KeyResult, VersionedKey } from "./key.ts";
import type { Held, Operation, UnderWay } from "./operation.ts";

/** A subscription's account together with the version under which it may be changed. */
export interface VersionedAccount {
  readonly account: Account;
  /** Opaque; absent as long as the subscription has no row. */
  readonly version: string | undefined;
}

/** Everything that admits an operation, written in one transaction or not at all. */
export interface Admission {
  readonly entry: UnderWay;
  /** The account with this operation, and those that are admitted with it before it, counted; the version it was read under. */
  readonly account: VersionedAccount;
  /** The client as it was read: it has to be so still. */
  readonly client?: VersionedClient | DeletedClient;
  /** The caller's key; with the version of an expired one that it takes the place of. */
  readonly key?: { readonly key: Key; readonly replaces?: string };
}

export type Admitted =
  | {
      readonly admitted: true;
      readonly accountVersion: string;
      /** In the order in which they were asked for. */
      readonly each: readonly AdmittedOne[];
    }
  /** What was not as it was read, and of which of them, where the service says which; nothing was written. */
  | {
      readonly admitted: false;
      readonly refused?: { readonly index: number; readonly changed: Changed };
    };

export type Changed = "account" | "client" | "busy" | "key";

export interface AdmittedOne {
  /** That of the operation. */
  readonly version: string;
  /** That of the client from now on: checking it gives it another one. Absent when the answer was lost. */
  readonly clientVersion?: string;
}

/** How an operation ends, written in one transaction or not at all. */
export interface Ending {
  /** What stays on record of it. */
  readonly activity: readonly Activity[];
  readonly client?:
    | ({ readonly now: "made"; readonly watch?: Watch } & Made)
    | { readonly now: "changed"; readonly record: ClientRecord; readonly version: string }
    /** `version`: as it was read; it has to be so still. Left out, it goes whatever it is. */
    | {
        readonly now: "deleted";
        readonly record: ClientRecord;
        readonly version?: string;
        readonly at: Date;
      }
    /** `version`: that of its record as a deleted one. */
    | {
        readonly now: "restored" | "purged";
        readonly record: ClientRecord;
        readonly version: string;
      };
  /** What became of its secrets. */
  readonly secrets?: readonly SecretChange[];
  /** With a place given back. */
  readonly account?: VersionedAccount;
  /** What the caller's key answers from now on; without a result it is forgotten, and free. */
  readonly key?: { readonly key: Key; readonly result?: KeyResult };
}

export interface HeldEnding {
  readonly held: Held;
  readonly ending: Ending;
}

/** `lost`: somebody has taken the operation over. `changed`: the client or the account has changed since it was read. */
export type Ended = "ended" | "lost" | "changed";

/** What a subscription's partition keeps for a while: each for a time of its own. */
export type Kept = "keys" | "deleted" | "activity";

/** A client as its create left it, kept for a month: longer than any message waits. */
export interface Made {
  readonly record: ClientRecord;
  readonly requestedBy: string;
  /** Who asked; absent where nobody noted it yet. */
  readonly actor?: Actor | undefined;
}

/**
 * The partition of a subscription: its account, its clients, its keys, and what is under way. All methods throw
 * `RemoteUnavailable`.
 */
export interface OperationRecords {
  account(subscription: string): Promise<VersionedAccount>;
  /**
   * All of them or none.
   *
   * @param admissions of one subscription, thirty at most: each with an operation, a client and a key that no other one has
   */
  admit(admissions: readonly Admission[]): Promise<Admitted>;
  /**
   * @param holder a client's id, or that of a create
   * @throws Illegible for one that this version cannot read, which holds its client all the same; so does `parked`
   */
  underWay(subscription: string, holder: string): Promise<Held | undefined>;
  /**
   * Everything under way in one subscription.
   *
   * @param unread is told of what this version cannot read: it holds its client all the same, and may come to anything
   */
  allUnderWay(
    subscription: string,
    unread?: (one: Pick<UnderWay, "operationId" | "startedAt">) => void,
  ): Promise<readonly Held[]>;
  key(subscription: string, keyHash: string): Promise<VersionedKey | undefined>;
  made(subscription: string, operationId: string): Promise<Made | undefined>;
  /** Takes the operation over. Nothing: somebody else was faster, or it has ended. */
  take(held: Held, now: Date): Promise<Held | undefined>;
  end(held: Held, ending: Ending): Promise<Ended>;
  /**
   * Several of one subscription, of different clients, with the account as all of them leave it: all or none.
   *
   * @returns the account's version from now on; nothing: one of them is not as expected, and each finds out alone
   */
  endAll(account: VersionedAccount, endings: readonly HeldEnding[]): Promise<string | undefined>;
  /**
   * The account as operators would have it, with the entry of who did that; one transaction. False: the account has changed.
   *
   * @param operationId marks the write
   */
  stop(account: VersionedAccount, operationId: string, activity: Activity): Promise<boolean>;
  /** Sets the operation aside: it holds nothing any more, and waits for an operator. False: it was taken over. */
  park(held: Held, activity: Activity): Promise<boolean>;
  parked(subscription: string, operationId: string): Promise<Held | undefined>;
  /** Takes a parked operation up again. Nothing: its client is held by another operation. */
  unpark(parked: Held, now: Date, activity?: Activity): Promise<Held | undefined>;
  /** Removes what has been kept for long enough; how many rows that were. Its cost follows what is removed. */
  purge(subscription: string, kept: Kept, before: Date): Promise<number>;
}

/** What nobody could be asked to remember while the bus was away, and what waits for an operator. */
export interface ParkedOperation {
  readonly operationId: string;
  readonly subscription: string;
  readonly kind: Operation["kind"];
  readonly clientId?: string | undefined;
  readonly startedAt: Date;
  readonly parkedAt: Date;
  /** Why nobody could end it: a reason of the directory's, or `unavailable`. */
  readonly reason: string;
}

export interface LeftEntry<T> {
  readonly what: T;
  /** Names the row, for `done`. */
  readonly id: string;
}

/**
 * The table `journal`: what outlives the bus. It holds what is left over and nothing else, so reading it costs what is left
 * over. All methods throw `RemoteUnavailable`.
 */
export interface Journal {
  /** An event that could not be told. */
  untold(event: ClientEvent, now: Date): Promise<void>;
  untoldEvents(): AsyncIterable<LeftEntry<ClientEvent>>;
  /** A message that could not be sent, to be worked on from `at` on. */
  adrift(message: OperationMessage, at: Date): Promise<void>;
  /** Oldest first: those whose time has come. */
  adriftMessages(now: Date): AsyncIterable<LeftEntry<OperationMessage>>;
  done(entry: LeftEntry<unknown>): Promise<void>;
  /** Lists a parked operation for operators; written before it is parked, and harmless alone. */
  park(parked: ParkedOperation): Promise<void>;
  parked(): AsyncIterable<ParkedOperation>;
  findParked(operationId: string): Promise<ParkedOperation | undefined>;
  unlistParked(operationId: string): Promise<void>;
  /** Notes that a subscription was active on a day (UTC, `2026-11-21`). */
  active(day: string, subscription: string): Promise<void>;
  activeOn(day: string): AsyncIterable<string>;
  forgetDay(day: string): Promise<void>;
  /** How far a kind of purge has come: the last day that is done. */
  purgedTo(kept: Kept): Promise<string | undefined>;
  setPurgedTo(kept: Kept, day: string): Promise<void>;
}
