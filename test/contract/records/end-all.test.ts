import { beforeAll, describe, expect, test } from "vitest";
import { clientRecords } from "../../../shared/adapters/records/client-records.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { ClientRecords } from "../../../shared/clients/ports.ts";
import type { HeldEnding, OperationRecords } from "../../../shared/operations/admission/ports.ts";
import { admitOne } from "../../support/admit-one.ts";
import { anActivity, anOperation, aRecord, later, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

/** Several operations of one subscription end by one transaction. */

describe.each(tableTargets)("Ends that are written together $name", ({ newTable }) => {
  let operations: OperationRecords;
  let records: ClientRecords;
  beforeAll(async () => {
    const table = await newTable();
    operations = operationRecords(table, newId);
    records = clientRecords(table, newId, async () => undefined);
  });

  async function client(subscription: string): Promise<ClientRecord> {
    const entry = anOperation(
      { kind: "create", displayName: "A client", roles: [], requestedBy: "Zoë" },
      { subscription },
    );
    const answer = await admitOne(operations, {
      entry,
      account: await operations.account(subscription),
    });
    if (!answer.admitted) throw new Error("Not admitted");
    const record = aRecord({ subscription, operationId: entry.operationId });
    const made = { now: "made" as const, record, requestedBy: "Zoë" };
    await operations.end(answer.held, { activity: [], client: made });
    return record;
  }
  /** A delete that is under way, and how it ends. */
  async function deletion(subscription: string): Promise<HeldEnding & { clientId: string }> {
    const record = await client(subscription);
    const entry = anOperation({ kind: "delete", clientId: record.id }, { subscription });
    const seen = await records.client(subscription, record.id);
    const answer = await admitOne(operations, {
      entry,
      account: await operations.account(subscription),
      ...(seen && { client: seen }),
    });
    if (!answer.admitted) throw new Error("Not admitted");
    return {
      clientId: record.id,
      held: answer.held,
      ending: {
        activity: [anActivity({ subscription, clientId: record.id })],
        client: { now: "deleted", record, at: later(1) },
      },
    };
  }
  const several = async (subscription: string, count: number) => {
    const all = [];
    for (let at = 0; at < count; at += 1) all.push(await deletion(subscription));
    return all;
  };
  const counted = async (subscription: string, clients: number) => {
    const { account, version } = await operations.account(subscription);
    return { account: { ...account, clients }, version };
  };
  const left = async (subscription: string) => {
    const [{ records: clients }, underWay] = await Promise.all([
      records.list(subscription, 100),
      operations.allUnderWay(subscription),
    ]);
    return [clients.length, underWay.length];
  };

  test("each with its client, and the account once, at the version it has from now on", async () => {
    const subscription = newId();
    const all = await several(subscription, 3);

    const version = await operations.endAll(await counted(subscription, 7), all);

    expect(await left(subscription)).toEqual([0, 0]);
    expect(await operations.account(subscription)).toMatchObject({
      account: { clients: 7 },
      version,
    });
    for (const { clientId } of all)
      expect(await records.deleted(subscription, clientId)).toBeDefined();
  });

  test("none of them where one has been taken over", async () => {
    const subscription = newId();
    const all = await several(subscription, 2);
    const held = all[1]?.held;
    if (held) await operations.take(held, later(2));

    expect(await operations.endAll(await counted(subscription, 7), all)).toBeUndefined();

    expect(await left(subscription)).toEqual([2, 2]);
    expect((await operations.account(subscription)).account.clients).not.toBe(7);
  });

  test("none of them where the account has changed", async () => {
    const subscription = newId();
    const all = await several(subscription, 2);
    const account = await counted(subscription, 7);
    await deletion(subscription);

    expect(await operations.endAll(account, all)).toBeUndefined();

    expect(await left(subscription)).toEqual([3, 3]);
  });
});
