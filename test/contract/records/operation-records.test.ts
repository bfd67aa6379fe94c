import { beforeAll, describe, expect, test } from "vitest";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { busyRow } from "../../../shared/adapters/records/operation-rows.ts";
import type { ClientRecords } from "../../../shared/clients/ports.ts";
import { newKey } from "../../../shared/operations/admission/key.ts";
import {
  type Held,
  holderOf,
  type Operation,
} from "../../../shared/operations/admission/operation.ts";
import type { Admission, OperationRecords } from "../../../shared/operations/admission/ports.ts";
import { admitOne } from "../../support/admit-one.ts";
import {
  ANN,
  anActivity,
  anOperation,
  aRecord,
  later,
  NOON,
  newId,
} from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Records of operations $name", ({ newTable }) => {
  let table: TappedTable;
  let operations: OperationRecords;
  let records: ClientRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    operations = operationRecords(table, newId);
    records = clientRecords(table, newId, async () => undefined);
  });

  const aCreate = (keyHash?: string): Operation => ({
    kind: "create",
    displayName: "A client",
    roles: ["api.read", "api.write"],
    requestedBy: "Zoë",
    ...(keyHash !== undefined && { keyHash }),
  });
  const aRename = (clientId: string = newId()): Operation => ({
    kind: "rename",
    clientId,
    displayName: "Renamed",
  });

  /** What would be admitted, as things are now; with one place for a create. */
  async function asked(
    subscription: string,
    operation: Operation,
    extra: Partial<Admission> = {},
  ): Promise<Admission> {
    const entry = anOperation(operation, { subscription });
    const { account, version } = await operations.account(subscription);
    const clients = account.clients + (operation.kind === "create" ? 1 : 0);
    const counted = { ...account, clients, minute: 7, writes: account.writes + 1 };
    return { entry, account: { account: counted, version }, ...extra };
  }
  async function held(admission: Admission): Promise<Held> {
    const answer = await admitOne(operations, admission);
    if (!answer.admitted) throw new Error(`Not admitted: ${answer.changed}`);
    return answer.held;
  }
  async function admitted(...given: Parameters<typeof asked>): Promise<Held> {
    return held(await asked(...given));
  }
  async function made(subscription: string) {
    const create = await admitted(subscription, aCreate());
    const { operationId } = create.entry;
    const record = aRecord({ subscription, operationId });
    await operations.end(create, {
      activity: [],
      client: { now: "made", record, requestedBy: "Zoë" },
    });
    return record;
  }
  const underWay = ({ entry }: Held) => operations.underWay(entry.subscription, holderOf(entry));
  const writes = async (subscription: string) =>
    (await operations.account(subscription)).account.writes;
  const keyed = (operationId: string, keyHash = newId(), now = NOON) => ({
    key: newKey({ keyHash, fingerprint: "what was asked" }, operationId, now),
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
