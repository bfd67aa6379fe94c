import { done, type Outcome, refused, replayed } from "../../base/outcome.ts";
import type { Runtime } from "../../base/runtime.ts";
import {
  type IdempotentRequest,
  type Key,
  type KeyRefusal,
  type KeyResult,
  newKey,
} from "./key.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** A key of an operator's, whose requests belong to no subscription. The hash of an operator's key is never that of a customer's. */
export interface OperatorKey {
  /** By object id. */
  readonly operator: string;
  readonly key: Key;
}

export interface VersionedOperatorKey {
  readonly record: OperatorKey;
  readonly version: string;
}

/** All methods throw `RemoteUnavailable`. */
export interface OperatorKeys {
  /** `begun`, or what is recorded under the key already. An expired record counts as none. */
  begin(
    record: OperatorKey,
    now: Date,
  ): Promise<{ readonly begun: boolean; readonly held: VersionedOperatorKey }>;
  /** Takes over a key whose request was abandoned. Nothing: somebody else was faster. */
  restart(
    held: VersionedOperatorKey,
    operationId: string,
    now: Date,
  ): Promise<VersionedOperatorKey | undefined>;
  /** Records the result; does nothing if the key has changed hands since. */
  finish(held: VersionedOperatorKey, result: KeyResult): Promise<void>;
  /** Forgets the key, so that the same request can be made again. */
  release(held: VersionedOperatorKey): Promise<void>;
  /** Removes what has expired; how many rows that were. Operators' keys are few. */
  purge(now: Date): Promise<number>;
}

export interface OnceDeps {
  readonly operatorKeys: OperatorKeys;
  readonly runtime: Runtime;
  /** Age from which a request that has not ended counts as abandoned, in milliseconds. */
  readonly reconcileAfterMs: number;
}

export interface OnceRequest<Value = unknown> {
  readonly operator: string;
  readonly idempotency?: IdempotentRequest | undefined;
  /** What the key is remembered with: the id of what was worked on, or of what came of it. */
  readonly idOf: (value: Value) => string;
}

/**
 * Does work under the caller's key, if there is one. Only for work that may be done twice without harm and is no
 * operation: whoever died over it has left the key behind, and the next one to come does it again.
 *
 * @param replay what to answer when the work has been done under this key before
 */
export async function doOnce<Value, Refusal>(
  deps: OnceDeps,
  request: OnceRequest<Value>,
  work: () => Promise<Outcome<Value, Refusal>>,
  replay: (result: KeyResult) => Promise<Outcome<Value, Refusal>>,
): Promise<Outcome<Value, Refusal | KeyRefusal>> {
  const { operatorKeys } = deps;
  if (!request.idempotency) return work();
  const key = await takeKey(deps, request, request.idempotency);
  if (!key.ok) return key;
  if ("result" in key.value) {
    const before = await replay(key.value.result);
    return before.ok ? replayed(before.value) : before;
  }
  try {
    const outcome = await work();
    await (outcome.ok
      ? operatorKeys.finish(key.value, { clientId: request.idOf(outcome.value) })
      : operatorKeys.release(key.value));
    return outcome;
  } catch (error) {
    // To be asked again at once. Should the records be away too, it is when the key counts as abandoned.
    await operatorKeys.release(key.value).catch(() => undefined);
    throw error;
  }
}

async function takeKey(
  { operatorKeys, runtime, reconcileAfterMs }: OnceDeps,
  { operator }: Pick<OnceRequest, "operator">,
  request: IdempotentRequest,
): Promise<Outcome<VersionedOperatorKey | { readonly result: KeyResult }, KeyRefusal>> {
  const now = runtime.now();
  const operationId = runtime.newId();
  const record = { operator, key: newKey(request, operationId, now) };
  const { begun, held } = await operatorKeys.begin(record, now);
  if (begun) return done(held);
  const { key } = held.record;
  if (key.fingerprint !== request.fingerprint) return refused({ reason: "idempotency-key-reused" });
  if (key.result) return done({ result: key.result });
  const ageMs = now.getTime() - key.startedAt.getTime();
  const abandoned = ageMs >= reconcileAfterMs;
  const taken = abandoned && (await operatorKeys.restart(held, operationId, now));
  if (taken) return done(taken);
  return refused({
    reason: "request-in-progress",
    retryAfterSeconds: retryAfterSeconds(ageMs, reconcileAfterMs),
  });
}
