/**
 * What an operation comes to when nothing unexpected happens: a value, or a refusal the caller can act on.
 * Each concept lists its refusals in `reasons.ts`; `functions/edge/problem.ts` turns every one into HTTP. Outages throw.
 */
export type Outcome<Value, Refusal> =
  | Done<Value>
  | { readonly ok: false; readonly refusal: Refusal };

export interface Done<Value> {
  readonly ok: true;
  readonly value: Value;
  /** Nothing was done now: an earlier request under the same key came to this. */
  readonly replayed?: true;
}

export const done = <Value>(value: Value): Done<Value> => ({ ok: true, value });

export const replayed = <Value>(value: Value): Done<Value> => ({ ok: true, value, replayed: true });

export const refused = <Refusal>(
  refusal: Refusal,
): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal });
