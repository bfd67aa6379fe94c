import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { type ConsentState, isSameConsent } from "../../../shared/clients/consent.ts";
import type { ConsentCase } from "../../../shared/consent/consent-case.ts";
import { excessKey, isOfCase } from "../../../shared/consent/drift.ts";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import { testProduct } from "../../support/product.ts";
import { audit } from "../audit.ts";
import { SUBSCRIPTIONS } from "../subject.ts";
import { auditAlerts } from "./audit-alerts.ts";
import { CHANNELS, type ConsentOutside } from "./outside.ts";
import type { SimulatedConsents } from "./simulation.ts";

const STATES: readonly ConsentState[] = ["pending", "granted", "rejected", "revoked"];
const EVERYBODY = [...CHANNELS, "events"];

/** All that is not as it has to be once nothing is left to be done, in words. */
export async function auditConsents(simulated: SimulatedConsents): Promise<string[]> {
  const { out } = simulated;
  const product = testProduct({}, out.tables, out);
  const [entries, records]: [Activity[], ClientRecord[]] = [[], []];
  for (const subscription of SUBSCRIPTIONS) {
    const page = await product.activity.activity(subscription, {}, 10_000);
    entries.push(...page.entries);
    records.push(...(await product.records.list(subscription, 1_000)).records);
  }
  const events = out.events.published;
  return [
    ...(await audit(simulated)).filter((one) => !isOfDeletedByHand(one, entries)),
    ...(await auditRows(out, records)),
    ...(await auditDirectory(out, records)),
    ...auditDecisions(simulated, entries),
    ...auditFollowed(events, records),
    ...auditQueue(simulated),
    ...(await auditAlerts(simulated, records, entries)),
  ];
}

/** A change that was told, and that its host died over, may find that somebody has deleted its client in the directory meanwhile. */
function isOfDeletedByHand(damage: string, entries: readonly Activity[]): boolean {
  const [, operationId] = /^invented: client\.\w+ (\S+)/.exec(damage) ?? [];
  const undone = entries.find(
    ({ id, outcome }) => outcome !== "done" && id.startsWith(`${operationId}:`),
  );
  return entries.some(
    ({ action, by, clientId }) =>
      action === "client.deleted" && by.actor.kind === "directory" && clientId === undone?.clientId,
  );
}

/** Each record is on the one list of its state, and nothing else lies in the index. */
async function auditRows(
  { consents, alerts, grants, runtime }: ConsentOutside,
  records: readonly ClientRecord[],
): Promise<string[]> {
  const cases = consentCases(consents);
  const damage: string[] = [];
  const listed: ConsentCase[] = [];
  for (const state of STATES) for await (const { found } of cases.all(state)) listed.push(found);
  for (const { id, operationId, consent, revision } of records) {
    const own = listed.filter(({ clientId }) => clientId === id);
    const [only] = own;
    if (own.length !== 1 || !only) {
      damage.push(`on ${own.length} lists: ${id}, ${consent.state}`);
      continue;
    }
    if (only.consent.state !== consent.state || !isSameConsent(only.consent, consent))
      damage.push(`listed as ${only.consent.state}: ${id}, which is ${consent.state}`);
    if (only.gone) damage.push(`listed as gone: ${id}`);
    if (only.clock?.claim) damage.push(`claimed for ever: ${id}`);
    if (only.grant?.doubtedAt) damage.push(`doubted for ever: ${id}`);
    if (consent.state === "pending" && only.operationId !== operationId)
      damage.push(`listed under another request: ${id}`);
    if (only.revision > revision) damage.push(`listed ahead of itself: ${id}`);
  }
  for (const { clientId, consent } of listed)
    if (!records.some(({ id }) => id === clientId))
      damage.push(`listed and gone: ${clientId}, ${consent.state}`);
  for await (const { decision } of cases.decisions())
    damage.push(`being decided: ${decision.to} ${decision.subject.clientId}`);
  const drifts = await cases.drifts();
  for (const { id, appId, roles, operationId } of records) {
    const shown = await grants.statusAt({ clientId: id, appId, roles }, runtime.now().getTime());
    const excess = shown.status === "absent" ? [] : (shown.excess ?? []);
    const known = drifts.find(({ drift }) => drift.subject.clientId === id)?.drift;
    if (excessKey(known?.excess ?? []) !== excessKey(excess)) damage.push(`drifted apart: ${id}`);
    if (known && !isOfCase(known, { operationId })) damage.push(`drifted before: ${id}`);
    if (known && !EVERYBODY.every((target) => known.told.includes(target)))
      damage.push(`drifted untold: ${id}`);
  }
  for (const { drift } of drifts)
    if (!records.some(({ id }) => id === drift.subject.clientId))
      damage.push(`drifted and gone: ${drift.subject.clientId}`);
  const { rows: kept } = await alerts.page({ partition: "poison" }, 1_000);
  for (const { row } of kept) damage.push(`kept for ever: ${row.rowKey}`);
  const { rows: pages } = await consents.page({ partition: "revocations" }, 1_000);
  if (pages.length > 1) damage.push(`pages for ever: ${pages.length}`);
  return damage;
}

/** The directory is the truth about grants. */
async function auditDirectory(
  { grants, runtime }: ConsentOutside,
  records: readonly ClientRecord[],
): Promise<string[]> {
  const damage: string[] = [];
  for (const { id, appId, roles, consent } of records) {
    const { status } = await grants.statusAt(
      { clientId: id, appId, roles },
      runtime.now().getTime(),
    );
    if ((status === "granted") !== (consent.state === "granted"))
      damage.push(`${consent.state} and ${status}: ${id}`);
  }
  return damage;
}

const DECIDED = ["consent.granted", "consent.rejected", "consent.revoked"];

/** Other systems have heard of every decision that is on record, of every client that was made, and of none besides. */
function auditDecisions({ out, lost }: SimulatedConsents, entries: readonly Activity[]): string[] {
  const events = out.events.published;
  const done = entries.filter(({ outcome }) => outcome === "done");
  const decided = new Set(
    done.filter(({ action }) => DECIDED.includes(action)).map(({ id }) => id),
  );
  const told = events.filter(({ type }) => DECIDED.includes(type));
  const decisionOf = ({ id, type }: ClientEvent) => `${id.split(":").at(-1)}:${type}`;
  const created = new Set(
    events.filter(({ type }) => type === "client.created").map(({ clientId }) => clientId),
  );
  const known = new Set(told.map(decisionOf));
  const isDeleted = (id: string | undefined): boolean =>
    done.some(({ action, clientId }) => action === "client.deleted" && clientId === id);
  // Of a client that is back since: a decision from before it was deleted is void, whoever finishes it.
  const isVoid = (id: string): boolean => {
    const { clientId, at } = done.find((one) => one.id === id) ?? {};
    return done.some(
      (one) =>
        one.action === "client.restored" &&
        one.clientId === clientId &&
        at !== undefined &&
        one.at >= at,
    );
  };
  return [
    ...[...decided]
      .filter((id) => !known.has(id) && !isVoid(id))
      .map((id) => `decided untold: ${id}`),
    ...told
      .filter((event) => !decided.has(decisionOf(event)))
      .map(({ id }) => `told undecided: ${id}`),
    ...done
      .filter(({ action, clientId }) => action === "client.created" && !created.has(clientId))
      // Deleted before anybody was told of it.
      .filter(({ id, clientId }) => !(lost.has(id.split(":")[0] ?? "") && isDeleted(clientId)))
      .map(({ clientId }) => `made untold: ${clientId}`),
  ];
}

const BELIEVED: Readonly<Record<string, ConsentState>> = {
  "consent.requested": "pending",
  "consent.granted": "granted",
  "consent.rejected": "rejected",
  "consent.revoked": "revoked",
};

/** Whoever follows the events, by their times, takes each consent for what it is. */
function auditFollowed(events: readonly ClientEvent[], records: readonly ClientRecord[]): string[] {
  const inOrder = events.toSorted((a, b) => a.time.localeCompare(b.time));
  return records.flatMap(({ id, consent }) => {
    const own = inOrder.filter(({ clientId }) => clientId === id);
    const last = own.findLast(({ type }) => BELIEVED[type] !== undefined);
    const believed = last && BELIEVED[last.type];
    return believed === consent.state
      ? []
      : [`believed to be ${believed}: ${id}, which is ${consent.state}`];
  });
}

/** No message comes for ever. */
function auditQueue({ out }: SimulatedConsents): string[] {
  const end = out.runtime.now().getTime();
  const waits = out.consentQueue.sent.filter(({ at }) => (at?.getTime() ?? 0) > end);
  return waits.map(({ body }) => `comes again: ${body.type} of ${body.operationId}`);
}
