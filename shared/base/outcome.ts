/**
 * What an operation comes to when nothing unexpected happens: a value, or a refusal the caller can act on.
 * Each concept lists its refusals in `reasons.ts`; `functions/edge/problem.ts` turns every one into HTTP. Outages throw.
 */
export type Outcome<Value, Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

export const done = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
});

export const refused = <Refusal>(
  refusal: Refusal,
): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal });
