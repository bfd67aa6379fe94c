import { describe, expect, test } from "vitest";
import type { DirectoryContent } from "../../../infra/tools/records/read-directory.ts";
import { rebuildRecords } from "../../../infra/tools/records/rebuild.ts";
import { rebuildRecord, type TaggedClient } from "../../../infra/tools/records/rebuild-record.ts";
import {
  accountKey,
  clientKey,
  deletedRow,
  readClient,
} from "../../../shared/adapters/records/client-rows.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import { busyRow, parkedRow } from "../../../shared/adapters/records/operation-rows.ts";
import { secretRecords } from "../../../shared/adapters/records/secret-records.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { SOME_CUSTOMER } from "../../../shared/clients/actor.ts";
import { always } from "../../../shared/consent/clock/calendar.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { collect } from "../../support/collect.ts";

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;
const CREATED = new Date("2026-03-02T10:00:00Z");
/** The directory, from then on. */
const READ = new Date("2026-03-02T11:00:00Z");
const promise = { slaMs: 24 * 3_600_000, calendar: always };
const aClient = (digit: number, more: Partial<TaggedClient> = {}): TaggedClient => ({
  id: id(digit),
  appId: id(digit),
  displayName: `Client ${digit}`,
  createdAt: CREATED,
  subscription: "contoso",
  operationId: `op-${digit}`,
  roles: ["api.read"],
  secrets: [],
  ...more,
});

describe("what follows from the directory", () => {
  test("nothing granted: it waits, and is due when it would have been", () => {
    const { record, listed } = rebuildRecord(aClient(1), undefined, promise);
    expect(record.consent).toMatchObject({
      state: "pending",
      requestedAt: CREATED,
      dueAt: new Date("2026-03-03T10:00:00Z"),
    });
    expect(listed.clock?.nextCheckAt).toEqual(CREATED);
  });

  test("all roles granted: granted, when the last one was", () => {
    const at = new Date("2026-03-02T12:00:00Z");
    const grant = { principalId: id(9), roles: ["api.read" as const], at };
    const { record, listed } = rebuildRecord(aClient(1), grant, promise);
    expect(record.consent).toMatchObject({ state: "granted", decidedAt: at });
    expect(listed).toMatchObject({ grant: { principalId: id(9) } });
    expect(listed).not.toHaveProperty("clock");
  });

  test("disabled: it is stopped, and its customer cannot undo that", () => {
    const { record } = rebuildRecord(aClient(1, { stoppedAt: CREATED }), undefined, promise);
    expect(record.suspended).toEqual({
      by: "operator",
      reason: "unknown (rebuilt)",
      at: CREATED,
    });
    expect(record).not.toHaveProperty("stoppedAt");
  });

  test("one of two roles granted: it waits", () => {
    const both = aClient(1, { roles: ["api.read", "api.write"] });
    const grant = { principalId: id(9), roles: ["api.read" as const], at: CREATED };
    expect(rebuildRecord(both, grant, promise).record.consent.state).toBe("pending");
  });
});

describe("held against the records", () => {
  const content = (...clients: TaggedClient[]): DirectoryContent => ({
    since: READ,
    clients,
    grants: new Map(),
    unreadable: [],
    notOwned: [],
  });
  const open = () => ({
    clients: memoryTable(),
    consents: memoryTable(),
    journal: memoryTable(),
  });
  const run = (
    tables: { clients: Table; consents: Table; journal: Table },
    found: DirectoryContent,
    apply = true,
  ) => rebuildRecords(found, { ...tables, promise, newId: () => "write-1", now: CREATED, apply });

  test("without apply it says the same and changes nothing", async () => {
    const tables = open();
    const report = await run(tables, content(aClient(1)), false);
    expect(report).toMatchObject({ restored: [id(1)], cases: 1, accounts: 1 });
    const { rowKey } = clientKey("contoso", id(1));
    expect(await tables.clients.get("contoso", rowKey)).toBeUndefined();
  });

  test("what is there stays as it is, and the account counts all", async () => {
    const tables = open();
    await run(tables, content(aClient(1)));
    const key = clientKey("contoso", id(1));
    const stored = await tables.clients.get(key.partitionKey, key.rowKey);
    if (!stored) throw new Error("Not restored");
    await tables.clients.replace({ ...stored.row, displayName: "Renamed since" }, stored.etag);

    const report = await run(tables, content(aClient(1), aClient(2)));

    expect(report).toMatchObject({ present: 1, restored: [id(2)], cases: 1, accounts: 1 });
    const kept = await tables.clients.get(key.partitionKey, key.rowKey);
    expect(kept && readClient(kept.row).displayName).toBe("Renamed since");
    const account = accountKey("contoso");
    const counted = await tables.clients.get(account.partitionKey, account.rowKey);
    expect(counted?.row["clients"]).toBe(2);
  });

  test("with its lists lost alone a client is on that of its own state, however the directory has it", async () => {
    const tables = open();
    await run(tables, content(aClient(1), aClient(2)));
    const key = clientKey("contoso", id(1));
    const stored = await tables.clients.get(key.partitionKey, key.rowKey);
    if (!stored) throw new Error("Not restored");
    const rejected = { consentState: "rejected", consentDecidedAt: "2026-03-02T11:00:00.000Z" };
    await tables.clients.replace({ ...stored.row, ...rejected }, stored.etag);
    const consents = memoryTable();
    // What else is noted of a client by its id puts it on no list.
    await consents.insert({ partitionKey: "drifted", rowKey: id(2) });

    const report = await run({ ...tables, consents }, content(aClient(1), aClient(2)));

    expect(report).toMatchObject({ present: 2, restored: [], cases: 2 });
    const cases = consentCases(consents);
    expect((await cases.find(id(1))).map(({ found }) => found.consent)).toEqual([
      expect.objectContaining({
        state: "rejected",
        decidedAt: new Date("2026-03-02T11:00:00Z"),
      }),
    ]);
    expect((await cases.find(id(2))).map(({ found }) => found.consent.state)).toEqual(["pending"]);
  });

  test("what the service makes or has just deleted is left to it: the directory was read before, or is late", async () => {
    const tables = open();
    const { record } = rebuildRecord(aClient(2), undefined, promise);
    await tables.clients.insert(deletedRow(record, new Date("2026-03-02T10:59:00Z")));
    const entry = {
      operationId: "op-1",
      subscription: "contoso",
      operation: {
        ...{ kind: "create" as const, displayName: "Client 1", requestedBy: "Ann" },
        roles: ["api.read" as const],
      },
      ...{ startedAt: CREATED, touchedAt: CREATED, turn: 0, by: SOME_CUSTOMER },
    };

    for (const unended of [busyRow(entry), parkedRow(entry)]) {
      await tables.clients.insert(unended);
      const report = await run(tables, content(aClient(1), aClient(2)));
      expect(report).toMatchObject({ restored: [], inHand: [id(1), id(2)], cases: 0 });
      await tables.clients.delete(unended.partitionKey, unended.rowKey);
    }
    // Restored in the directory, long after it was deleted here.
    const later = { ...content(aClient(2)), since: new Date("2026-03-03T10:00:00Z") };
    expect(await run(tables, later)).toMatchObject({ restored: [id(2)], inHand: [] });
  });

  test("what the directory no longer has is named and left alone", async () => {
    const tables = open();
    await run(tables, content(aClient(1), aClient(2)));
    const report = await run(tables, content(aClient(2)));
    expect(report).toMatchObject({ orphans: [id(1)], restored: [], accounts: 0 });
    // Of one that was just made the directory need not have known yet.
    const soon = { ...content(aClient(2)), since: new Date("2026-03-02T10:04:00Z") };
    expect(await run(tables, soon)).toMatchObject({ orphans: [] });
    const key = clientKey("contoso", id(1));
    expect(await tables.clients.get(key.partitionKey, key.rowKey)).toBeDefined();
  });

  test("secrets come back, to be put into the index of what is due; what is known of one stays", async () => {
    const tables = open();
    await dueIndex(tables.journal).setDoneTo("indexed", "2026-03-01");
    const aSecret = (digit: number) => ({
      keyId: id(digit),
      displayName: `Secret ${digit}`,
      hint: "abc",
      createdAt: CREATED,
      expiresAt: new Date("2026-09-02T10:00:00Z"),
    });
    const secrets = secretRecords(tables.clients, () => "write-1");
    const one = content(aClient(1, { secrets: [aSecret(5)] }));
    expect(await run(tables, one, false)).toMatchObject({ secrets: 1 });
    expect(await secrets.secretsOf("contoso")).toEqual([]);
    expect(await run(tables, one)).toMatchObject({ secrets: 1 });
    const [first] = await secrets.secretsOf("contoso");
    if (!first) throw new Error("Not restored");
    await secrets.saveSecret({ ...first.record, told: ["P30D"] }, first.version);

    const report = await run(tables, content(aClient(1, { secrets: [aSecret(5), aSecret(6)] })));

    expect(report).toMatchObject({ secrets: 1 });
    const found = await secrets.secretsOf("contoso", id(1));
    expect(found.map(({ record }) => [record.keyId, record.source, record.told])).toEqual([
      [id(5), "directory", ["P30D"]],
      [id(6), "directory", []],
    ]);
    expect(JSON.stringify(found)).not.toContain("abc");
    expect(await secretTodos(tables.clients).todos("contoso")).toMatchObject([
      { what: { clientId: id(1) } },
    ]);
    expect(await collect(tableJournal(tables.journal).activeOn("2026-03-02"))).toEqual(["contoso"]);

    // What is known is in the index already, unless that went with its table.
    const todos = secretTodos(tables.clients);
    const indexed = async (journal: Table) => {
      const at = new Date("2026-08-03T10:00:00Z");
      const entry = { subscription: "contoso", clientId: id(1), keyId: id(5), at };
      await dueIndex(journal).put([entry], CREATED);
      await todos.done("contoso", await todos.todos("contoso"));
    };
    await indexed(tables.journal);
    await run(tables, one);
    expect(await todos.todos("contoso")).toEqual([]);
    // Its table is there again, and a host has been at work, or a rebuild has died.
    const journal = memoryTable();
    await dueIndex(journal).setDoneTo("indexed", "2026-03-01");
    await run({ ...tables, journal }, one);
    expect(await todos.todos("contoso")).toHaveLength(1);
    expect(await collect(tableJournal(journal).activeOn("2026-03-02"))).toEqual(["contoso"]);

    await indexed(journal);
    await run({ ...tables, journal }, one);
    expect(await todos.todos("contoso")).toEqual([]);
  });

  test("nothing is due any more of a secret whose end was told", async () => {
    const tables = open();
    const ends = { createdAt: CREATED, expiresAt: new Date("2026-03-02T10:30:00Z") };
    const one = content(
      aClient(1, { secrets: [{ keyId: id(5), displayName: "Old", hint: "abc", ...ends }] }),
    );
    await run(tables, one);
    const secrets = secretRecords(tables.clients, () => "write-1");
    const [found] = await secrets.secretsOf("contoso");
    if (!found) throw new Error("Not restored");
    await secrets.saveSecret({ ...found.record, told: ["expired"] }, found.version);
    const todos = secretTodos(tables.clients);
    await todos.done("contoso", await todos.todos("contoso"));

    await run(tables, one);

    expect(await todos.todos("contoso")).toEqual([]);
  });

  test("a certificate comes back as one beside its client's secret, and is due like it", async () => {
    const tables = open();
    const ends = { createdAt: CREATED, expiresAt: new Date("2026-09-02T10:00:00Z") };
    const thumbprint = "A".repeat(40);
    const certificate = {
      ...{ kind: "certificate" as const, keyId: id(7), displayName: "Build server" },
      ...{ thumbprint, ...ends },
    };
    const secret = { keyId: id(5), displayName: "Secret", hint: "abc", ...ends };
    const held = content(aClient(1, { secrets: [secret, certificate] }));

    expect(await run(tables, held, false)).toMatchObject({ secrets: 2 });
    expect(await run(tables, held)).toMatchObject({ secrets: 2 });

    const restored = { subscription: "contoso", clientId: id(1), source: "directory", told: [] };
    const found = await secretRecords(tables.clients, () => "write-1").secretsOf("contoso");
    expect(found.map(({ record }) => record)).toEqual([
      { ...restored, keyId: id(5), displayName: "Secret", ...ends },
      {
        ...restored,
        ...{ keyId: id(7), kind: "certificate", displayName: "Build server" },
        ...{ certificate: { thumbprint }, ...ends },
      },
    ]);
    expect(await secretTodos(tables.clients).todos("contoso")).toMatchObject([
      { what: { clientId: id(1) } },
    ]);
    expect(await run(tables, held)).toMatchObject({ secrets: 0, restored: [] });
  });
});
