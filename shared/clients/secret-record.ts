import type { Unread } from "../base/unavailable.ts";
import type { Activity } from "./activity.ts";
import type { Actor } from "./actor.ts";
import type { CertificateFacts } from "./credential.ts";
import type { Lead, VersionedClient } from "./ports.ts";

/**
 * What the service knows of a secret without asking the directory, which stays the truth about it. Never its value, and nothing
 * of it.
 */
export interface SecretRecord {
  readonly subscription: string;
  readonly clientId: string;
  readonly keyId: string;
  /** Of what kind it is; a secret where it is left out, as on all rows from before there were others. */
  readonly kind?: "certificate";
  /** Of a certificate, where they are known. */
  readonly certificate?: CertificateFacts;
  readonly displayName: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  /** Unknown of secrets that were found in the directory. */
  readonly createdBy?: Actor;
  /** Made here, or found in the directory. */
  readonly source: "service" | "directory";
  /** When it is removed, for another one has taken its place. */
  readonly retiresAt?: Date;
  /**
   * How often the directory has refused to let it be removed when its time had come, and when that is tried again; without a time
   * it is not: operators have it.
   */
  readonly refused?: { readonly times: number; readonly againAt?: Date };
  /** What people have been told of its end: a reminder's threshold as it stands in the setting (`P30D`), or `expired`. */
  readonly told: readonly string[];
  /** No reminder before then. */
  readonly snoozedUntil?: Date;
}

export interface VersionedSecret {
  readonly record: SecretRecord;
  readonly version: string;
}

/** What becomes of the records of secrets in a transaction that ends a change. Whatever is made or changed is due anew. */
export type SecretChange =
  | { readonly now: "made"; readonly record: SecretRecord }
  /** `version`: as it was read; it has to be so still. */
  | { readonly now: "changed"; readonly record: SecretRecord; readonly version: string }
  /** Somebody else has made it. `version`: that of the row of one that had gone; none may be there otherwise. */
  | { readonly now: "found"; readonly record: SecretRecord; readonly version?: string }
  /**
   * Known to be gone for a month: a directory that is late still shows it for a while. `version`: it has to be so still; left
   * out, it goes whether it had a row or not.
   */
  | {
      readonly now: "gone";
      readonly clientId: string;
      readonly keyId: string;
      readonly at: Date;
      readonly version?: string;
    }
  /** All secrets of a client are due anew: it has come back. */
  | { readonly now: "back"; readonly clientId: string };

/** The records of secrets, in their subscription's partition. All methods throw `RemoteUnavailable`. */
export interface SecretRecords {
  /** Those of one client, or of all the subscription's: one request for each thousand. */
  secretsOf(
    subscription: string,
    clientId?: string,
    unread?: Unread,
  ): Promise<readonly VersionedSecret[]>;
  /** One request. Nothing: unknown, or gone. */
  secret(
    subscription: string,
    clientId: string,
    keyId: string,
  ): Promise<VersionedSecret | undefined>;
  /**
   * One conditional write, with the entry of who did it, and with its client as that is now, in which case it is left to be
   * indexed. False: it or its client has changed or gone meanwhile.
   */
  saveSecret(
    record: SecretRecord,
    version: string,
    activity?: Activity,
    client?: VersionedClient,
  ): Promise<boolean>;
}

/** What is recorded of a secret, gone or not. */
export interface KnownSecret {
  readonly keyId: string;
  readonly version: string;
  /** Absent when it has gone. */
  readonly record?: SecretRecord | undefined;
  readonly goneAt?: Date | undefined;
  /** It is recorded, and this version cannot read as what. */
  readonly illegible?: true;
}

/** How what was found in the directory gets into the records. All methods throw `RemoteUnavailable`. */
export interface FoundSecrets {
  /** Everything recorded of a client's secrets for the last month: one request. */
  known(lead: Lead): Promise<readonly KnownSecret[]>;
  /**
   * All in one transaction, with the entries of it and the client as it is now, or nothing: something has changed meanwhile.
   */
  settle(
    subscription: string,
    changes: readonly SecretChange[],
    activity: readonly Activity[],
    client?: VersionedClient,
  ): Promise<boolean>;
}
