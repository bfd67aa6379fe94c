import { beforeAll, describe, expect, test } from "vitest";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { ClientRecords } from "../../../shared/clients/ports.ts";
import type { CreateOperation } from "../../../shared/operations/admission/operation.ts";
import type { OperationRecords } from "../../../shared/operations/admission/ports.ts";
import { admitOne } from "../../support/admit-one.ts";
import { anActivity, anOperation, aRecord, later, NOON, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Client records $name", ({ newTable }) => {
  let table: TappedTable;
  let records: ClientRecords;
  let operations: OperationRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    records = clientRecords(table, newId, async () => undefined);
    operations = operationRecords(table, newId);
  });

  const aCreate: CreateOperation = {
    kind: "create",
    displayName: "A client",
    roles: ["api.read"],
    requestedBy: "Zoë",
  };
  /** The first half of a create. */
  async function admitted(subscription: string) {
    const { account, version } = await operations.account(subscription);
    const next = { ...account, clients: account.clients + 1 };
    const entry = anOperation(aCreate, { subscription });
    const answer = await admitOne(operations, { entry, account: { account: next, version } });
    if (!answer.admitted) throw new Error("Not admitted");
    return answer.held;
  }
  /** A client that has gone the whole way. */
  async function made(subscription: string, changes: Partial<ClientRecord> = {}) {
    const held = await admitted(subscription);
    const { operationId } = held.entry;
    const record = aRecord({ subscription, operationId, ...changes });
    await operations.end(held, {
      activity: [],
      client: { now: "made", record, requestedBy: "Zoë" },
    });
    return record;
  }
  const places = async (subscription: string) =>
    (await operations.account(subscription)).account.clients;

  test("a client is found by its owner with everything it had, and by nobody else", async () => {
    const decided = {
      state: "rejected",
      requestedAt: NOON,
      dueAt: later(1),
      slaHours: 8,
      remindersSent: 2,
      decidedAt: later(2),
      decidedBy: { kind: "operator", issuer: "https://i/", subject: "o", displayName: "Olga" },
      reason: "",
    } as const;
    const requester = { kind: "customer" as const, issuer: "https://i/", subject: "a" };
    const named = { displayName: "Zoë's / client", requester };
    const expiresAt = later(3);
    const secrets = [
      { keyId: newId(), expiresAt },
      { keyId: newId(), expiresAt, retiresAt: later(2) },
      { keyId: newId(), expiresAt, snoozedUntil: later(2) },
      { keyId: newId(), expiresAt, goneAt: later(1) },
    ];
    const over = { reason: "Mine", at: NOON };
    const suspended = { by: "operator" as const, reason: "A leak", at: later(1), over };
    const record = await made(newId(), { consent: decided, secrets, suspended, ...named });

    expect((await records.client(record.subscription, record.id))?.record).toEqual(record);
    const own = await records.client(record.subscription, record.id);
    const { clients, more } = await records.owned(record.subscription, 1);
    const { id, operationId } = record;
    expect(clients).toMatchObject([{ id, operationId, state: decided.state }]);
    expect([clients[0]?.read(), more]).toEqual([own, false]);
    expect(await records.owned(newId(), 1)).toEqual({ clients: [], more: false });
    expect(await records.client(newId(), record.id)).toBeUndefined();
    expect(await records.client(record.subscription, newId())).toBeUndefined();
  });

  test("a client is found where a lead points, in one read", async () => {
    const record = await made(`Zoë / ${newId()}`);
    const subscriptionKey = keySafe(record.subscription);
    table.forget();

    expect(await records.at({ clientId: record.id, subscriptionKey })).toEqual(record);
    expect(table.calls).toEqual(["get client:"]);
    expect(await records.at({ clientId: record.id, subscriptionKey: "else" })).toBeUndefined();
    expect(await records.at({ clientId: newId(), subscriptionKey })).toBeUndefined();
  });

  describe("what became of a create", () => {
    test("is said at each of its stages", async () => {
      const subscription = newId();
      const held = await admitted(subscription);
      const { operationId } = held.entry;
      const record = aRecord({ subscription, operationId });

      const before = await records.requested(subscription, newId());
      const during = await records.requested(subscription, operationId);
      await operations.end(held, {
        activity: [],
        client: { now: "made", record, requestedBy: "Zoë" },
      });
      const after = await records.requested(subscription, operationId);
      await records.remove(record, NOON);
      const gone = await records.requested(subscription, operationId);

      expect([before, during]).toEqual([{ state: "nothing" }, { state: "under-way" }]);
      expect([after, gone]).toEqual([after, after]);
      expect(after).toEqual({ state: "recorded", record, requestedBy: "Zoë" });
    });

    test("costs one read where it was recorded", async () => {
      const { subscription, operationId } = await made(newId());
      table.forget();

      await records.requested(subscription, operationId);

      expect(table.calls).toEqual(["get made:"]);
    });

    test("is not overlooked when it ends between two reads", async () => {
      const subscription = newId();
      const held = await admitted(subscription);
      const { operationId } = held.entry;
      const record = aRecord({ subscription, operationId });
      table.nextGet("busy:", async (perform) => {
        await operations.end(held, {
          activity: [],
          client: { now: "made", record, requestedBy: "Zoë" },
        });
        return perform();
      });

      const became = await records.requested(subscription, operationId);
      expect(became).toMatchObject({ state: "recorded", record });
    });
  });

  test("a client is under way while an operation holds it", async () => {
    const { subscription, id } = await made(newId());
    const entry = anOperation({ kind: "delete", clientId: id }, { subscription });
    const account = await operations.account(subscription);

    const states = [await records.underWay(subscription, id)];
    const answer = await admitOne(operations, { entry, account });
    states.push(await records.underWay(subscription, id));
    if (answer.admitted) await operations.end(answer.held, { activity: [] });
    states.push(await records.underWay(subscription, id));

    expect(states).toEqual([false, true, false]);
  });

  test("a record is saved under its version only", async () => {
    const record = await made(newId());
    const found = await records.client(record.subscription, record.id);
    const version = found?.version ?? "";
    const renamed = { ...record, displayName: "Renamed", revision: 2 };

    const answers = [
      await records.save(renamed, version),
      await records.save({ ...record, displayName: "Late" }, version),
    ];

    expect(answers).toEqual([true, false]);
    expect((await records.client(record.subscription, record.id))?.record).toEqual(renamed);
  });

  test("what is on record of a change is written with it or not at all", async () => {
    const subscription = newId();
    const record = await made(subscription);
    const found = await records.client(subscription, record.id);
    const version = found?.version ?? "";
    const entry = (id: string) => anActivity({ id, subscription });
    const kept = async () => {
      const { entries } = await activityRecords(table).activity(subscription, {}, 10);
      return entries.map(({ id }) => id);
    };

    const renamed = { ...record, displayName: "Renamed" };
    expect(await records.save(renamed, version, entry("saved"))).toBe(true);
    expect(await records.save(record, version, entry("stale"))).toBe(false);
    expect(await kept()).toEqual(["saved"]);
    expect((await records.client(subscription, record.id))?.record).toEqual(renamed);
    await Promise.all([
      records.remove(record, NOON, entry("removed")),
      records.remove(record, NOON, entry("removed too")),
    ]);

    expect((await kept()).toSorted()[0]).toMatch(/^removed/);
    expect(await kept()).toHaveLength(2);
  });

  test("a record that has gone is not saved", async () => {
    const record = await made(newId());
    const found = await records.client(record.subscription, record.id);
    await records.remove(record, NOON);

    expect(await records.save(record, found?.version ?? "")).toBe(false);
    expect(await records.client(record.subscription, record.id)).toBeUndefined();
  });

  test("a removed client gives its place back once", async () => {
    const subscription = newId();
    const [record] = [await made(subscription), await made(subscription)];

    await records.remove(record, NOON);
    await records.remove(record, NOON);
    await records.remove({ subscription, id: newId() }, NOON);

    expect(await records.client(subscription, record.id)).toBeUndefined();
    expect(await places(subscription)).toBe(1);
    expect((await records.list(subscription, 10)).records).toHaveLength(1);
  });

  test("a client removed by two at once gives its place back once", async () => {
    const subscription = newId();
    const [record] = [await made(subscription), await made(subscription)];

    await Promise.all([records.remove(record, NOON), records.remove(record, NOON)]);

    expect(await places(subscription)).toBe(1);
  });

  test("clients removed at once give all their places back", async () => {
    const subscription = newId();
    const all = [await made(subscription), await made(subscription), await made(subscription)];

    await Promise.all(all.map((record) => records.remove(record, NOON)));

    expect(await places(subscription)).toBe(0);
  });

  test("a list pages through the clients by id, and holds nothing else", async () => {
    const subscription = newId();
    const all = [];
    for (let index = 0; index < 5; index += 1) all.push(await made(subscription));
    const ids = all.map(({ id }) => id).sort();
    await admitted(subscription);

    const first = await records.list(subscription, 3);
    const second = await records.list(subscription, 3, first.records.at(-1)?.id);
    const last = await records.list(subscription, 3, ids.at(-1));

    expect(first.records.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(second.records.map(({ id }) => id)).toEqual(ids.slice(3));
    expect([first.more, second.more, last.more]).toEqual([true, false, false]);
    expect(last.records).toEqual([]);
  });
});
