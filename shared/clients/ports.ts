import type { Unread } from "../base/unavailable.ts";
import type { Activity } from "./activity.ts";
import type { Actor } from "./actor.ts";
import type { ClientRecord, Role } from "./client.ts";
import type { ConsentState } from "./consent.ts";
import type { Certificate, FederatedCredential } from "./credential.ts";
import type { NewSecret, Secret, SecretToMake } from "./secret.ts";

/** An app registration as this service needs it. */
export interface DirectoryClient {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly createdAt: Date;
  readonly secrets: readonly Secret[];
  /** None where clients may have none. */
  readonly certificates: readonly Certificate[];
  /** Gets no tokens. */
  readonly disabled: boolean;
}

/** One that was made just now. */
export interface CreatedClient extends DirectoryClient {
  /** With its value, where it was made with a secret. */
  readonly firstSecret?: NewSecret;
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
  /** The client trusts nobody of this id. */
  | { readonly reason: "federated-absent" }
  /** The directory does not take this federated credential; beside those that the client has. */
  | { readonly reason: "federated-unfit"; readonly beside: readonly FederatedCredential[] }
  /** The client has as many secrets as its audience may hold. */
  | { readonly reason: "secrets-full" }
  /** The client has no such certificate. */
  | { readonly reason: "certificate-absent" }
  /** The client has this very certificate. */
  | { readonly reason: "certificate-held"; readonly keyId: string }
  /** The registration holds no more. */
  | { readonly reason: "certificates-full" }
  /** A name that the directory reserves ("Microsoft" in a multi-tenant registration). */
  | { readonly reason: "name-not-allowed" }
  /** `Directory_QuotaExceeded`: the tenant, or the backend as an owner, holds as many objects as it may. */
  | { readonly reason: "directory-full" }
  /** 403: the backend does not own this registration (any more), or has lost its permission. */
  | { readonly reason: "not-ours" }
  /** An app management policy of the directory's administrators. */
  | {
      readonly reason: "forbidden-by-policy";
      readonly policy: "lifetime" | "type" | "audience";
      /** Which one, where the directory names it. */
      readonly policyId?: string;
      /** For `lifetime`, where the policy may be read: how many whole days are allowed. */
      readonly longestDays?: number;
    }
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
    /** A secret that it has from the start. Refused as one that is added is. */
    readonly secret?: SecretToMake | undefined;
  }): Promise<Answer<CreatedClient>>;
  /** Finds what `create` made for this operation (and subscription, if one is named), by tag, on whichever page it stands. A late directory may not show it yet. */
  findByOperation(operationId: string, subscription?: string): Promise<DirectoryClient | undefined>;
  get(id: string, expected: Expected): Promise<DirectoryClient | undefined>;
  /** ceil(n/20) calls; clients that are not there are missing from the answer. */
  getMany(ids: readonly string[]): Promise<ReadonlyMap<string, DirectoryClient>>;
  rename(id: string, displayName: string, expected: Expected): Promise<Answer<undefined>>;
  /** While it is disabled the directory issues no tokens to it; those that are out live on. Safe to repeat. */
  setDisabled(id: string, disabled: boolean, expected: Expected): Promise<Answer<undefined>>;
  /** Whose an application says it is, by its client id: one GET. */
  locate(appId: string): Promise<Lead | undefined>;
  /** The directory keeps what it deletes for 30 days. */
  delete(id: string, expected: Expected): Promise<Answer<undefined>>;
  /**
   * Brings a deleted one back with its ids and secrets. `absent`: the directory does not keep it (any more), or it is back
   * already. Nothing as the value: it is back, and the answer did not show it whole.
   */
  restore(id: string, expected: Expected): Promise<Answer<DirectoryClient | undefined>>;
  /** Deletes a deleted one for good. `absent`: the directory does not keep it. */
  purge(id: string, expected: Expected): Promise<Answer<undefined>>;
  /** Whose an application says it is, by its object id, deleted or not: one GET, or two. */
  locateDeleted(id: string): Promise<Lead | undefined>;
}

/**
 * Where the record of a client should be found. An application's tags say it, and whoever may register applications can write
 * such tags: only the record proves it.
 */
export interface Lead {
  readonly clientId: string;
  /** The subscription, in the form in which records and directory keep it. */
  readonly subscriptionKey: string;
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

export interface VersionedClient {
  readonly record: ClientRecord;
  readonly version: string;
}

/** A client that the directory keeps for 30 days after its deletion; its record is without people. */
export interface DeletedClient extends VersionedClient {
  readonly deletedAt: Date;
}

/** One client as far as a look at all of its subscription goes: most are only counted. */
export interface ClientGlance {
  readonly id: string;
  /** Of its create. */
  readonly operationId: string;
  readonly state: ConsentState;
  /** All that is known of it; asks nobody. */
  readonly read: () => VersionedClient;
}

export interface Owned {
  /** In the order of their ids. */
  readonly clients: readonly ClientGlance[];
  readonly more: boolean;
}

/** What became of a create. */
export type Requested =
  /** The client as it was recorded first. */
  | {
      readonly state: "recorded";
      readonly record: ClientRecord;
      readonly requestedBy: string;
      /** Who that is; absent where nobody noted it yet. */
      readonly actor?: Actor | undefined;
    }
  /** Admitted, and not ended. */
  | { readonly state: "under-way" }
  /** Refused, undone, or not admitted yet. */
  | { readonly state: "nothing" };

/** Which subscription owns which client. Each method is one atomic write or one read. All throw `RemoteUnavailable`. */
export interface ClientRecords {
  client(subscription: string, clientId: string): Promise<VersionedClient | undefined>;
  /** The same, where a lead points. */
  at(lead: Lead): Promise<ClientRecord | undefined>;
  /** One that was deleted within a month or so. */
  deleted(subscription: string, clientId: string): Promise<DeletedClient | undefined>;
  /** The same, where a lead points. */
  deletedAt(lead: Lead): Promise<DeletedClient | undefined>;
  /** In the order of their ids. `after`: the last id of the page before. */
  listDeleted(
    subscription: string,
    limit: number,
    after?: string,
    unread?: Unread,
  ): Promise<{ readonly clients: readonly DeletedClient[]; readonly more: boolean }>;
  /** What became of a create, for a month. One read where it was recorded. */
  requested(subscription: string, operationId: string): Promise<Requested>;
  /** Whether an operation of ours holds the client. */
  underWay(subscription: string, clientId: string): Promise<boolean>;
  /** In the order of their ids. `after`: the last id of the page before. `illegible`: there are some that nobody can read. */
  list(
    subscription: string,
    limit: number,
    after?: string,
    unread?: Unread,
  ): Promise<{ records: readonly ClientRecord[]; more: boolean; illegible?: boolean }>;
  /** The first clients of a subscription, `most` (at most 1,000) of them, in one request; `more` when it has more. */
  owned(subscription: string, most: number): Promise<Owned>;
  /** False: the record has changed or gone meanwhile. */
  save(record: ClientRecord, version: string, activity?: Activity): Promise<boolean>;
  /** Takes a client that has gone off the subscription's list and gives its place back. Safe to repeat. */
  remove(
    client: Pick<ClientRecord, "subscription" | "id">,
    at: Date,
    activity?: Activity,
  ): Promise<void>;
}
