/**
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): what was asked under a key and what came of it, for 24 hours.
 * A customer's keys lie beside the subscription's clients and are admitted with the operation; an operator's have a table of
 * their own (`operator-keys.ts`).
 */
export interface Key {
  /** SHA-256 of the caller's key: keys are the callers' and may be anything. */
  readonly keyHash: string;
  /** SHA-256 of operation and body. */
  readonly fingerprint: string;
  readonly operationId: string;
  readonly startedAt: Date;
  readonly expiresAt: Date;
  /** Absent while the first request is under way. */
  readonly result?: KeyResult;
}

/** Ids only; no answer that could hold a secret is ever kept. */
export interface KeyResult {
  readonly clientId: string;
  readonly keyId?: string;
  /** The certificate whose place it took: a repeat need not have named it. */
  readonly replaced?: string;
}

export interface VersionedKey {
  readonly key: Key;
  readonly version: string;
}

export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000;

/** What a caller's request is known by. */
export interface IdempotentRequest {
  readonly keyHash: string;
  readonly fingerprint: string;
}

export const newKey = (
  { keyHash, fingerprint }: IdempotentRequest,
  operationId: string,
  now: Date,
): Key => ({
  keyHash,
  fingerprint,
  operationId,
  startedAt: now,
  expiresAt: new Date(now.getTime() + KEY_LIFETIME_MS),
});

export type KeyRefusal =
  | { readonly reason: "idempotency-key-reused" }
  | { readonly reason: "request-in-progress"; readonly retryAfterSeconds: number }
  | { readonly reason: "secret-value-already-returned"; readonly keyId: string };
