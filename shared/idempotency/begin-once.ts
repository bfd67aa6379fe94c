import {
  IDEMPOTENCY_LIFETIME_MS,
  type IdempotencyRecords,
  type IdempotentRequest,
} from "./idempotency.ts";

/** Begins an operation under the caller's key, if there is one. Nothing when the caller sent no key. */
export async function beginOnce(
  idempotency: IdempotencyRecords,
  request: { readonly subscription: string; readonly idempotency?: IdempotentRequest },
  operationId: string,
  now: Date,
) {
  if (!request.idempotency) return undefined;
  return idempotency.begin(
    {
      subscription: request.subscription,
      ...request.idempotency,
      operationId,
      startedAt: now,
      expiresAt: new Date(now.getTime() + IDEMPOTENCY_LIFETIME_MS),
    },
    now,
  );
}
