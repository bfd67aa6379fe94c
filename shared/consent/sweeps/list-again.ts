import type { Lead } from "../../clients/ports.ts";
import { isOfRegistration, type RevocationDeps, registrationMark } from "./revocation-pass.ts";
import type { SweepRun } from "./sweep-run.ts";

/** An end for a directory that gives pages for ever. */
const MOST_PAGES = 10_000;

/** Every registration that the directory has shown; whoever meets a case of one takes it out. */
export const unlistedOf = (seen: ReadonlySet<string>): Set<string> =>
  new Set([...seen].filter(isOfRegistration));

/**
 * Has clients listed that stand on no list of operators': the message that makes a case was lost with its bus, or was set aside, and
 * nobody would ever decide. Registrations of others with our tags are among them: the record says whose one is.
 *
 * Calls of the directory: none where nothing is unlisted, and else the list of registrations once more. Requests to the tables: one
 * for each that is unlisted, and five for each that waits.
 *
 * @returns how many messages were sent again, once all entries of the run are through
 */
export async function listAgain(
  deps: RevocationDeps,
  run: SweepRun,
  unlisted: ReadonlySet<string>,
): Promise<number> {
  let relisted = 0;
  let from: string | undefined;
  for (let pages = 0; unlisted.size > 0 && pages < MOST_PAGES; pages += 1) {
    const page = await deps.consentDirectory.registrations(from);
    // The next pass finds them as well.
    if (page === "expired") break;
    for (const { clientId, lead } of page.items)
      if (lead && unlisted.has(registrationMark(clientId)))
        run.entry(lead.subscriptionKey, async () => {
          if (await askAgain(deps, lead)) relisted += 1;
        });
    if (page.next === undefined) break;
    from = page.next;
  }
  await run.done();
  return relisted;
}

/** By a message, as the first time: it repeats nothing where the first one comes after all. */
async function askAgain(
  { records, cases, consentQueue, runtime, reconcileAfterMs }: RevocationDeps,
  lead: Lead,
): Promise<boolean> {
  const record = await records.at(lead);
  if (!record) return false;
  const { id: clientId, subscription, operationId, consent, restoredAt } = record;
  const requestedAt = restoredAt ?? consent.requestedAt;
  // What was decided is listed by its decision, but for one that is back from its deletion.
  const waits = consent.state === "pending" || restoredAt !== undefined;
  const now = runtime.now();
  // Its own message may still be on the way.
  if (!waits || now.getTime() - requestedAt.getTime() < 2 * reconcileAfterMs) return false;
  const [decision, listed] = [await cases.decision(clientId), await cases.find(clientId)];
  if (decision || listed.length > 0) return false;
  await consentQueue.putOff(
    {
      ...{ type: "consent.requested", version: 2, operationId, clientId, subscription },
      requestedAt: requestedAt.toISOString(),
    },
    now,
  );
  return true;
}
