import type { Account } from "../operations/account.ts";
import type { ClientRecord, Role } from "./client.ts";
import type { Secret } from "./secret.ts";

/** An app registration as this service needs it. */
export interface DirectoryClient {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdAt: Date;
  readonly secrets: readonly Secret[];
}

/**
 * Why an object is expected to be in the directory. One that is late answers "not there" for a while after it made something,
 * so that answer is believed only when the object is old enough, or no longer recorded: then somebody has deleted it.
 */
export interface Expected {
  readonly createdAt: Date;
  /** Whether it still is in the records; asked before each wait for a late directory. Taken for yes when left out. */
  readonly recorded?: () => Promise<boolean>;
}

/** The directory's side of a client. All methods throw `RemoteUnavailable`. */
export interface ClientDirectory {
  /** One POST, repeated only when the directory says that it did nothing. */
  create(application: {
    readonly operationId: string;
    readonly subscription: string;
    readonly displayName: string;
    readonly roles: readonly Role[];
  }): Promise<DirectoryClient>;
  /** Finds what `create` made for this operation, by tag. A late directory may not show it yet. */
  findByOperation(operationId: string): Promise<DirectoryClient | undefined>;
  get(id: string, expected: Expected): Promise<DirectoryClient | undefined>;
  /** ceil(n/20) calls; clients that are not there are missing from the answer. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryClient>>;
  /** False: not there. */
  rename(id: string, displayName: string, expected: Expected): Promise<boolean>;
  /** False: not there. The directory keeps what it deletes for 30 days. */
  delete(id: string, expected: Expected): Promise<boolean>;
}

/** A subscription's account together with the version under which it may be changed. */
export interface VersionedAccount {
  readonly account: Account;
  /** Opaque; absent as long as the subscription has no row. */
  readonly version: string | undefined;
}

export interface VersionedClient {
  readonly record: ClientRecord;
  readonly version: string;
}

/**
 * Which subscription owns which client, and how many places it has used. Each method is one atomic write or one read.
 * All throw `RemoteUnavailable`.
 */
export interface ClientRecords {
  account(subscription: string): Promise<VersionedAccount>;
  /** Takes a place for the operation. False: the account has changed meanwhile. */
  reserve(next: Account, version: string | undefined, operationId: string): Promise<boolean>;
  /** Saves the account. False: it has changed meanwhile. */
  charge(next: Account, version: string | undefined, writeId: string): Promise<boolean>;
  /** Turns the operation's place into the client. False: the place is gone (finished or undone by somebody else). */
  commit(record: ClientRecord): Promise<boolean>;
  /** Gives the operation's place back, if it still has one. */
  release(subscription: string, operationId: string): Promise<void>;
  client(subscription: string, clientId: string): Promise<VersionedClient | undefined>;
  /** One round for both: who owns the client, and what the subscription may still do. */
  find(
    subscription: string,
    clientId: string,
  ): Promise<{ client: VersionedClient; account: VersionedAccount } | undefined>;
  /** The client that operation made, also after it was deleted. */
  findByOperation(
    subscription: string,
    operationId: string,
  ): Promise<{ record: ClientRecord; deleted: boolean } | undefined>;
  /** In the order of their ids. `after`: the last id of the page before. */
  list(
    subscription: string,
    limit: number,
    after?: string,
  ): Promise<{ records: readonly ClientRecord[]; more: boolean }>;
  /** False: the record has changed or gone meanwhile. */
  save(record: ClientRecord, version: string): Promise<boolean>;
  /**
   * Takes the client off the subscription's list and gives its place back. Safe to repeat.
   *
   * @param account as it was a moment ago, if it is known: spares a look at it and at the record, unless others were faster
   */
  remove(record: ClientRecord, account?: VersionedAccount): Promise<void>;
}
