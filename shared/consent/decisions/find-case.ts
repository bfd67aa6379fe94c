import { done, type Outcome, refused } from "../../base/outcome.ts";
import { type ConsentCase, refreshCase, type VersionedCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { ConsentRefusal } from "../reasons.ts";
import { dropStray } from "./drop-stray.ts";

/** No such consent: never asked for, or its client has gone. */
type NotFound = Extract<ConsentRefusal, { readonly reason: "consent-not-found" }>;

type FindDeps = Pick<ConsentDeps, "cases" | "records" | "runtime">;

/**
 * A consent by its client id alone, as the client's own record has it. Index rows that contradict the record are passed over,
 * and go.
 */
export async function findListed(
  deps: FindDeps,
  clientId: string,
): Promise<Outcome<VersionedCase, NotFound>> {
  const listed = await deps.cases.find(clientId);
  const [first] = listed;
  const owned = first && (await deps.records.client(first.found.subscription, clientId));
  const state = owned?.record.consent.state;
  for (const stray of listed) if (stray.found.consent.state !== state) await dropStray(deps, stray);
  const own = listed.find(({ found }) => found.consent.state === state) ?? first;
  if (!own || !owned) return refused({ reason: "consent-not-found" as const });
  return done({ found: refreshCase(own.found, owned.record), version: own.version });
}

export async function findCase(
  deps: FindDeps,
  clientId: string,
): Promise<Outcome<ConsentCase, NotFound>> {
  const found = await findListed(deps, clientId);
  return found.ok ? done(found.value.found) : found;
}
