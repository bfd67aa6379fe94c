import { expect, test } from "vitest";
import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { clientRow } from "../../../shared/adapters/records/client-rows.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { caseRow } from "../../../shared/adapters/records/consent-rows.ts";
import { runRecords } from "../../../shared/adapters/records/run-records.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { collect } from "../../support/collect.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, NOON, newId } from "../../support/samples.ts";

test("a row of the lists that nobody can read keeps no pass from those behind it", async () => {
  const table = memoryTable();
  const cases = consentCases(table);
  const subject = openCase(aRecord({ id: "ffffffff-0000-4000-8000-000000000000" }), "Zoë");
  await table.insert(caseRow(subject));
  const decision = { id: "d", to: "rejected" as const, at: new Date(0), told: [], subject };
  await cases.begin(decision);
  await cases.keepDrift({ subject, excess: [], foundAt: new Date(0), told: [] });
  for (const partitionKey of ["pending", "deciding", "drifted"])
    await table.insert({ partitionKey, rowKey: "00000000-0000-4000-8000-000000000000" });

  const { clientId } = subject;
  expect(await collect(cases.all("pending"))).toMatchObject([{ found: { clientId } }]);
  expect(await collect(cases.decisions())).toMatchObject([{ decision: { subject: { clientId } } }]);
  expect(await cases.drifts()).toMatchObject([{ drift: { subject: { clientId } } }]);
});

test("rows that nobody can read hide none of those behind them from operators, a whole page of them neither", async () => {
  const world = consentWorld();
  const table = memoryTable();
  const deps = { ...world.deps, cases: consentCases(table) };
  const { consent } = aRecord();
  const old = { ...consent, state: "rejected" as const, decidedAt: NOON };
  const record = aRecord({ id: "ffffffff-0000-4000-8000-000000000000", consent: old });
  await world.client(record);
  await table.insert(caseRow(openCase(record, "Zoë")));
  for (let count = 0; count < 3; count += 1)
    await table.insert({ partitionKey: "rejected", rowKey: `0000000${count}-0000` });

  const { items, next } = await listConsents(deps, { state: "rejected", limit: 1 });

  expect(items).toMatchObject([{ clientId: record.id }]);
  expect(next).toBeUndefined();
  expect(await countConsents(deps)).toMatchObject({ rejected: 1 });
});

test("what nobody can read of what is to be told keeps nobody from hearing of the rest", async () => {
  const table = memoryTable();
  const log = alertLog(table);
  const poison = { queue: "consent", messageId: "m", reason: "No", enqueuedAt: NOON };
  await log.record(poison, NOON);
  for (const rowKey of ["notice:a", "stop:a", "untold:a:b"])
    await table.insert({ partitionKey: "poison", rowKey });

  expect(await log.untold()).toEqual({
    messages: [{ ...poison, recordedAt: NOON }],
    notices: [],
    stops: [],
  });
});

test("an operation on a subscription that nobody can read keeps no other from being taken up", async () => {
  const table = memoryTable();
  const runs = runRecords(table, newId);
  const by = { actor: { kind: "operator" as const } };
  const counts = { done: 0, total: 0, errors: [], step: 0, failures: 0 };
  const operationId = "ffffffff-0000-4000-8000-000000000000";
  await runs.open({
    ...{ operationId, kind: "block-subscription", subscription: "contoso", by, state: "running" },
    ...{ createdAt: NOON, ...counts },
  });
  await table.insert({ partitionKey: "runs", rowKey: "00000000-0000-4000-8000-000000000000" });

  expect(await collect(runs.list())).toMatchObject([{ operationId }]);
});

test("a client whose record nobody can read hides no other from operators, and loses nothing of what is listed of it", async () => {
  const [table, clients] = [memoryTable(), memoryTable()];
  const cases = consentCases(table);
  const records = clientRecords(clients, newId, async () => undefined);
  const deps = { ...consentWorld().deps, cases, records };
  const { consent } = aRecord();
  const both = ["00000000", "ffffffff"].map((begin) =>
    aRecord({
      id: `${begin}-0000-4000-8000-000000000000`,
      consent: { ...consent, state: "revoked" },
    }),
  );
  for (const record of both) {
    const subject = openCase(record, "Zoë");
    const drift = { subject, excess: [], foundAt: NOON, told: [] };
    await table.insert(caseRow(subject));
    await cases.keepDrift(drift);
  }
  const [damaged, whole] = both;
  if (!damaged || !whole) return expect.unreachable();
  await clients.insert(clientRow(whole));
  for (const changes of [{ appId: "?" }, { operationId: 7 }]) {
    await clients.replace({ ...clientRow(damaged), ...changes });
    for (const drifted of [false, true]) {
      const { items } = await listConsents(deps, { state: "revoked", limit: 10, drifted });
      expect(items.map(({ clientId }) => clientId)).toEqual([whole.id]);
    }
  }
  expect(await collect(cases.all("revoked"))).toHaveLength(2);
  expect(await cases.drifts()).toHaveLength(2);
});
