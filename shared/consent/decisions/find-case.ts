import { done, type Outcome, refused } from "../../base/outcome.ts";
import { type ConsentCase, refreshCase } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { ConsentRefusal } from "../reasons.ts";

/**
 * A consent by its client id alone, as the client's own record has it. An index row that contradicts the record is passed
 * over, and removed when the client has gone.
 */
export async function findCase(
  { cases, records }: Pick<ConsentDeps, "cases" | "records">,
  clientId: string,
): Promise<Outcome<ConsentCase, ConsentRefusal>> {
  const listed = await cases.find(clientId);
  const first = listed[0]?.found;
  const owned = first && (await records.client(first.subscription, clientId));
  if (!owned) return refused({ reason: "consent-not-found" });
  const { record } = owned;
  const own = listed.find(({ found }) => found.consent.state === record.consent.state) ?? listed[0];
  return own ? done(refreshCase(own.found, record)) : refused({ reason: "consent-not-found" });
}
