import { done, type Outcome, refused } from "../base/outcome.ts";
import type { Runtime } from "../base/runtime.ts";
import { beginOnce } from "./begin-once.ts";
import type {
  IdempotencyRecords,
  IdempotencyRefusal,
  IdempotentRequest,
  VersionedIdempotency,
} from "./idempotency.ts";
import { retryAfterSeconds } from "./retry-after.ts";

export interface OnceDeps {
  readonly idempotency: IdempotencyRecords;
  readonly runtime: Runtime;
  /** Age from which a request that has not ended counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
}

export interface OnceRequest {
  /** Whose key it is, as in `IdempotencyRecord`. */
  readonly caller: string;
  readonly clientId: string;
  readonly idempotency?: IdempotentRequest | undefined;
}

/**
 * Does work under the caller's key, if there is one. Only for work that may be done twice without harm and has no entry in the
 * journal: whoever died over it has left the key behind, and the next one to come does it again.
 *
 * @param replay what to answer when the work has been done under this key before
 */
export async function doOnce<Value, Refusal>(
  deps: OnceDeps,
  request: OnceRequest,
  work: () => Promise<Outcome<Value, Refusal>>,
  replay: () => Promise<Outcome<Value, Refusal>>,
): Promise<Outcome<Value, Refusal | IdempotencyRefusal>> {
  const { idempotency } = deps;
  if (!request.idempotency) return work();
  const key = await takeKey(deps, request, request.idempotency);
  if (!key.ok) return key;
  if (key.value === "done before") return replay();
  try {
    const outcome = await work();
    await (outcome.ok
      ? idempotency.finish(key.value, { clientId: request.clientId })
      : idempotency.release(key.value));
    return outcome;
  } catch (error) {
    // To be asked again at once. Should the records be away too, it is when the key counts as abandoned.
    await idempotency.release(key.value).catch(() => undefined);
    throw error;
  }
}

async function takeKey(
  { idempotency, runtime, reconcileAfterMs }: OnceDeps,
  { caller }: OnceRequest,
  request: IdempotentRequest,
): Promise<Outcome<VersionedIdempotency | "done before", IdempotencyRefusal>> {
  const now = runtime.now();
  const operationId = runtime.newId();
  const { begun, held } = await beginOnce(idempotency, { caller, ...request }, operationId, now);
  if (begun) return done(held);
  if (held.record.fingerprint !== request.fingerprint)
    return refused({ reason: "idempotency-key-reused" });
  if (held.record.result) return done("done before");
  const ageMs = now.getTime() - held.record.startedAt.getTime();
  const abandoned = ageMs >= reconcileAfterMs;
  const taken = abandoned && (await idempotency.restart(held, operationId, now));
  if (taken) return done(taken);
  return refused({
    reason: "request-in-progress",
    retryAfterSeconds: retryAfterSeconds(ageMs, reconcileAfterMs),
  });
}
