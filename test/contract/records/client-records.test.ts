import { beforeAll, describe, expect, test } from "vitest";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import type { ClientRecords } from "../../../shared/clients/ports.ts";
import { aRecord, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Client records $name", ({ newTable }) => {
  let records: ClientRecords;
  beforeAll(async () => {
    records = clientRecords(await newTable(), newId, async () => undefined);
  });

  /** A client that has gone the whole way: place taken, place turned into the client. */
  async function committed(subscription: string) {
    const record = aRecord({ subscription });
    const { account, version } = await records.account(subscription);
    const next = { ...account, clients: account.clients + 1 };
    await records.reserve(next, version, record.operationId);
    await records.commit(record);
    return record;
  }

  test("a subscription that has done nothing has an empty account", async () => {
    const subscription = newId();

    expect(await records.account(subscription)).toEqual({
      account: { subscription, clients: 0, minute: 0, writes: 0 },
      version: undefined,
    });
  });

  test("a place is taken under the account that was read, and by one only", async () => {
    const subscription = newId();
    const { account, version } = await records.account(subscription);
    const next = { ...account, clients: 1, minute: 5, writes: 1 };

    const first = await records.reserve(next, version, newId());
    const second = await records.reserve({ ...next, writes: 2 }, version, newId());

    expect([first, second]).toEqual([true, false]);
    expect((await records.account(subscription)).account).toEqual(next);
  });

  test("a place that was taken is known again when it is asked for twice", async () => {
    const subscription = newId();
    const operationId = newId();
    const { account, version } = await records.account(subscription);
    const next = { ...account, clients: 1 };
    await records.reserve(next, version, operationId);

    expect(await records.reserve(next, version, operationId)).toBe(true);
    expect((await records.account(subscription)).account.clients).toBe(1);
  });

  test("a change is charged under the account that was read", async () => {
    const subscription = newId();
    const { account, version } = await records.account(subscription);

    const first = await records.charge({ ...account, writes: 1 }, version, newId());
    const second = await records.charge({ ...account, writes: 1 }, version, newId());

    expect([first, second]).toEqual([true, false]);
  });

  test("a committed client is found by its owner with everything it had", async () => {
    const record = await committed(newId());

    const found = await records.find(record.subscription, record.id);

    expect(found?.client.record).toEqual(record);
    expect(found?.account.account.clients).toBe(1);
  });

  test("a subscription may be named with any characters", async () => {
    const record = await committed(`Ä/b\\c#d?e'f ${newId()}`);

    expect((await records.find(record.subscription, record.id))?.client.record).toEqual(record);
    expect((await records.list(record.subscription, 10)).records).toEqual([record]);
  });

  test("nobody else finds a client", async () => {
    const record = await committed(newId());

    expect(await records.find(newId(), record.id)).toBeUndefined();
  });

  test("a client is committed from its place only", async () => {
    const record = aRecord({ subscription: newId() });

    expect(await records.commit(record)).toBe(false);
    expect(await records.find(record.subscription, record.id)).toBeUndefined();
  });

  test("a commit that is repeated is still done", async () => {
    const record = await committed(newId());

    expect(await records.commit(record)).toBe(true);
  });

  test("a place is given back once, however often that is asked", async () => {
    const subscription = newId();
    await committed(subscription);
    const operationId = newId();
    const { account, version } = await records.account(subscription);
    await records.reserve({ ...account, clients: 2 }, version, operationId);

    await records.release(subscription, operationId);
    await records.release(subscription, operationId);

    expect((await records.account(subscription)).account.clients).toBe(1);
    expect(await records.commit(aRecord({ subscription, operationId }))).toBe(false);
  });

  test("a client is found by the operation that made it, also when it is deleted", async () => {
    const record = await committed(newId());
    const before = await records.findByOperation(record.subscription, record.operationId);
    await records.remove(record);
    const after = await records.findByOperation(record.subscription, record.operationId);

    expect(before).toEqual({ record, deleted: false });
    expect(after).toEqual({ record, deleted: true });
    expect(await records.findByOperation(record.subscription, newId())).toBeUndefined();
  });

  test("a removed client gives its place back once", async () => {
    const subscription = newId();
    const record = await committed(subscription);

    await records.remove(record);
    await records.remove(record);

    expect(await records.find(subscription, record.id)).toBeUndefined();
    expect((await records.account(subscription)).account.clients).toBe(0);
    expect((await records.list(subscription, 10)).records).toEqual([]);
  });

  test.each(["as it is", "as it was before somebody else's change"])(
    "a removed client gives its place back once, given the account %s",
    async (which) => {
      const subscription = newId();
      const record = await committed(subscription);
      const seen = await records.account(subscription);
      if (which !== "as it is")
        await records.charge({ ...seen.account, writes: 7 }, seen.version, newId());

      await records.remove(record, seen);
      await records.remove(record, seen);

      const { account } = await records.account(subscription);
      expect(account.clients).toBe(0);
      expect(account.writes).toBe(which === "as it is" ? seen.account.writes : 7);
      expect(await records.findByOperation(subscription, record.operationId)).toEqual({
        record,
        deleted: true,
      });
    },
  );

  test("a list pages through the clients by id", async () => {
    const subscription = newId();
    const made = [];
    for (let index = 0; index < 5; index += 1) made.push(await committed(subscription));
    const ids = made.map(({ id }) => id).sort();

    const first = await records.list(subscription, 3);
    const second = await records.list(subscription, 3, first.records.at(-1)?.id);

    expect(first.records.map(({ id }) => id)).toEqual(ids.slice(0, 3));
    expect(second.records.map(({ id }) => id)).toEqual(ids.slice(3));
    expect([first.more, second.more]).toEqual([true, false]);
  });

  test("a record is saved under its version only", async () => {
    const record = await committed(newId());
    const found = await records.find(record.subscription, record.id);
    const version = found?.client.version ?? "";
    const renamed = { ...record, displayName: "Renamed", revision: 2 };
    const decided = {
      ...record,
      consent: { ...record.consent, state: "rejected", decidedAt: NOON, reason: "No." },
    } as const;

    const answers = [await records.save(renamed, version), await records.save(decided, version)];

    expect(answers).toEqual([true, false]);
    expect((await records.find(record.subscription, record.id))?.client.record).toEqual(renamed);
  });
});
