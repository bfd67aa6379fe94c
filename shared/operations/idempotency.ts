/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): what was asked under a key and what came of it, per
 * caller, for 24 hours.
 */
export interface IdempotencyRecord {
  /** A subscription; or an operator, by object id: the hash of an operator's key is never that of a customer's. */
  readonly caller: string;
  /** SHA-256 of the caller's key: keys are the callers' and may be anything. */
  readonly keyHash: string;
  /** SHA-256 of operation and body. */
  readonly fingerprint: string;
  readonly operationId: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  /** Absent while the first request is under way. */
  readonly result?: IdempotentResult;
}

/** Ids only; no answer that could hold a secret is ever kept. */
export interface IdempotentResult {
  readonly clientId: string;
  readonly keyId?: string;
}

export const IDEMPOTENCY_LIFETIME_MS = 24 * 60 * 60 * 1000;

export interface VersionedIdempotency {
  readonly record: IdempotencyRecord;
  readonly version: string;
}

/** All methods throw `RemoteUnavailable`. */
export interface IdempotencyRecords {
  /** `begun`, or what is recorded under the key already. An expired record counts as none. */
  begin(
    record: IdempotencyRecord,
    now: Date,
  ): Promise<{ readonly begun: boolean; readonly held: VersionedIdempotency }>;
  /** Takes over a record whose operation came to nothing. Nothing: somebody else was faster. */
  restart(
    held: VersionedIdempotency,
    operationId: string,
    now: Date,
  ): Promise<VersionedIdempotency | undefined>;
  /** Records the result; does nothing if the record has changed hands since. */
  finish(held: VersionedIdempotency, result: IdempotentResult): Promise<void>;
  /** Forgets the key, so that the same request can be made again. */
  release(held: VersionedIdempotency): Promise<void>;
  /** The same by what the journal knows of it: the operation under that key came to nothing. */
  forget(caller: string, keyHash: string, operationId: string): Promise<void>;
  /** Removes what has expired; how many rows that were. Its cost follows the keys used within a day. */
  purge(now: Date): Promise<number>;
}

export type IdempotencyRefusal =
  | { readonly reason: "idempotency-key-reused" }
  | { readonly reason: "request-in-progress"; readonly retryAfterSeconds: number }
  | { readonly reason: "secret-value-already-returned"; readonly keyId: string };

/** What a caller's request is known by. */
export interface IdempotentRequest {
  readonly keyHash: string;
  readonly fingerprint: string;
}
