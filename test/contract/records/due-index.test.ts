import { beforeEach, describe, expect, test } from "vitest";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import type { DueEntry, DueIndex, VersionedDue } from "../../../shared/care/due-index.ts";
import type { SecretChange } from "../../../shared/clients/secret-record.ts";
import { admitOne } from "../../support/admit-one.ts";
import { collect } from "../../support/collect.ts";
import { anOperation, aSecretRecord, later, NOON, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

const DAY_MS = 86_400_000;
const TODAY = "2026-03-02";

describe.each(tableTargets)("The index of what is due $name", ({ newTable }) => {
  let table: TappedTable;
  let index: DueIndex;
  beforeEach(async () => {
    table = tappedTable(await newTable());
    index = dueIndex(table);
  });

  const anEntry = (at: Date, changes: Partial<DueEntry> = {}): DueEntry => ({
    subscription: "Zoë / contoso",
    clientId: newId(),
    keyId: newId(),
    at,
    ...changes,
  });
  const ripe = async (day: string, now: Date): Promise<VersionedDue[]> =>
    (await collect(index.ripe(day, now))).flat();
  const entries = async (day: string, now: Date) =>
    (await ripe(day, now)).map(({ entry }) => entry);

  test("finds what is due on a day when its time has come, and not before", async () => {
    const [now, soon, tomorrow] = [anEntry(NOON), anEntry(later(1)), anEntry(later(DAY_MS))];

    await index.put([now, soon, tomorrow], NOON);

    expect(await entries(TODAY, later(-1))).toEqual([]);
    expect(await entries(TODAY, NOON)).toEqual([now]);
    expect(await entries(TODAY, later(1))).toHaveLength(2);
    expect(await entries("2026-03-03", later(DAY_MS))).toEqual([tomorrow]);
  });

  test("has what is late under today, where it is looked for", async () => {
    const late = anEntry(later(-3 * DAY_MS));

    await index.put([late], NOON);

    expect(await entries(TODAY, NOON)).toEqual([late]);
    expect(await entries("2026-02-27", NOON)).toEqual([]);
  });

  test("takes a hundred of a day in one request, and each secret once", async () => {
    const same = anEntry(NOON);
    const all = Array.from({ length: 100 }, () => anEntry(NOON));

    await index.put([same, ...all, { ...same, at: later(1) }], NOON);

    expect(table.calls).toEqual(["transact", "transact"]);
    expect(await entries(TODAY, NOON)).toHaveLength(100);
    expect(await entries(TODAY, later(1))).toContainEqual({ ...same, at: later(1) });
  });

  test("removes what still is as it was found, and nothing else", async () => {
    const entry = anEntry(NOON);
    await index.put([entry], NOON);
    const [found] = await ripe(TODAY, NOON);
    if (!found) throw new Error("Not found");
    await index.put([entry], NOON);

    await index.remove(found);
    expect(await entries(TODAY, NOON)).toEqual([entry]);

    const [current] = await ripe(TODAY, NOON);
    await index.remove(current ?? found);
    await index.remove(current ?? found);
    expect(await entries(TODAY, NOON)).toEqual([]);
  });

  test("passes over a row that it cannot read", async () => {
    const entry = anEntry(NOON);
    await index.put([entry], NOON);
    const partitionKey = `due-${TODAY}`;
    await table.insert({ partitionKey, rowKey: "a", at: "2026", keyId: "no GUID" });

    expect(await entries(TODAY, NOON)).toEqual([entry]);
  });

  test("keeps two marks of how far it has been worked off", async () => {
    expect(await index.doneTo("worked")).toBeUndefined();

    await index.setDoneTo("worked", "2026-03-01");
    await index.setDoneTo("indexed", "2026-02-28");
    await index.setDoneTo("worked", TODAY);

    expect(await index.doneTo("worked")).toBe(TODAY);
    expect(await index.doneTo("indexed")).toBe("2026-02-28");
  });

  describe("what changes leave for it", () => {
    const subscription = "Zoë / contoso";
    const clientId = newId();
    async function ended(...secrets: SecretChange[]): Promise<void> {
      const operations = operationRecords(table, newId);
      const rename = { kind: "rename", clientId, displayName: "N" } as const;
      const account = await operations.account(subscription);
      const entry = anOperation(rename, { subscription });
      const answer = await admitOne(operations, { entry, account });
      if (!answer.admitted) throw new Error("Not admitted");
      expect(await operations.end(answer.held, { activity: [], secrets })).toBe("ended");
    }
    const left = () => secretTodos(table).todos(subscription);

    test("is the secret as it was left, or the client that has come back; of a removal nothing", async () => {
      const record = aSecretRecord({ subscription, clientId, retiresAt: NOON, told: ["P7D"] });
      await ended({ now: "made", record }, { now: "back", clientId });
      await ended({ now: "gone", clientId, keyId: newId(), at: NOON });

      expect((await left()).map(({ what }) => what)).toEqual([{ clientId }, { record }]);
      await secretTodos(table).done(subscription, await left());
      expect(await left()).toEqual([]);
    });

    test("stays when it was left anew meanwhile", async () => {
      const records = [1, 2, 3].map(() => aSecretRecord({ subscription, clientId }));
      const [first] = records;
      if (!first) throw new Error("None");
      await ended(...records.map((record) => ({ now: "made", record }) as const));
      const before = await left();
      const again = { ...first, told: ["P30D"] };
      await ended({ now: "made", record: again });

      await secretTodos(table).done(subscription, before);

      expect((await left()).map(({ what }) => what)).toEqual([{ record: again }]);
    });

    test("is passed over when it cannot be read", async () => {
      await ended({ now: "back", clientId });
      const partitionKey = keySafe(subscription);
      await table.insert({ partitionKey, rowKey: `todo:${newId()}:`, clientId: "no GUID" });

      expect(await left()).toHaveLength(1);
    });
  });
});
