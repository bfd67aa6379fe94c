import {
  IDEMPOTENCY_LIFETIME_MS,
  type IdempotencyRecords,
  type IdempotentRequest,
} from "./idempotency.ts";

/** Begins an operation under the caller's key. */
export const beginOnce = (
  idempotency: IdempotencyRecords,
  request: IdempotentRequest & { readonly caller: string },
  operationId: string,
  now: Date,
) =>
  idempotency.begin(
    {
      ...request,
      operationId,
      startedAt: now,
      expiresAt: new Date(now.getTime() + IDEMPOTENCY_LIFETIME_MS),
    },
    now,
  );
