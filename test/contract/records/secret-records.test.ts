import { beforeAll, describe, expect, test } from "vitest";
import { keySafe } from "../../../shared/adapters/key-safe.ts";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { clientRow } from "../../../shared/adapters/records/client-rows.ts";
import { foundSecrets } from "../../../shared/adapters/records/found-secrets.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { secretRecords } from "../../../shared/adapters/records/secret-records.ts";
import { watchRecords } from "../../../shared/adapters/records/watch-records.ts";
import type { ClientRecords } from "../../../shared/clients/ports.ts";
import type {
  SecretChange,
  SecretRecord,
  SecretRecords,
} from "../../../shared/clients/secret-record.ts";
import type { Ended, OperationRecords } from "../../../shared/operations/admission/ports.ts";
import { admitOne } from "../../support/admit-one.ts";
import {
  anActivity,
  anOperation,
  aRecord,
  aSecretRecord,
  later,
  NOON,
  newId,
} from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

const DAY_MS = 86_400_000;

describe.each(tableTargets)("Records of secrets $name", ({ newTable }) => {
  let table: TappedTable;
  let secrets: SecretRecords;
  let operations: OperationRecords;
  let clients: ClientRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    secrets = secretRecords(table, newId);
    operations = operationRecords(table, newId);
    clients = clientRecords(table, newId, async () => undefined);
  });
  const fail = () => {
    throw new Error("Not found");
  };

  async function admitted(subscription: string) {
    const remove = { kind: "remove-secret", clientId: newId(), keyId: newId() } as const;
    const account = await operations.account(subscription);
    const entry = anOperation(remove, { subscription });
    const answer = await admitOne(operations, { entry, account });
    if (!answer.admitted) throw new Error("Not admitted");
    return answer.held;
  }
  const ended = async (subscription: string, ...changes: SecretChange[]): Promise<Ended> =>
    operations.end(await admitted(subscription), { activity: [], secrets: changes });
  const made = async (changes: Partial<SecretRecord> = {}): Promise<SecretRecord> => {
    const record = aSecretRecord({ subscription: newId(), ...changes });
    await ended(record.subscription, { now: "made", record });
    return record;
  };
  const find = ({ subscription, clientId, keyId }: SecretRecord) =>
    secrets.secret(subscription, clientId, keyId);
  const keysOf = async (subscription: string, clientId?: string) =>
    (await secrets.secretsOf(subscription, clientId)).map(({ record }) => record.keyId);

  test("a secret is found with everything that is known of it, in one request", async () => {
    const subscription = `Zoë / ${newId()}`;
    const record = await made({
      subscription,
      displayName: "Zoë's / secret",
      source: "directory",
      retiresAt: later(5),
      refused: { times: 2, againAt: later(7) },
      told: ["P30D", "expired"],
      snoozedUntil: later(6),
    });
    table.forget();

    expect((await find(record))?.record).toEqual(record);
    expect(table.calls).toEqual(["get secret:"]);
    expect(await find({ ...record, subscription: newId() })).toBeUndefined();
    expect(await find({ ...record, clientId: newId() })).toBeUndefined();
  });

  test("what is unknown of it is not made up", async () => {
    const { createdBy: _, ...record } = aSecretRecord({ subscription: newId() });
    await ended(record.subscription, { now: "made", record });

    expect((await find(record))?.record).toEqual(record);
  });

  test("are listed for one client, or for all of the subscription, in one request", async () => {
    const subscription = newId();
    const clientId = newId();
    const [one, two] = [
      await made({ subscription, clientId }),
      await made({ subscription, clientId }),
    ];
    const another = await made({ subscription });
    table.forget();

    expect((await keysOf(subscription, clientId)).toSorted()).toEqual(
      [one.keyId, two.keyId].toSorted(),
    );
    expect((await keysOf(subscription)).toSorted()).toEqual(
      [one.keyId, two.keyId, another.keyId].toSorted(),
    );
    expect(table.calls).toEqual([`page secret:${clientId}:`, "page secret:"]);
    expect(await keysOf(newId())).toEqual([]);
  });

  test("a row that cannot be read holds up none of the others", async () => {
    const record = await made();
    const partitionKey = keySafe(record.subscription);
    await table.insert({ partitionKey, rowKey: `secret:${newId()}:${newId()}`, told: "not JSON" });

    expect(await keysOf(record.subscription)).toEqual([record.keyId]);
  });

  test("a removed secret is gone, whether it was known or not", async () => {
    const { subscription, clientId, ...known } = await made();
    const unknown = newId();
    const gone = (keyId: string) => ({ now: "gone", clientId, keyId, at: NOON }) as const;

    expect(await ended(subscription, gone(known.keyId), gone(unknown))).toBe("ended");

    expect(await find({ subscription, clientId, ...known })).toBeUndefined();
    expect(await keysOf(subscription)).toEqual([]);
  });

  test("a secret is the same however its id is written", async () => {
    const record = await made();
    const { subscription, clientId } = record;
    const keyId = record.keyId.toUpperCase();
    expect((await find({ ...record, keyId }))?.record).toEqual(record);

    await ended(subscription, { now: "gone", clientId, keyId, at: NOON });

    expect(await find(record)).toBeUndefined();
    expect(await keysOf(subscription)).toEqual([]);
  });

  test("a change of a record that somebody has changed meanwhile ends nothing", async () => {
    const record = await made();
    const before = await find(record);
    if (!before) throw new Error("Not found");
    expect(await secrets.saveSecret({ ...record, told: ["P30D"] }, before.version)).toBe(true);
    const held = await admitted(record.subscription);
    const change = { now: "changed", record: { ...record, retiresAt: later(9) } } as const;
    const end = async (version: string) =>
      operations.end(held, { activity: [], secrets: [{ ...change, version }] });

    expect(await end(before.version)).toBe("changed");
    expect((await find(record))?.record.told).toEqual(["P30D"]);
    const current = await find(record);
    expect(await end(current?.version ?? "")).toBe("ended");
    expect((await find(record))?.record.retiresAt).toEqual(later(9));
  });

  test("of two who save the same at once one succeeds, and its entry is all that stays", async () => {
    const record = await made();
    const version = (await find(record))?.version ?? "";
    const next = { ...record, told: ["P7D"] };
    const entry = () => anActivity({ subscription: record.subscription });

    const both = await Promise.all([
      secrets.saveSecret(next, version, entry()),
      secrets.saveSecret(next, version, entry()),
    ]);

    expect(both.toSorted()).toEqual([false, true]);
    expect(await secrets.saveSecret(next, version)).toBe(false);
    const { entries } = await activityRecords(table).activity(record.subscription, {}, 10);
    expect(entries).toHaveLength(1);
  });

  test("one is saved with its client, or not at all where that has changed", async () => {
    const record = await made();
    const client = aRecord({ subscription: record.subscription, id: record.clientId });
    await table.insert(clientRow(client));
    const ofClient = async () => (await clients.client(client.subscription, client.id)) ?? fail();
    const before = await ofClient();
    const next = { ...record, snoozedUntil: later(1) };
    const save = async (version: string) =>
      secrets.saveSecret(next, (await find(record))?.version ?? "", undefined, {
        ...{ record: { ...client, displayName: "Another name" }, version },
      });

    expect(await save(before.version)).toBe(true);
    expect((await find(record))?.record).toEqual(next);
    expect((await ofClient()).record.displayName).toBe("Another name");
    expect(await save(before.version)).toBe(false);
  });

  test("one that has gone is not saved again", async () => {
    const record = await made();
    const { subscription, clientId, keyId } = record;
    const version = (await find(record))?.version ?? "";
    await ended(subscription, { now: "gone", clientId, keyId, at: NOON });

    expect(await secrets.saveSecret(record, version)).toBe(false);
    expect(await find(record)).toBeUndefined();
  });

  describe("what was found in the directory", () => {
    const settle = (subscription: string, ...changes: SecretChange[]) =>
      foundSecrets(table).settle(subscription, changes, [anActivity({ subscription })]);
    const known = ({ subscription, clientId }: SecretRecord) =>
      foundSecrets(table).known({ subscriptionKey: keySafe(subscription), clientId });

    test("is recorded where nobody has recorded it meanwhile, and is known when it has gone", async () => {
      const record = aSecretRecord({ subscription: `Zoë / ${newId()}`, source: "directory" });
      const { subscription, clientId, keyId } = record;

      expect(await settle(subscription, { now: "found", record })).toBe(true);
      expect(await settle(subscription, { now: "found", record })).toBe(false);
      const [now] = await known(record);
      expect(now).toMatchObject({ keyId, record });
      const gone = { now: "gone", clientId, keyId, at: NOON } as const;
      expect(await settle(subscription, { ...gone, version: 'W/"other"' })).toBe(false);
      expect(await settle(subscription, { ...gone, version: now?.version ?? "" })).toBe(true);

      const [then] = await known(record);
      expect(then).toEqual({ keyId, version: then?.version, goneAt: NOON });
      const version = then?.version ?? "";
      expect(await settle(subscription, { now: "found", record, version })).toBe(true);
      expect((await find(record))?.record).toEqual(record);
    });

    test("is known of the client that was asked for, in one request", async () => {
      const record = await made();
      await made({ subscription: record.subscription });
      table.forget();

      expect(await known(record)).toHaveLength(1);
      expect(table.calls).toEqual([`page secret:${record.clientId}:`]);
    });
  });

  describe("what is purged", () => {
    test("are those that went a month ago, and those of a client that did", async () => {
      const subscription = newId();
      const client = aRecord({ subscription });
      const stays = await made({ subscription });
      await made({ subscription, clientId: client.id });
      await ended(subscription, { now: "gone", clientId: newId(), keyId: newId(), at: NOON });
      await operations.end(await admitted(subscription), {
        activity: [],
        client: { now: "made", record: client, requestedBy: "Zoë" },
      });
      await operations.end(await admitted(subscription), {
        activity: [],
        client: { now: "deleted", record: client, at: NOON },
      });

      expect(await operations.purge(subscription, "deleted", NOON)).toBe(0);
      // Of the client its create, its secret and itself.
      expect(await operations.purge(subscription, "deleted", later(1))).toBe(4);
      expect(await keysOf(subscription)).toEqual([stays.keyId]);
    });

    test("are those of a client that was purged or deleted, also such as are not valid before its month is over", async () => {
      const subscription = newId();
      const [purged, deleted] = [aRecord({ subscription }), aRecord({ subscription })];
      const watched = { subscription, person: "zoë", email: "zoe@contoso.example" };
      const watches = watchRecords(table);
      for (const record of [purged, deleted]) {
        const { id } = record;
        await operations.end(await admitted(subscription), {
          activity: [],
          client: { now: "made", record, requestedBy: "Zoë" },
        });
        await made({ subscription, clientId: id });
        await made({ subscription, clientId: id, createdAt: later(90 * DAY_MS) });
        await watches.watch({ ...watched, of: id, timeZone: undefined, since: NOON, by: "person" });
        await operations.end(await admitted(subscription), {
          activity: [],
          client: { now: "deleted", record, at: NOON },
        });
      }
      const found = (await clients.deleted(subscription, purged.id)) ?? fail();
      await operations.end(await admitted(subscription), {
        activity: [],
        client: { now: "purged", record: purged, version: found.version },
      });
      expect((await clients.listDeleted(subscription, 5)).clients).toHaveLength(1);

      await operations.purge(subscription, "deleted", later(31 * DAY_MS));

      expect(await keysOf(subscription)).toEqual([]);
      expect((await watches.ofSubscription(subscription)).size).toBe(0);
      const left = await table.page({ partition: keySafe(subscription) }, 100);
      const prefixes = left.rows.map(({ row }) => row.rowKey.replace(/:.*/, ""));
      expect(new Set(prefixes)).toEqual(new Set(["account", "todo"]));
    });
  });
});
