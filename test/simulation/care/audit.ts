import { DAY_MS, dayOf } from "../../../shared/base/day.ts";
import { nextDue } from "../../../shared/care/due.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import { endingsOf } from "../../../shared/clients/credential.ts";
import { heldOf } from "../../../shared/clients/known-secrets.ts";
import type { SecretRecord } from "../../../shared/clients/secret-record.ts";
import { testProduct } from "../../support/product.ts";
import { later } from "../../support/samples.ts";
import { SUBSCRIPTIONS } from "../subject.ts";
import { auditLetters } from "./audit-letters.ts";
import { auditCareTold } from "./audit-told.ts";
import { REMINDERS } from "./host.ts";
import type { CareRun } from "./simulation.ts";

type Product = ReturnType<typeof testProduct>;
type Shown = ReturnType<CareRun["out"]["directory"]["all"]>;
type Row = Readonly<Record<string, unknown>> & { partitionKey: string; rowKey: string };

const HOUR_MS = 3_600_000;
/** Longer than anything that is due waits for a timer, or for its next attempt. */
const SOON_MS = 4 * HOUR_MS;
/** What can wait a day waits for the next letter. */
const LETTER_MS = 23 * HOUR_MS + SOON_MS;
/** What is kept for a month is looked for by the day after it. */
const KEPT_MS = 33 * DAY_MS;

/** All that is not as it has to be once nothing is left to be done, in words. */
export async function auditCare(run: CareRun): Promise<string[]> {
  const { out } = run;
  const product = testProduct({}, out.tables, out);
  const now = out.runtime.now();
  const clients = await rowsOf(out.tables.clients);
  const journal = await rowsOf(out.tables.journal);
  const shown = out.directory.all();
  const [there, known]: [string[], SecretRecord[]] = [[], []];
  for (const subscription of SUBSCRIPTIONS)
    for (const { id } of (await product.records.list(subscription, 1_000)).records) {
      // What is deleted in the directory alone waits for what becomes of it there.
      if (!shown.some((one) => one.id === id)) continue;
      there.push(id);
      for (const { record } of await product.secrets.secretsOf(subscription, id))
        known.push(record);
    }
  const entries: Activity[] = [];
  for (const subscription of SUBSCRIPTIONS)
    entries.push(...(await product.activity.activity(subscription, {}, 1_000)).entries);
  return [
    ...run.thrown.map((what) => `threw: ${what}`),
    ...clients.flatMap((row) => left(row, now)),
    ...journal.flatMap((row) => leftInJournal(row, there, now)),
    ...clients.flatMap((row) => kept(row, clients, now)),
    ...(await auditSecrets(product, shown)),
    ...auditDue(known, journal, now),
    ...auditActivity(entries, journal),
    ...auditCareTold(run, known),
    ...auditLetters(run, known, entries),
  ];
}

async function rowsOf(table: CareRun["out"]["tables"]["clients"]): Promise<Row[]> {
  const { rows } = await table.page({}, 100_000);
  return rows.map(({ row }) => row);
}

/** Whatever waits for something. */
function left(row: Row, now: Date): string[] {
  const { rowKey } = row;
  if (rowKey.startsWith("todo:")) return [`not indexed: ${rowKey}`];
  if (rowKey.startsWith("busy:")) return [`under way: ${rowKey}`];
  if (/^letter:.*:line:/.test(rowKey))
    return isOf(row, now, LETTER_MS) ? [] : [`line left: ${rowKey}`];
  return rowKey.endsWith(":state") && row["id"] ? [`letter left: ${rowKey}`] : [];
}

const WAITING = ["letters", "untold", "adrift", "parked"];

/** Whether it is no older. */
const isOf = (row: Row, now: Date, ageMs: number): boolean =>
  Date.parse(String(row["since"])) > now.getTime() - ageMs;

function leftInJournal(row: Row, there: readonly string[], now: Date): string[] {
  const { partitionKey, rowKey } = row;
  const isNew = partitionKey === "letters" && isOf(row, now, LETTER_MS);
  const isOfLater = partitionKey === "adrift" && rowKey > later(-SOON_MS, now).toISOString();
  if (WAITING.includes(partitionKey) && !isNew && !isOfLater)
    return [`${partitionKey} left: ${rowKey}`];
  const clientId = rowKey.startsWith("again:") ? row["clientId"] : undefined;
  // One that is deleted, here or there, is looked at daily until it is back, or gone.
  const isDue = Date.parse(String(row["at"])) < now.getTime() - SOON_MS;
  const isThere = there.some((id) => id === clientId);
  return clientId && (isDue || isThere) ? [`not looked at: ${clientId}`] : [];
}

/** Longer than it is to be kept, or without what would lead to it. */
function kept({ partitionKey, rowKey, ...row }: Row, clients: readonly Row[], now: Date): string[] {
  const goneAt = row["goneAt"] ?? row["deletedAt"] ?? row["purgedAt"] ?? row["madeAt"];
  if (goneAt && Date.parse(String(goneAt)) < now.getTime() - KEPT_MS) return [`kept: ${rowKey}`];
  const [, clientId] = /^secret:([^:]+):/.exec(rowKey) ?? [];
  if (!clientId || goneAt) return [];
  const isLed = clients.some(
    (one) =>
      one.partitionKey === partitionKey &&
      one.rowKey.endsWith(`:${clientId}`) &&
      LEADS.test(one.rowKey),
  );
  return isLed ? [] : [`nobody's: ${rowKey}`];
}

const LEADS = /^(client|deleted|purged):/;

/** The directory, the records of secrets and what clients' own records say of them are the same. */
async function auditSecrets({ records, secrets }: Product, shown: Shown): Promise<string[]> {
  const damage: string[] = [];
  for (const subscription of SUBSCRIPTIONS)
    for (const client of (await records.list(subscription, 1_000)).records) {
      const { id } = client;
      const there = shown.find((one) => one.id === id);
      const known = (await secrets.secretsOf(subscription, id)).map(({ record }) => record);
      if (!there) continue;
      const [has, recorded] = [listed(endingsOf(there)), listed(known)];
      if (has !== recorded) damage.push(`apart: ${id} has ${has} and its records ${recorded}`);
      // It may lack what was made in the directory.
      const held = listed(heldOf(client), true);
      const full = listed(
        known.filter(
          ({ keyId, source }) =>
            source === "service" || heldOf(client).some((one) => one.keyId === keyId),
        ),
        true,
      );
      if (held !== full) damage.push(`copy apart: ${id} says ${held} and its records ${full}`);
    }
  return damage;
}

type Listed = Pick<SecretRecord, "keyId" | "expiresAt" | "retiresAt" | "snoozedUntil">;

const listed = (those: readonly Listed[], isFull = false): string =>
  those
    .map(({ keyId, expiresAt, retiresAt, snoozedUntil }) =>
      [keyId, expiresAt, ...(isFull ? [retiresAt, snoozedUntil] : [])]
        .map((one) => (one instanceof Date ? one.toISOString() : one))
        .join(" "),
    )
    .toSorted()
    .join();

/** What is due has been done, and what will be is found by its day. */
function auditDue(known: readonly SecretRecord[], journal: readonly Row[], now: Date): string[] {
  const index = journal.filter(({ partitionKey }) => /^due-\d/.test(partitionKey));
  const mark = journal.find(
    ({ partitionKey, rowKey }) => partitionKey === "due" && rowKey === "worked",
  );
  const worked = String(mark?.["day"] ?? "");
  return known.flatMap((record) => {
    const { keyId } = record;
    const next = nextDue(record, REMINDERS);
    if (!next) return [];
    const what = `${next.what} ${next.threshold} of ${keyId} at ${next.at.toISOString()}`;
    if (next.at < later(-SOON_MS, now)) return [`overdue: ${what}`];
    const isFound = index.some(
      ({ partitionKey, ...row }) =>
        row["keyId"] === keyId &&
        partitionKey <= `due-${dayOf(next.at)}` &&
        partitionKey > `due-${worked}`,
    );
    return isFound ? [] : [`not in the index: ${what}`];
  });
}

/** Whatever is on record of a customer is found, and purged, by a day on which they were active. */
function auditActivity(entries: readonly Activity[], journal: readonly Row[]): string[] {
  const active = new Set(
    journal
      .filter(({ partitionKey }) => partitionKey.startsWith("day-"))
      .map((row) => `${row.partitionKey.slice("day-".length)} ${row["subscription"]}`),
  );
  // What is admitted on a day may end on the next.
  return entries
    .filter(({ at, subscription }) =>
      [0, 1].every((daysAgo) => !active.has(`${dayOf(at, daysAgo)} ${subscription}`)),
    )
    .map(({ id, at, action }) => `not found by its day: ${action} ${id} at ${at.toISOString()}`);
}
