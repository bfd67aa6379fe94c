import { beforeAll, describe, expect, test } from "vitest";
import { admitOne } from "../../support/admit-one.ts";
import { anOperation, later, NOON, newId } from "../../support/samples.ts";
import { aCreate, keyed, type OperationWorld, operationWorld } from "./operation-world.ts";
import { tableTargets } from "./targets.ts";

/** Deleted clients, and what is kept for a while only. */
describe.each(tableTargets)("What operations have done away with $name", ({ newTable }) => {
  let table: OperationWorld["table"];
  let operations: OperationWorld["operations"];
  let records: OperationWorld["records"];
  let admitted: OperationWorld["admitted"];
  let made: OperationWorld["made"];
  let underWay: OperationWorld["underWay"];
  beforeAll(async () => {
    ({ table, operations, records, admitted, made, underWay } = await operationWorld(newTable));
  });

  describe("a deleted client", () => {
    const gone = async (subscription: string) => {
      const record = await made(subscription);
      const remove = await admitted(subscription, { kind: "delete", clientId: record.id });
      const client = { now: "deleted", record, at: NOON } as const;
      await operations.end(remove, { activity: [], client });
      const found = await records.deleted(subscription, record.id);
      if (!found) throw new Error("It is not kept");
      return found;
    };
    const begun = async (deleted: Awaited<ReturnType<typeof gone>>) => {
      const { id: clientId, subscription } = deleted.record;
      const { account, version } = await operations.account(subscription);
      const operation = { kind: "restore", clientId, as: "customer", keyHash: "key" } as const;
      const entry = anOperation(operation, { subscription });
      return admitOne(operations, { entry, account: { account, version }, client: deleted });
    };

    test("is listed by its subscription, found where a lead points, and no client meanwhile", async () => {
      const subscription = newId();
      const [first, second] = [await gone(subscription), await gone(subscription)];
      const sorted = [first, second].sort((a, b) => (a.record.id < b.record.id ? -1 : 1));

      const page = await records.listDeleted(subscription, 1);
      const rest = await records.listDeleted(subscription, 5, page.clients.at(-1)?.record.id);

      expect(page).toEqual({ clients: sorted.slice(0, 1), more: true });
      expect(rest).toEqual({ clients: sorted.slice(1), more: false });
      const lead = { clientId: first.record.id, subscriptionKey: subscription };
      expect(await records.deletedAt(lead)).toEqual(first);
      expect(first.deletedAt).toEqual(NOON);
      expect((await records.list(subscription, 5)).records).toEqual([]);
      expect(await records.deleted(newId(), first.record.id)).toBeUndefined();
    });

    test("is back in one write, and is no deleted one any more", async () => {
      const deleted = await gone(newId());
      const { id, subscription } = deleted.record;
      const answer = await begun(deleted);
      if (!answer.admitted) throw new Error("Not admitted");
      expect(answer.held.entry.operation).toMatchObject({ kind: "restore", as: "customer" });
      expect((await underWay(answer.held))?.entry).toEqual(answer.held.entry);
      const record = { ...deleted.record, restoredAt: later(5), revision: 9 };
      // Its admission has given the row another version.
      const version = answer.clientVersion ?? deleted.version;

      const client = { now: "restored", record, version } as const;
      expect(await operations.end(answer.held, { activity: [], client })).toBe("ended");

      expect((await records.client(subscription, id))?.record).toEqual(record);
      expect(await records.deleted(subscription, id)).toBeUndefined();
    });

    test("is not brought back when it is no longer as it was read", async () => {
      const deleted = await gone(newId());
      await operations.purge(deleted.record.subscription, "deleted", later(1));

      expect(await begun(deleted)).toMatchObject({ admitted: false });
    });

    test("is not removed while it is being brought back, though its time is over", async () => {
      const deleted = await gone(newId());
      const { id: clientId, subscription } = deleted.record;
      const restore = await admitted(subscription, { kind: "restore", clientId });

      expect(await operations.purge(subscription, "deleted", later(1))).toBe(1);
      expect(await records.deleted(subscription, clientId)).toEqual(deleted);
      await operations.end(restore, { activity: [] });
      expect(await operations.purge(subscription, "deleted", later(1))).toBe(1);
      expect(await records.deleted(subscription, clientId)).toBeUndefined();
    });

    test("that is purged leaves nothing", async () => {
      const deleted = await gone(newId());
      const { id: clientId, subscription } = deleted.record;
      const purge = await admitted(subscription, { kind: "purge", clientId });
      const { record, version } = deleted;

      const client = { now: "purged", record, version } as const;
      expect(await operations.end(purge, { activity: [], client })).toBe("ended");

      expect(await records.deleted(subscription, clientId)).toBeUndefined();
      expect(await records.client(subscription, clientId)).toBeUndefined();
    });
  });

  describe("a purge", () => {
    const DAY_MS = 86_400_000;
    async function aDay(subscription: string, count: number) {
      for (let index = 0; index < count; index += 1) {
        const key = keyed(newId());
        const create = await admitted(subscription, aCreate(), { key });
        await operations.end(create, {
          activity: [],
          key: { ...key, result: { clientId: newId() } },
        });
      }
    }

    test("removes what has expired, costs what is removed, and leaves everything else", async () => {
      const subscription = newId();
      const record = await made(subscription);
      await aDay(subscription, 3);
      const young = keyed(newId(), newId(), later(1));
      await admitted(subscription, aCreate(), { key: young });
      table.forget();

      const purged = await operations.purge(subscription, "keys", later(DAY_MS + 1));

      expect(purged).toBe(3);
      expect(table.calls).toEqual(["page key:", "transact"]);
      expect(await operations.key(subscription, young.key.keyHash)).toBeDefined();
      expect(await records.client(subscription, record.id)).toBeDefined();
      table.forget();
      expect(await operations.purge(subscription, "keys", later(DAY_MS + 1))).toBe(0);
      expect(table.calls).toEqual(["page key:"]);
    });

    test("removes one by one where the service does not say what it refused", async () => {
      const subscription = newId();
      await aDay(subscription, 3);
      table.nextTransact(async () => ({ done: false }));

      expect(await operations.purge(subscription, "keys", later(DAY_MS + 1))).toBe(3);
    });

    test("passes over what somebody has taken meanwhile, and removes all the rest", async () => {
      const subscription = newId();
      await aDay(subscription, 3);
      const key = keyed(newId());
      await admitted(subscription, aCreate(), { key });
      table.nextTransact(async (perform) => {
        const seen = await operations.key(subscription, key.key.keyHash);
        const renewed = keyed(newId(), key.key.keyHash, later(DAY_MS));
        await admitted(subscription, aCreate(), {
          key: { ...renewed, replaces: seen?.version ?? "" },
        });
        return perform();
      });

      expect(await operations.purge(subscription, "keys", later(DAY_MS + 1))).toBe(3);
      const kept = await operations.key(subscription, key.key.keyHash);
      expect(kept?.key.startedAt).toEqual(later(DAY_MS));
    });
  });
});
