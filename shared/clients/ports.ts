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

/** What the directory refuses for good: asking again would be answered the same. */
export type DirectoryRefusal =
  /** It does not show the client, and is not merely late. */
  | { readonly reason: "absent" }
  /** The client has no such secret. */
  | { readonly reason: "secret-absent" }
  /** The client has as many secrets as its audience may hold. */
  | { readonly reason: "secrets-full" }
  /** A name that the directory reserves ("Microsoft" in a multi-tenant registration). */
  | { readonly reason: "name-not-allowed" }
  /** `Directory_QuotaExceeded`: the tenant, or the backend as an owner, holds as many objects as it may. */
  | { readonly reason: "directory-full" }
  /** 403: the backend does not own this registration (any more), or has lost its permission. */
  | { readonly reason: "not-ours" }
  /** An app management policy of the directory's administrators. */
  | { readonly reason: "forbidden-by-policy"; readonly policy: "lifetime" | "type" | "audience" }
  /** Any other 4xx. */
  | { readonly reason: "refused"; readonly status: number; readonly code: string };

/** What came of a change that the directory was asked for. */
export type Answer<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "refused"; readonly refusal: DirectoryRefusal }
  /** Nothing was done; later it may be. */
  | { readonly kind: "not-now"; readonly retryAfterSeconds: number; readonly throttled: boolean }
  /** The answer was lost, cut or cannot be read: it may have been done. */
  | { readonly kind: "unknown"; readonly retryAfterSeconds: number };

/**
 * The directory's side of a client. Changes answer in one of four kinds. Reads throw `RemoteUnavailable` when only waiting
 * helps, and `DirectoryRefused` when the directory will not show what is asked for.
 */
export interface ClientDirectory {
  /** One POST, repeated only when the directory says that it did nothing. */
  create(application: {
    readonly operationId: string;
    readonly subscription: string;
    readonly displayName: string;
    readonly roles: readonly Role[];
  }): Promise<Answer<DirectoryClient>>;
  /** Finds what `create` made for this operation, by tag, on whichever page it stands. A late directory may not show it yet. */
  findByOperation(operationId: string): Promise<DirectoryClient | undefined>;
  get(id: string, expected: Expected): Promise<DirectoryClient | undefined>;
  /** ceil(n/20) calls; clients that are not there are missing from the answer. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryClient>>;
  rename(id: string, displayName: string, expected: Expected): Promise<Answer<undefined>>;
  /** The directory keeps what it deletes for 30 days. */
  delete(id: string, expected: Expected): Promise<Answer<undefined>>;
}

/** A read that the directory refuses for good (403, …): nothing that waiting mends. */
export class DirectoryRefused extends Error {
  readonly code = "DIRECTORY_REFUSED";
  readonly refusal: DirectoryRefusal;

  constructor(refusal: DirectoryRefusal, options?: ErrorOptions) {
    super(`The directory refuses for good: ${refusal.reason}`, options);
    this.name = "DirectoryRefused";
    this.refusal = refusal;
  }
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
