import { shortHash } from "../../base/short-hash.ts";
import type { ClientRecord } from "../../clients/client.ts";
import { withoutSecret, withRetirement, withSecret } from "../../clients/known-secrets.ts";
import { recordFound } from "../../clients/record-found.ts";
import type { SecretChange } from "../../clients/secret-record.ts";
import {
  createdThere,
  type Happening,
  happeningActivity,
  SOURCE,
  tellHappening,
} from "../../operations/credentials/found-there.ts";
import type { Finding } from "./difference.ts";
import type { LookDeps } from "./look-deps.ts";

/** So many findings to a transaction, which takes a hundred actions: three each. */
const TOGETHER = 30;

/**
 * Tells what was found and records it; in this order, so that a death in between has it told again under its id. False: the
 * records have changed meanwhile, and it has to be looked at again.
 */
export async function settleFindings(
  deps: LookDeps,
  client: Pick<ClientRecord, "subscription" | "id">,
  findings: readonly Finding[],
): Promise<boolean> {
  const at = deps.runtime.now();
  for (let from = 0; from < findings.length; from += TOGETHER) {
    const some = findings.slice(from, from + TOGETHER);
    const told = some.flatMap((finding) => happeningOf(client, finding) ?? []);
    const about = { subscription: client.subscription, clientId: client.id };
    for (const happening of told) await tellHappening(deps, about, happening, at);
    const activity = told.map((happening) => happeningActivity(about, happening, at));
    const changes = some.map((finding) => changeOf(client, finding, at));
    const owned = await deps.records.client(client.subscription, client.id);
    if (!owned) return false;
    const record = some.reduce((before, finding) => knowing(before, finding, at), owned.record);
    const { version } = owned;
    if (!(await deps.found.settle(client.subscription, changes, activity, { record, version })))
      return false;
  }
  return true;
}

/** The client's own copy of what it has: whether a secret is its last one is asked of that. */
function knowing(record: ClientRecord, finding: Finding, at: Date): ClientRecord {
  switch (finding.what) {
    case "removed":
      return withoutSecret(record, finding.record.keyId, at);
    case "created":
      return withSecret(record, finding.secret, at);
    case "changed": {
      const { retiresAt } = finding.record;
      return withRetirement(record, finding.secret, retiresAt, at);
    }
  }
}

/** Nothing for another end, which the index of what is due has to know of and nobody else. */
function happeningOf(
  { id, subscription }: Pick<ClientRecord, "subscription" | "id">,
  finding: Finding,
): Happening | undefined {
  switch (finding.what) {
    case "created": {
      const { secret, version } = finding;
      // One that comes back after it had gone is another happening.
      const since = version === undefined ? "" : `:${shortHash(version)}`;
      return createdThere(recordFound(subscription, id, secret), since);
    }
    case "removed": {
      const { keyId, kind } = finding.record;
      const type = `${kind ?? "secret"}.removed` as const;
      const data = { ...(kind && { kind }), ...SOURCE };
      return { type, id: `${id}:${keyId}:${type}`, keyId, data };
    }
    case "changed": {
      const { keyId, displayName } = finding.secret;
      if (displayName === finding.record.displayName) return undefined;
      const { kind } = finding.record;
      const type = `${kind ?? "secret"}.renamed` as const;
      const data = { ...(kind && { kind }), displayName, ...SOURCE };
      return { type, id: `${id}:${keyId}:${type}:${shortHash(finding.version)}`, keyId, data };
    }
  }
}

function changeOf(
  { subscription, id: clientId }: Pick<ClientRecord, "subscription" | "id">,
  finding: Finding,
  at: Date,
): SecretChange {
  switch (finding.what) {
    case "created": {
      const { secret, version } = finding;
      const record = recordFound(subscription, clientId, secret);
      return { now: "found", record, ...(version !== undefined && { version }) };
    }
    case "removed": {
      const { record, version } = finding;
      return { now: "gone", clientId, keyId: record.keyId, at, version };
    }
    case "changed": {
      const { record, secret, version } = finding;
      const { displayName, expiresAt } = secret;
      const isMoved = record.expiresAt.getTime() !== expiresAt.getTime();
      // Of another end nothing has been told yet.
      const told = isMoved ? [] : record.told;
      return { now: "changed", record: { ...record, displayName, expiresAt, told }, version };
    }
  }
}
