import { done, type Outcome, refused } from "../../base/outcome.ts";
import { refreshCase, type ShownCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { isOfCase } from "../drift.ts";
import type { ConsentRefusal } from "../reasons.ts";
import { customers } from "./customers.ts";
import { dropStray } from "./drop-stray.ts";

/** No such consent: never asked for, or its client has gone. */
type NotFound = Extract<ConsentRefusal, { readonly reason: "consent-not-found" }>;

type FindDeps = Pick<ConsentDeps, "cases" | "records">;

/** As it is to be shown, and decided on. */
export interface ShownListed {
  readonly found: ShownCase;
  readonly version: string;
}

/**
 * A consent by its client id alone, as the client's own record has it. Index rows that contradict the record are passed over,
 * and go.
 */
export async function findListed(
  deps: FindDeps,
  clientId: string,
): Promise<Outcome<ShownListed, NotFound>> {
  const listed = (await deps.cases.find(clientId)).filter(({ found }) => !found.gone);
  const [first] = listed;
  const owned = first && (await customers(deps).client(first.found.subscription, clientId));
  const state = owned?.record.consent.state;
  for (const stray of listed) if (stray.found.consent.state !== state) await dropStray(deps, stray);
  const own = listed.find(({ found }) => found.consent.state === state) ?? first;
  if (!own || !owned) return refused({ reason: "consent-not-found" as const });
  const known = await deps.cases.drift(clientId);
  const found = {
    ...refreshCase(own.found, owned.record),
    customer: owned.standing,
    ...(known && isOfCase(known.drift, own.found) && { drift: known.drift }),
  };
  return done({ found, version: own.version });
}

export async function findCase(
  deps: FindDeps,
  clientId: string,
): Promise<Outcome<ShownCase, NotFound>> {
  const found = await findListed(deps, clientId);
  return found.ok ? done(found.value.found) : found;
}
