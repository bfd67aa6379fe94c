import { beforeAll, describe, expect, test } from "vitest";

import { ANN, anActivity, aRecord, later, NOON, newId } from "../../support/samples.ts";
import { aCreate, aRename, keyed, type OperationWorld, operationWorld } from "./operation-world.ts";
import { tableTargets } from "./targets.ts";

/** What an operation leaves, and what becomes of one that nobody has ended. */
describe.each(tableTargets)("Ends of operations $name", ({ newTable }) => {
  let table: OperationWorld["table"];
  let operations: OperationWorld["operations"];
  let records: OperationWorld["records"];
  let admitted: OperationWorld["admitted"];
  let made: OperationWorld["made"];
  let underWay: OperationWorld["underWay"];
  beforeAll(async () => {
    ({ table, operations, records, admitted, made, underWay } = await operationWorld(newTable));
  });

  describe("an end is one transaction:", () => {
    test("a create leaves client, answer and key, and nothing under way", async () => {
      const subscription = newId();
      const key = keyed(newId());
      const create = await admitted(subscription, aCreate(key.key.keyHash), { key });
      const record = aRecord({ subscription, operationId: create.entry.operationId });
      const result = { clientId: record.id };

      const ended = await operations.end(create, {
        activity: [],
        client: { now: "made", record, requestedBy: "Zoë", actor: ANN.actor },
        key: { ...key, result },
      });

      expect(ended).toBe("ended");
      expect(await underWay(create)).toBeUndefined();
      expect((await records.client(subscription, record.id))?.record).toEqual(record);
      expect(await operations.made(subscription, record.operationId)).toEqual({
        record,
        requestedBy: "Zoë",
        actor: ANN.actor,
      });
      const kept = await operations.key(subscription, key.key.keyHash);
      expect(kept?.key).toEqual({ ...key.key, result });
    });

    test("a place and a key are given back", async () => {
      const subscription = newId();
      const key = keyed(newId());
      const create = await admitted(subscription, aCreate(), { key });
      const { account, version } = await operations.account(subscription);
      const given = { account: { ...account, clients: 0 }, version };

      expect(await operations.end(create, { activity: [], account: given, key })).toBe("ended");
      expect((await operations.account(subscription)).account).toEqual(given.account);
      expect(await operations.key(subscription, key.key.keyHash)).toBeUndefined();
    });

    test("whoever has lost the operation ends nothing", async () => {
      const subscription = newId();
      const record = await made(subscription);
      const rename = await admitted(subscription, aRename(record.id));
      const taken = await operations.take(rename, later(10));
      const client = await records.client(subscription, record.id);
      const changed = {
        now: "changed",
        record: { ...record, displayName: "Renamed" },
        version: client?.version ?? "",
      } as const;

      const ended = [
        await operations.end(rename, { activity: [], client: changed }),
        taken && (await operations.end(taken, { activity: [], client: changed })),
        taken && (await operations.end(taken, { activity: [] })),
      ];

      expect(ended).toEqual(["lost", "ended", "lost"]);
      expect((await records.client(subscription, record.id))?.record.displayName).toBe("Renamed");
    });

    test.each(["which row that is", "nothing of it"])(
      "what has changed since it was read leaves it under way (the service says %s)",
      async (said) => {
        const subscription = newId();
        const create = await admitted(subscription, aCreate());
        const { account } = await operations.account(subscription);
        table.nextTransact(async (perform) => {
          const answer = await perform();
          return said === "nothing of it" ? { done: false } : answer;
        });

        const given = { account: { ...account, clients: 0 }, version: undefined };
        expect(await operations.end(create, { activity: [], account: given })).toBe("changed");
        expect(await underWay(create)).toEqual(create);
        expect((await operations.account(subscription)).account.clients).toBe(1);
      },
    );

    test("a deleted client that was changed since it was read stays for now", async () => {
      const subscription = newId();
      const record = await made(subscription);
      const remove = await admitted(subscription, { kind: "delete", clientId: record.id });
      const read = await records.client(subscription, record.id);
      if (!read) throw new Error("It is not there");
      await records.save({ ...record, displayName: "Changed" }, read.version);
      const deleted = { now: "deleted", ...read, at: NOON } as const;

      expect(await operations.end(remove, { activity: [], client: deleted })).toBe("changed");
      expect((await records.client(subscription, record.id))?.record.displayName).toBe("Changed");
    });

    test("a deleted client is kept as deleted, and is no client any more", async () => {
      const subscription = newId();
      const record = await made(subscription);
      const remove = await admitted(subscription, { kind: "delete", clientId: record.id });
      const deleted = { now: "deleted", record, at: NOON } as const;

      expect(await operations.end(remove, { activity: [], client: deleted })).toBe("ended");
      expect(await records.client(subscription, record.id)).toBeUndefined();
      expect(await operations.purge(subscription, "deleted", NOON)).toBe(0);
      // With it goes what was kept of its create.
      expect(await operations.purge(subscription, "deleted", later(1))).toBe(2);
    });
  });

  test("an operation is taken over by one, also in one and the same millisecond", async () => {
    const rename = await admitted(newId(), aRename());

    const both = await Promise.all([
      operations.take(rename, later(10)),
      operations.take(rename, later(10)),
    ]);

    const [taken, ...others] = both.filter((one) => one !== undefined);
    expect(others).toEqual([]);
    expect(taken?.entry).toEqual({ ...rename.entry, touchedAt: later(10), turn: 1 });
    expect(await underWay(rename)).toEqual(taken);
  });

  describe("an operation that is set aside", () => {
    test("holds nothing any more, and is taken up again as it was", async () => {
      const subscription = newId();
      const rename = await admitted(subscription, aRename());
      const { operationId } = rename.entry;

      const parkedAt = later(3);
      const entry = () => anActivity({ subscription: rename.entry.subscription, at: parkedAt });
      const set = [await operations.park(rename, entry()), await operations.park(rename, entry())];
      const parked = await operations.parked(subscription, operationId);
      expect(set).toEqual([true, false]);
      expect(await underWay(rename)).toBeUndefined();
      expect(parked?.entry).toEqual({ ...rename.entry, parkedAt });
      const taken = parked && (await operations.unpark(parked, later(5)));

      expect(taken?.entry).toEqual({ ...rename.entry, parkedAt, touchedAt: later(5), turn: 1 });
      expect(await underWay(rename)).toEqual(taken);
      expect(await operations.parked(subscription, operationId)).toBeUndefined();
      expect(parked && (await operations.unpark(parked, later(5)))).toBeUndefined();
    });

    test("stays so while another one holds its client", async () => {
      const subscription = newId();
      const clientId = newId();
      const rename = await admitted(subscription, aRename(clientId));
      await operations.park(rename, anActivity({ subscription: rename.entry.subscription }));
      const other = await admitted(subscription, { kind: "delete", clientId });
      const parked = await operations.parked(subscription, rename.entry.operationId);

      expect(parked && (await operations.unpark(parked, later(5)))).toBeUndefined();
      expect(await underWay(other)).toEqual(other);
      expect(await operations.parked(subscription, rename.entry.operationId)).toEqual(parked);
    });

    test("is not set aside by who has lost it", async () => {
      const rename = await admitted(newId(), aRename());
      await operations.take(rename, later(1));

      expect(
        await operations.park(rename, anActivity({ subscription: rename.entry.subscription })),
      ).toBe(false);
      const { subscription, operationId } = rename.entry;
      expect(await operations.parked(subscription, operationId)).toBeUndefined();
    });
  });

  test("a key knows what came of it: what was made, and what that took the place of", async () => {
    const subscription = newId();
    const { key } = keyed(newId());
    const create = await admitted(subscription, aCreate(), { key: { key } });
    const result = { clientId: newId(), keyId: newId(), replaced: newId() };

    await operations.end(create, { activity: [], key: { key, result } });

    expect((await operations.key(subscription, key.keyHash))?.key.result).toEqual(result);
  });
});
