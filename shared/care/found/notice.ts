import { dayOf } from "../../base/day.ts";
import { shortHash } from "../../base/short-hash.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { EndingCredential } from "../../clients/credential.ts";
import { LATE_FOR_MS } from "../../clients/late.ts";
import type { Lead } from "../../clients/ports.ts";
import { recordFound } from "../../clients/record-found.ts";
import { difference } from "./difference.ts";
import type { LookDeps } from "./look-deps.ts";

export interface Shown {
  readonly lead: Lead;
  readonly secrets: readonly EndingCredential[];
}

/** Tells one state of a client's secrets from another. */
export const digestOf = (secrets: readonly EndingCredential[]): string =>
  shortHash(
    secrets
      .map(({ keyId, displayName, expiresAt }) => [keyId, expiresAt.toISOString(), displayName])
      .map((cells) => JSON.stringify(cells))
      .toSorted()
      .join("\n"),
  );

/**
 * Whether the client has to be looked at again: it is not as it is recorded, or is just being changed. Most of those that have
 * changed have been changed here, which one request tells.
 */
export async function differs({ found, runtime }: LookDeps, shown: Shown): Promise<boolean> {
  const findings = difference(await found.known(shown.lead), shown.secrets, runtime.now());
  return findings === "late" || findings.length > 0;
}

/** Again then: whatever this service was doing when the page was read is over, and known to every replica. */
export const lookAgainAt = (now: Date): Date => new Date(now.getTime() + LATE_FOR_MS);

/** So many secrets to a transaction, which takes a hundred actions: two each. */
const TOGETHER = 50;

/**
 * Records what a client had before anybody looked; whatever is recorded stays as it is. Four requests, and one for each further
 * 50 secrets.
 *
 * @throws RemoteUnavailable when somebody has recorded one of them meanwhile, too
 */
export async function fillIn(deps: LookDeps, { lead, secrets }: Shown): Promise<number> {
  const { found, records, journal, runtime } = deps;
  if (secrets.length === 0) return 0;
  const known = new Set((await found.known(lead)).map(({ keyId }) => keyId));
  const missing = secrets.filter(({ keyId }) => !known.has(keyId));
  // Tags can be written by others than this service: only the record proves that it is a client.
  const client = missing.length > 0 ? await records.at(lead) : undefined;
  if (!client) return 0;
  const { subscription } = client;
  await journal.active(dayOf(runtime.now()), subscription);
  const changes = missing.map((secret) => ({
    now: "found" as const,
    record: recordFound(subscription, lead.clientId, secret),
  }));
  for (let at = 0; at < changes.length; at += TOGETHER)
    if (!(await found.settle(subscription, changes.slice(at, at + TOGETHER), [])))
      throw new RemoteUnavailable("records", { executed: "no" });
  return changes.length;
}
