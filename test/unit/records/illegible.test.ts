import { beforeEach, describe, expect, test } from "vitest";
import { calendarLinks } from "../../../shared/adapters/records/calendar-links.ts";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { clientRow, deletedRow } from "../../../shared/adapters/records/client-rows.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { foundSecrets } from "../../../shared/adapters/records/found-secrets.ts";
import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { revocationProgress } from "../../../shared/adapters/records/revocation-progress.ts";
import { secretRow } from "../../../shared/adapters/records/secret-rows.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { usageBoard } from "../../../shared/adapters/records/usage-board.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { difference } from "../../../shared/care/found/difference.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { collect } from "../../support/collect.ts";
import { aRecord, aSecretRecord, NOON, newId } from "../../support/samples.ts";

/** What each reader of a table does with a row that it cannot read. */

const BAD = "00000000-0000-4000-8000-000000000000";
let table: Table;
const notes: string[] = [];
beforeEach(() => {
  table = memoryTable();
  notes.length = 0;
});
const damage = (partitionKey: string, rowKey: string) => table.replace({ partitionKey, rowKey });
const noting = <T>(work: () => Promise<T>): Promise<T> => {
  const observation = newObservation();
  return observe(observation, work).finally(() => notes.push(...new Set(observation.notes)));
};

describe("clients", () => {
  const record = aRecord();
  const records = () => clientRecords(table, newId, async () => undefined);
  beforeEach(async () => {
    await table.insert(clientRow(record));
    await table.insert(deletedRow(record, NOON));
    for (const at of [0, 1, 2])
      for (const kind of ["client", "deleted"]) await damage("contoso", `${kind}:0000000${at}`);
  });

  test("that can be read are on the first page there is, though a whole one cannot", async () => {
    const listed = await noting(() => records().list("contoso", 2));
    expect(listed).toEqual({ records: [record], more: false, illegible: true });
    const { clients, more } = await noting(() => records().listDeleted("contoso", 1));
    expect([clients.map((one) => one.record.id), more]).toEqual([[record.id], false]);
    const owned = await noting(() => records().owned("contoso", 10));
    expect(owned.clients.map(({ id }) => id)).toEqual([record.id]);
    expect(notes).toEqual(["client-row-illegible", "client-row-illegible", "client-row-illegible"]);
  });

  test("are behind a page of them, where that is not the last one", async () => {
    await damage("contoso", "client:ffffffff-ffff");

    expect(await records().list("contoso", 1)).toMatchObject({ records: [record], more: true });
    const rest = { records: [], more: false, illegible: true };
    expect(await records().list("contoso", 1, record.id)).toEqual(rest);
  });
});

test("a recorded secret is neither made nor gone in the directory because nobody can read what it is", async () => {
  const record = aSecretRecord({ subscription: "contoso" });
  const { clientId } = record;
  await table.insert(secretRow(record));
  await damage("contoso", `secret:${clientId}:${BAD}`);

  const known = await noting(() =>
    foundSecrets(table).known({ subscriptionKey: "contoso", clientId }),
  );

  expect(known.map(({ keyId }) => keyId).toSorted()).toEqual([BAD, record.keyId].toSorted());
  const { keyId, displayName, createdAt, expiresAt } = record;
  const shown = [keyId, BAD].map((id) => {
    return { keyId: id, displayName, hint: "abc", createdAt, expiresAt };
  });
  expect(difference(known, shown, NOON)).toEqual([]);
  expect(difference(known, shown.slice(0, 1), NOON)).toEqual([]);
  expect(notes).toEqual(["secret-row-illegible"]);
});

test("another's address of a calendar keeps nobody from one of their own", async () => {
  const links = calendarLinks(table);
  const link = { subscription: "contoso", person: "ann", hash: "h", salt: "s", since: NOON };
  await links.put(link, await links.ownOf("contoso", "ann"));
  await damage("contoso", "calendar:0000");
  await damage("contoso", "calendar-of:bob");

  const own = await noting(() => links.ownOf("contoso", "ann"));
  expect(own).toEqual({ links: [link], version: expect.any(String) });
  expect(notes).toEqual(["calendar-row-illegible"]);
});

test("one customer who was active on a day keeps none of the others from being looked after", async () => {
  const journal = tableJournal(table);
  await journal.active("2026-03-02", "contoso");
  await damage("day-2026-03-02", "0000");
  await table.insert({
    ...{ partitionKey: "deciding", rowKey: "~2026-03-02:contoso" },
    subscription: "contoso",
  });
  await damage("deciding", "~2026-03-02:0000");

  expect(await noting(() => collect(journal.activeOn("2026-03-02")))).toEqual(["contoso"]);
  const decidedOn = () => collect(consentCases(table).decidedOn("2026-03-02"));
  expect(await noting(decidedOn)).toEqual(["contoso"]);
  expect(notes).toEqual(["day-row-illegible", "consent-row-illegible"]);
});

test("a mark of how far something has come counts as none", async () => {
  await damage("purged", "keys");
  await damage("due", "worked");

  expect(await noting(() => tableJournal(table).purgedTo("keys"))).toBeUndefined();
  expect(await noting(() => dueIndex(table).doneTo("worked"))).toBeUndefined();
  expect(notes).toEqual(["purged-row-illegible", "due-row-illegible"]);
});

test("a pass is followed by one that begins anew in its place", async () => {
  await damage("revocations", "pass");
  const revocations = revocationProgress(table);
  const over = await noting(revocations.current);
  expect(over?.pass).toMatchObject({ phase: "done", startedAt: new Date(0) });
  const next = { phase: "grants", pages: 0, owner: "a", startedAt: NOON, touchedAt: NOON } as const;
  expect(await revocations.save(next, over?.version)).toBeDefined();

  for (const filled of [undefined, true, false]) {
    await table.replace({ partitionKey: "secrets", rowKey: "pass", filled });
    const look = await noting(lookProgress(table).current);
    expect(look?.pass).toMatchObject({ phase: "done", filled: filled ?? true });
  }
  expect(notes).toEqual(["revocations-row-illegible", ...Array(3).fill("secrets-row-illegible")]);
});

test("whoever stands on a page of a pass that nobody can read is asked for like anybody who is missing", async () => {
  const progress = revocationProgress(table);
  const pass = { phase: "grants", owner: "a", startedAt: NOON, touchedAt: NOON } as const;
  await progress.save({ ...pass, pages: 1 }, undefined, ["mark"]);
  await damage("revocations", "page:000002");

  expect(await noting(progress.seen)).toEqual(new Set(["mark"]));
  expect(notes).toEqual(["revocations-row-illegible"]);
});

test("a host whose count nobody can read counts alone", async () => {
  const board = usageBoard(table);
  const none = { minute: new Map(), tenMinutes: new Map(), hour: new Map() };
  const usage = { host: "a", saidAt: NOON, usage: none };
  await board.say(usage);
  await damage("usage", "b");

  expect(await noting(board.all)).toEqual([usage]);
  expect(notes).toEqual(["usage-row-illegible"]);
});
