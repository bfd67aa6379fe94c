import { beforeAll, describe, expect, test } from "vitest";
import { busyRow } from "../../../shared/adapters/records/operation-rows.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { holderOf } from "../../../shared/operations/admission/operation.ts";
import type { Admission } from "../../../shared/operations/admission/ports.ts";
import { admitOne } from "../../support/admit-one.ts";
import { anOperation, later, NOON, newId } from "../../support/samples.ts";
import { aCreate, aRename, keyed, type OperationWorld, operationWorld } from "./operation-world.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Records of operations $name", ({ newTable }) => {
  let table: OperationWorld["table"];
  let operations: OperationWorld["operations"];
  let records: OperationWorld["records"];
  let asked: OperationWorld["asked"];
  let held: OperationWorld["held"];
  let admitted: OperationWorld["admitted"];
  let made: OperationWorld["made"];
  let underWay: OperationWorld["underWay"];
  let writes: OperationWorld["writes"];
  beforeAll(async () => {
    ({ table, operations, records, asked, held, admitted, made, underWay, writes } =
      await operationWorld(newTable));
  });

  test("a subscription that has done nothing has an empty account", async () => {
    const subscription = newId();

    expect(await operations.account(subscription)).toEqual({
      account: { subscription, clients: 0, minute: 0, writes: 0, webhook: false },
      version: undefined,
    });
  });

  const all: Operation[] = [
    aCreate("hash"),
    aCreate(),
    {
      kind: "add-secret",
      clientId: newId(),
      displayName: "Prod",
      createdAt: NOON.toISOString(),
      expiresAt: later(1000).toISOString(),
      keyHash: "hash",
    },
    { kind: "remove-secret", clientId: newId(), keyId: newId() },
    {
      kind: "rotate-secret",
      clientId: newId(),
      displayName: "Prod",
      createdAt: NOON.toISOString(),
      expiresAt: later(1000).toISOString(),
      keyId: newId(),
      retiresAt: later(500).toISOString(),
      replaces: newId(),
      keyHash: "hash",
    },
    { kind: "retire-secret", clientId: newId(), keyId: newId() },
    {
      kind: "move-retirement",
      clientId: newId(),
      keyId: newId(),
      retiresAt: later(500).toISOString(),
    },
    aRename(),
    { kind: "delete", clientId: newId() },
  ];
  test.each(all)("what is admitted of a $kind is found under way with all it had", async (one) => {
    const subscription = `${newId()} / Ä`;
    const admission = await asked(subscription, one);
    const now = await held(admission);

    expect(await underWay(now)).toEqual(now);
    expect(now.entry).toEqual(admission.entry);
    expect(await operations.allUnderWay(subscription)).toEqual([now]);
    expect((await operations.account(subscription)).account).toEqual(admission.account.account);
  });

  test("what was admitted before anybody was noted was a customer's", async () => {
    const operation = aRename();
    const old = busyRow(anOperation(operation, { subscription: newId() }));
    const { by: _, ...row } = old;
    await table.insert(row);

    const [found] = await operations.allUnderWay(old.partitionKey);

    expect(found?.entry).toMatchObject({ operation, by: { actor: { kind: "customer" } } });
  });

  describe("an admission is one transaction:", () => {
    test("what was there already is named, and nothing is written", async () => {
      const subscription = newId();
      const record = await made(subscription);
      const client = await records.client(subscription, record.id);
      if (!client) throw new Error("It was made");
      const known = keyed(newId());
      const first = await admitted(subscription, aCreate(known.key.keyHash), { key: known });
      const holder = await admitted(subscription, aRename(newId()));
      const before = await operations.allUnderWay(subscription);
      const charged = await writes(subscription);

      const stale = await asked(subscription, aRename(record.id), { client });
      const answers = [
        await admitOne(operations, {
          ...stale,
          account: { ...stale.account, version: undefined },
        }),
        await admitOne(operations, await asked(subscription, aRename(holderOf(holder.entry)))),
        await admitOne(operations, {
          ...stale,
          client: { ...client, version: (await bump(client)) ?? "" },
        }),
        await admitOne(operations, {
          ...stale,
          client: { ...client, record: { ...record, id: newId() } },
        }),
        await admitOne(operations, {
          ...stale,
          key: keyed(newId(), known.key.keyHash),
          client: await current(),
        }),
      ];
      async function current() {
        const now = await records.client(subscription, record.id);
        if (!now) throw new Error("It was there");
        return now;
      }
      async function bump(old: typeof client & object) {
        await records.save(record, old.version);
        return old.version;
      }

      expect(answers.map((answer) => !answer.admitted && answer.changed)).toEqual([
        "account",
        "busy",
        "client",
        "client",
        "key",
      ]);
      expect(await operations.allUnderWay(subscription)).toEqual(before);
      expect(await writes(subscription)).toBe(charged);
      expect((await operations.key(subscription, known.key.keyHash))?.key).toEqual(known.key);
      expect(first.entry.operation).toMatchObject({ kind: "create" });
    });

    test("the versions it answers with are those that hold", async () => {
      const subscription = newId();
      const record = await made(subscription);
      const client = await records.client(subscription, record.id);
      if (!client) throw new Error("It was made");

      const answer = await admitOne(
        operations,
        await asked(subscription, aRename(record.id), { client }),
      );

      if (!answer.admitted) throw new Error("Not admitted");
      const now = await records.client(subscription, record.id);
      expect(now?.record).toEqual(record);
      expect(now?.version).not.toBe(client.version);
      expect(answer.clientVersion).toBe(now?.version);
      expect(answer.accountVersion).toBe((await operations.account(subscription)).version);
    });

    test("of two at once one is admitted", async () => {
      const subscription = newId();
      const [one, two] = [
        await asked(subscription, aCreate()),
        await asked(subscription, aCreate()),
      ];

      const answers = await Promise.all([admitOne(operations, one), admitOne(operations, two)]);

      expect(answers.filter(({ admitted: is }) => is)).toHaveLength(1);
      expect((await operations.account(subscription)).account.clients).toBe(1);
    });

    /** So many creates, each counted on the account as the one before leaves it, under a key of its own. */
    async function several(subscription: string, count: number): Promise<Admission[]> {
      const first = await asked(subscription, aCreate());
      return Array.from({ length: count }, (_, index) => {
        const keyHash = newId();
        const { account, version } = first.account;
        const counted = { ...account, clients: index + 1, writes: index + 1 };
        return {
          entry: anOperation(aCreate(keyHash), { subscription }),
          account: { account: counted, version },
          key: keyed(newId(), keyHash),
        };
      });
    }

    test("as many as may go together are all admitted by it, each with a version of its own", async () => {
      const subscription = newId();
      const asking = await several(subscription, 30);
      table.forget();

      const answer = await operations.admit(asking);

      expect(table.calls).toEqual(["transact"]);
      if (!answer.admitted) throw new Error("Not admitted");
      const underWay = await operations.allUnderWay(subscription);
      const found = (entry: Admission["entry"]) =>
        underWay.find((held) => held.entry.operationId === entry.operationId);
      expect(asking.map(({ entry }) => found(entry))).toEqual(
        asking.map(({ entry }, index) => ({ entry, version: answer.each[index]?.version })),
      );
      const { account, version } = await operations.account(subscription);
      expect(account).toMatchObject({ clients: 30, writes: 30 });
      expect(version).toBe(answer.accountVersion);
    });

    test("of several none is admitted when one cannot be, and it says which", async () => {
      const subscription = newId();
      const used = keyed(newId());
      await admitted(subscription, aCreate(used.key.keyHash), { key: used });
      const record = await made(subscription);
      const before = await operations.allUnderWay(subscription);
      const [one, two, three] = await several(subscription, 3);
      if (!one || !two || !three) throw new Error("Three were asked for");
      const client = await records.client(subscription, record.id);
      if (!client) throw new Error("It was made");
      await records.save({ ...record, revision: 2 }, client.version);
      const lateRename = anOperation(aRename(record.id), { subscription });

      expect([
        await operations.admit([one, two, { ...three, key: used }]),
        await operations.admit([one, { ...two, entry: lateRename, client }, three]),
        await operations.admit(
          [one, two].map((admission) => ({
            ...admission,
            account: { ...admission.account, version: undefined },
          })),
        ),
      ]).toEqual([
        { admitted: false, refused: { index: 2, changed: "key" } },
        { admitted: false, refused: { index: 1, changed: "client" } },
        { admitted: false, refused: { index: 0, changed: "account" } },
      ]);
      expect(await operations.allUnderWay(subscription)).toEqual(before);
    });

    test("an expired key is taken by one, under the version it was seen with", async () => {
      const subscription = newId();
      const keyHash = newId();
      await admitted(subscription, aCreate(), { key: keyed(newId(), keyHash) });
      const seen = await operations.key(subscription, keyHash);
      const replaces = seen?.version ?? "";

      const next = keyed(newId(), keyHash, later(99));
      await admitted(subscription, aCreate(), { key: { ...next, replaces } });
      const again = await admitOne(
        operations,
        await asked(subscription, aCreate(), { key: { ...keyed(newId(), keyHash), replaces } }),
      );

      expect(again).toEqual({ admitted: false, changed: "key" });
      expect((await operations.key(subscription, keyHash))?.key).toEqual(next.key);
    });
  });
});
