import { expect, test } from "vitest";
import { rebuildRecords } from "../../../infra/tools/records/rebuild.ts";
import type { TaggedClient } from "../../../infra/tools/records/rebuild-record.ts";
import { always } from "../../../shared/consent/clock/calendar.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { NOON, newId } from "../../support/samples.ts";

const aClient = (subscription: string): TaggedClient => ({
  ...{ id: newId(), appId: newId(), operationId: newId(), subscription, secrets: [] },
  ...{ displayName: "A client", createdAt: NOON, roles: ["api.read"] },
});

test.each(["account", "client:1", "deleted:1", "busy:1", "parked:1"])(
  "where the row %s cannot be read nothing is done to its subscription, and everything to the others",
  async (rowKey) => {
    const tables = { clients: memoryTable(), consents: memoryTable(), journal: memoryTable() };
    await tables.clients.insert({ partitionKey: "contoso", rowKey });
    const ours = aClient("contoso");
    const theirs = aClient("fabrikam");
    const content = { since: NOON, grants: new Map(), unreadable: [], notOwned: [] };

    const report = await rebuildRecords(
      { ...content, clients: [ours, theirs] },
      { ...tables, promise: { slaMs: 1, calendar: always }, newId, now: NOON, apply: true },
    );

    const done = { inDirectory: 2, present: 0, restored: [theirs.id], accounts: 1 };
    expect(report).toMatchObject({ ...done, illegible: [`contoso, ${rowKey}`], orphans: [] });
    const { rows } = await tables.clients.page({ partition: "contoso" }, 100);
    expect(rows.map(({ row }) => row.rowKey)).toEqual([rowKey]);
  },
);
