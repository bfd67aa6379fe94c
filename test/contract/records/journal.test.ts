import { beforeEach, describe, expect, test } from "vitest";
import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import type { OperationMessage } from "../../../shared/events/operation-message.ts";
import type { Journal, ParkedOperation } from "../../../shared/operations/admission/ports.ts";
import { collect } from "../../support/collect.ts";
import { later, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("The journal $name", ({ newTable }) => {
  let table: Table;
  let journal: Journal;
  beforeEach(async () => {
    table = await newTable();
    journal = tableJournal(table);
  });

  const anEvent = (changes: Partial<ClientEvent> = {}): ClientEvent => ({
    id: `${newId()}:client.renamed`,
    type: "client.renamed",
    time: NOON.toISOString(),
    clientId: newId(),
    subscription: "contoso / Ä",
    data: { displayName: "Zoë's", count: 3 },
    ...changes,
  });
  const aCheck = (changes: object = {}): OperationMessage => ({
    type: "operation.check",
    version: 1,
    operationId: newId(),
    subscription: "contoso",
    ...changes,
  });
  const anIncident = (): OperationMessage => ({
    type: "operation.incident",
    version: 1,
    id: "incident:parked",
    operationId: newId(),
    subscription: "contoso",
    kind: "create",
    reason: "parked",
    at: NOON.toISOString(),
    told: ["teams"],
  });
  const events = async () => (await collect(journal.untoldEvents())).map(({ what }) => what);
  const messages = async (now: Date) =>
    (await collect(journal.adriftMessages(now))).map(({ what }) => what);

  test("keeps an event that could not be told, once, until it is done", async () => {
    const [event, other] = [anEvent(), anEvent()];
    await journal.untold(event, NOON);
    await journal.untold(event, later(10));
    await journal.untold(other, NOON);

    const left = await collect(journal.untoldEvents());
    for (const entry of left) if (entry.what.id === event.id) await journal.done(entry);

    expect(left.map(({ what }) => what)).toHaveLength(2);
    expect(left.map(({ what }) => what)).toContainEqual(event);
    expect(await events()).toEqual([other]);
  });

  test.each([
    ["check", () => aCheck({ clientId: newId(), givenUp: true, attempt: 3 })],
    ["incident", anIncident],
  ])("keeps all of a %s", async (_, make) => {
    const message = make();
    await journal.adrift(message, NOON);

    expect(await messages(NOON)).toEqual([message]);
  });

  test("shows a message when its time has come, oldest first, until it is done", async () => {
    const [now, late, early] = [aCheck(), aCheck(), aCheck()];
    await journal.adrift(now, NOON);
    await journal.adrift(late, later(1));
    await journal.adrift(early, later(-1));

    expect(await messages(NOON)).toEqual([early, now]);
    expect(await messages(later(1))).toEqual([early, now, late]);
    const [first] = await collect(journal.adriftMessages(NOON));
    if (first) await journal.done(first);
    await (first && journal.done(first));
    expect(await messages(later(1))).toEqual([now, late]);
  });

  test("keeps a check and an incident of one operation and one time apart", async () => {
    const check = aCheck();
    const incident = { ...anIncident(), operationId: check.operationId };
    await journal.adrift(check, NOON);
    await journal.adrift(incident, NOON);

    expect(await messages(NOON)).toHaveLength(2);
  });

  test("passes over a row that it cannot read", async () => {
    await table.replace({ partitionKey: "untold", rowKey: "0", event: "not JSON" });
    await table.replace({ partitionKey: "adrift", rowKey: "0", message: '{"type":"later"}' });
    await table.replace({ partitionKey: "parked", rowKey: "0", reason: "no more than that" });
    const [event, check] = [anEvent(), aCheck()];
    await journal.untold(event, NOON);
    await journal.adrift(check, NOON);
    await journal.park(aParked);

    expect(await events()).toEqual([event]);
    expect(await messages(NOON)).toEqual([check]);
    expect(await collect(journal.parked())).toEqual([aParked]);
  });

  const aParked: ParkedOperation = {
    operationId: newId(),
    subscription: "contoso",
    kind: "rename",
    clientId: newId(),
    startedAt: NOON,
    parkedAt: later(10),
    reason: "not-ours",
  };

  test("lists what is parked until it is taken off the list", async () => {
    const { clientId: _, ...aCreate } = {
      ...aParked,
      operationId: newId(),
      kind: "create" as const,
    };
    await journal.park(aParked);
    await journal.park(aCreate);
    await journal.park({ ...aCreate, reason: "unavailable" });

    expect(await journal.findParked(aParked.operationId)).toEqual(aParked);
    expect(await collect(journal.parked())).toHaveLength(2);
    await journal.unlistParked(aParked.operationId);
    await journal.unlistParked(aParked.operationId);
    expect(await journal.findParked(aParked.operationId)).toBeUndefined();
    expect(await collect(journal.parked())).toEqual([{ ...aCreate, reason: "unavailable" }]);
  });

  test("notes who was active on a day, once, until the day is forgotten", async () => {
    for (const subscription of ["contoso / Ä", "fabrikam", "contoso / Ä"])
      await journal.active("2026-03-02", subscription);
    await journal.active("2026-03-03", "fabrikam");

    expect((await collect(journal.activeOn("2026-03-02"))).sort()).toEqual([
      "contoso / Ä",
      "fabrikam",
    ]);
    await journal.forgetDay("2026-03-02");
    expect(await collect(journal.activeOn("2026-03-02"))).toEqual([]);
    expect(await collect(journal.activeOn("2026-03-03"))).toEqual(["fabrikam"]);
  });

  test("remembers how far each purge has come", async () => {
    expect(await journal.purgedTo("keys")).toBeUndefined();
    await journal.setPurgedTo("keys", "2026-03-02");
    await journal.setPurgedTo("keys", "2026-03-03");

    expect(await journal.purgedTo("keys")).toBe("2026-03-03");
    expect(await journal.purgedTo("deleted")).toBeUndefined();
  });
});
