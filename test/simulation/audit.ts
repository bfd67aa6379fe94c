import type { Activity } from "../../shared/clients/activity.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import { endingsOf } from "../../shared/clients/credential.ts";
import type { DirectoryClient } from "../../shared/clients/ports.ts";
import type { ClientEvent } from "../../shared/events/client-event.ts";
import { testProduct } from "../support/product.ts";
import { auditTold } from "./audit-told.ts";
import type { Simulated, Wish } from "./simulation.ts";
import { SUBSCRIPTIONS } from "./subject.ts";

/** All that is not as it has to be once nothing is left to be done, in words. */
export async function audit({ out, wishes, thrown }: Simulated): Promise<string[]> {
  const product = testProduct({}, out.tables, out);
  const damage = thrown.map((what) => `threw: ${what}`);
  const [entries, records]: [Activity[], ClientRecord[]] = [[], []];
  const secrets: { clientId: string; keyId: string }[] = [];
  for (const subscription of SUBSCRIPTIONS) {
    for (let after: string | undefined, more = true; more; ) {
      const page = await product.activity.activity(subscription, { after }, 1_000);
      entries.push(...page.entries);
      after = page.last;
      more = page.more;
    }
    const { records: own } = await product.records.list(subscription, 1_000);
    records.push(...own);
    for (const { record } of await product.secrets.secretsOf(subscription)) secrets.push(record);
    const { account } = await product.operations.account(subscription);
    if (account.clients !== own.length)
      damage.push(`miscounted: ${account.clients} of ${subscription}, which has ${own.length}`);
    for (const { entry } of await product.operations.allUnderWay(subscription))
      damage.push(`under way: ${entry.operation.kind} ${entry.operationId}`);
  }
  for await (const { kind, operationId } of product.journal.parked())
    damage.push(`set aside: ${kind} ${operationId}`);
  for await (const { state, kind, operationId } of product.runs.list())
    if (state === "running" || state === "parked") damage.push(`runs: ${kind} ${operationId}`);
  const shown = out.directory.all();
  const events = out.events.published;
  return [
    ...damage,
    ...auditDirectory(shown, records, secrets),
    ...auditTold(events, entries),
    ...auditBelieved(events, records),
    ...auditOwnStops(entries, records),
    ...auditAnswers(wishes, entries),
  ];
}

/** The directory has what the records have. */
function auditDirectory(
  shown: readonly DirectoryClient[],
  records: readonly ClientRecord[],
  secrets: readonly { readonly clientId: string; readonly keyId: string }[],
): string[] {
  const damage: string[] = [];
  for (const { id, displayName, suspended } of records) {
    const there = shown.find((client) => client.id === id);
    if (!there) {
      damage.push(`lost: ${id}`);
      continue;
    }
    if (there.displayName !== displayName) damage.push(`renamed apart: ${id}`);
    if (there.disabled !== (suspended !== undefined)) damage.push(`stopped apart: ${id}`);
    const known = secrets.filter(({ clientId }) => clientId === id).map(({ keyId }) => keyId);
    const keyIds = endingsOf(there).map(({ keyId }) => keyId);
    for (const keyId of keyIds)
      if (!known.includes(keyId)) damage.push(`secret without a record: ${keyId} of ${id}`);
    for (const keyId of known)
      if (!keyIds.includes(keyId)) damage.push(`secret lost: ${keyId} of ${id}`);
  }
  const orphans = shown.filter(({ id }) => !records.some((record) => record.id === id));
  return [...damage, ...orphans.map(({ id }) => `orphan: ${id}`)];
}

/** Whoever follows the events, by their times, takes each client for what it is. */
function auditBelieved(events: readonly ClientEvent[], records: readonly ClientRecord[]): string[] {
  const inOrder = events.toSorted((a, b) => a.time.localeCompare(b.time));
  return records.flatMap(({ id, displayName, suspended }) => {
    let [isStopped, name, isThere]: [boolean | undefined, unknown, boolean] = [
      undefined,
      undefined,
      true,
    ];
    for (const { type, clientId, data } of inOrder) {
      if (clientId !== id) continue;
      if (type === "client.suspended") isStopped = true;
      if (type === "client.resumed") isStopped = false;
      if (type === "client.renamed") name = data["displayName"];
      if (type === "client.deleted") isThere = false;
      if (type !== "client.restored") continue;
      isThere = true;
      isStopped = data["state"] === "suspended";
    }
    const isApart = isStopped !== undefined && isStopped !== (suspended !== undefined);
    return [
      ...(isApart ? [`believed to be ${isStopped ? "stopped" : "active"}: ${id}`] : []),
      ...(name !== undefined && name !== displayName
        ? [`believed to be called ${name}: ${id}`]
        : []),
      ...(isThere ? [] : [`believed to be deleted: ${id}`]),
    ];
  });
}

/** What a customer has stopped is stopped until they let it go on, whatever operators stop and let go on meanwhile. */
function auditOwnStops(entries: readonly Activity[], records: readonly ClientRecord[]): string[] {
  const STOPS = ["client.suspended", "client.resumed"];
  const own = entries
    .filter(({ action, outcome }) => STOPS.includes(action) && outcome === "done")
    .filter(({ by }) => by.actor.kind === "customer")
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return records
    .filter(({ id, suspended }) => {
      const last = own.findLast(({ clientId }) => clientId === id);
      const isStopped = suspended?.by === "customer" || suspended?.over !== undefined;
      return isStopped !== (last?.action === "client.suspended");
    })
    .map(({ id }) => `own stop forgotten: ${id}`);
}

/** Whose name, or reason, is on record with what came of it. */
const NAMED = [
  "create",
  "create without a key",
  "register",
  "rename",
  "add secret",
  "rotate secret",
  "add certificate",
  "rotate certificate",
  "stop",
];

/** What callers were told has happened, and what they were told was refused has not. */
function auditAnswers(wishes: readonly Wish[], entries: readonly Activity[]): string[] {
  const done = entries.filter(({ outcome }) => outcome === "done");
  const names = new Set(
    done.flatMap(({ detail }) => [detail?.["displayName"], detail?.["reason"]]),
  );
  return wishes.flatMap(({ ask, name, answer }) => {
    if (!NAMED.includes(ask) || typeof answer !== "object" || answer === null) return [];
    if (!("ok" in answer) || answer.ok === names.has(name)) return [];
    return [`told ${answer.ok ? "done and is not" : "refused and is done"}: ${ask} ${name}`];
  });
}
