import { beforeAll, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { leave } from "../../../shared/adapters/records/activity-rows.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { type Activity, placeOf } from "../../../shared/clients/activity.ts";
import type { ActivityRecords } from "../../../shared/clients/activity-records.ts";
import { anActivity, later, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Activity $name", ({ newTable }) => {
  let table: TappedTable;
  let records: ActivityRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    records = activityRecords(table);
  });
  const left = async (...entries: readonly Activity[]) => {
    await table.transact(entries.map(leave));
    table.forget();
  };

  test("is found with all it had", async () => {
    const entry = anActivity({
      subscription: `${newId()} / Ä`,
      clientId: newId(),
      credentialId: newId(),
      outcome: "refused",
      detail: { displayName: "Zoë's", reason: "not-ours", tries: 3 },
    });
    await left(entry);

    const found = await records.activity(entry.subscription, {}, 10);

    expect(found).toEqual({ entries: [entry], last: placeOf(entry), more: false });
    expect(table.calls).toEqual(["page activity:"]);
  });

  test("comes newest first, page by page, between two times, and is one subscription's", async () => {
    const subscription = newId();
    const entries = [5, 4, 3, 3, 1].map((ms, index) =>
      anActivity({ subscription, at: later(ms), id: `${9 - index}:x` }),
    );
    entries.sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
    await left(...entries);
    await left(anActivity({ subscription: newId(), at: later(4) }));

    const first = await records.activity(subscription, {}, 2);
    const second = await records.activity(subscription, { after: first.last }, 2);
    const rest = await records.activity(subscription, { after: second.last, since: later(1) }, 2);
    const young = await records.activity(subscription, { since: later(3) }, 10);

    expect([first.entries, second.entries, rest.entries]).toEqual([
      entries.slice(0, 2),
      entries.slice(2, 4),
      entries.slice(4),
    ]);
    expect([first.more, second.more, rest.more]).toEqual([true, true, false]);
    expect(young.entries).toEqual(entries.slice(0, 4));
  });

  test("that cannot be read holds up none of the others", async () => {
    const entry = anActivity({ subscription: newId() });
    await left(entry);
    const other = { ...entry, id: "other" };
    const action = leave(other);
    if (action.do !== "insert") throw new Error("An entry is inserted");
    await table.insert({ ...action.row, outcome: "of another version" });

    const found = await records.activity(entry.subscription, {}, 10);

    expect(found.entries).toEqual([entry]);
    expect([found.last, found.more]).toEqual([
      [placeOf(entry), placeOf(other)].sort().at(-1),
      false,
    ]);
  });

  test("is purged from the oldest on, at the price of what goes", async () => {
    const subscription = newId();
    const [old, edge, young] = [0, 10, 20].map((ms) => anActivity({ subscription, at: later(ms) }));
    if (!old || !edge || !young) throw new Error("Three were made");
    await left(old, edge, young);
    const operations = operationRecords(table, newId);

    const purged = await operations.purge(subscription, "activity", later(10));

    expect(purged).toBe(1);
    expect(table.calls.map((call) => call.replace(/activity:.*/, "activity:"))).toEqual([
      "page activity:",
      "transact",
    ]);
    const { entries } = await records.activity(subscription, {}, 10);
    expect(entries).toEqual([young, edge]);
  });
});
