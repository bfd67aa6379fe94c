import { beforeEach, describe, expect, test } from "vitest";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { busyRow } from "../../../shared/adapters/records/operation-rows.ts";
import { Illegible } from "../../../shared/base/unavailable.ts";
import { waitForThoseBefore } from "../../../shared/care/webhooks/those-before.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { checkOperation } from "../../../shared/operations/settling/check-operation.ts";
import { keepHouse } from "../../../shared/operations/settling/housekeeping.ts";
import { giveUpParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { takeStep } from "../../../shared/operations/whole/take-step.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { reasons, together } from "../../support/burst.ts";
import { collect } from "../../support/collect.ts";
import {
  abandoned,
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
} from "../../support/product.ts";
import { runWorld } from "../../support/run-world.ts";
import { ANN, anOperation, later, NOON, newId, OLGA } from "../../support/samples.ts";

/** What a newer version has begun is under way when the older one is back, which cannot read of what kind it is. */

const rename = (product: TestProduct, clientId: string) =>
  renameClient(product, { subscription: "contoso", clientId, by: ANN, displayName: "Another" });

/** @returns what ends it */
async function leaveUnknown(
  product: Pick<TestProduct, "clientsTable" | "runtime">,
  clientId = newId(),
) {
  const startedAt = later(-1_000, product.runtime.now());
  const changes = { startedAt, touchedAt: startedAt };
  const entry = anOperation({ kind: "delete", clientId }, changes);
  const row = { ...busyRow(entry), operation: JSON.stringify({ kind: "transplant", clientId }) };
  await product.clientsTable.insert(row);
  return {
    ...entry,
    end: () => product.clientsTable.delete(row.partitionKey, row.rowKey),
  };
}

describe("an operation of a kind that this version does not know", () => {
  let product: TestProduct;
  beforeEach(() => {
    product = testProduct();
  });

  test("holds its client, whose changes are told so, and no other one", async () => {
    const [held, other] = [await aClient(product), await aClient(product)];
    const unknown = await leaveUnknown(product, held.id);

    expect(await rename(product, held.id)).toEqual({
      ok: false,
      refusal: { reason: "client-busy", retryAfterSeconds: RECONCILE_AFTER_MS / 1000 },
    });
    expect(await rename(product, other.id)).toMatchObject({ ok: true });
    await unknown.end();
    expect(await rename(product, held.id)).toMatchObject({ ok: true });
  });

  test("keeps no changes from being admitted that are asked for together with one of its client", async () => {
    const [held, ...others] = [
      await aClient(product),
      await aClient(product),
      await aClient(product),
    ];
    await leaveUnknown(product, held.id);

    const answers = await together(product, () =>
      [held, ...others].map(({ id }) => rename(product, id)),
    );

    expect(reasons(answers)).toEqual(["client-busy", "done", "done"]);
  });

  test("is looked at again until the version is back that knows it", async () => {
    const { id: clientId } = await aClient(product);
    const { operationId, subscription, end } = await leaveUnknown(product, clientId);
    const type = "operation.check";
    const check = { type, version: 1, operationId, subscription, clientId } as const;

    expect(await checkOperation(product, check)).toBe("put-off");

    expect(product.checks.waiting.map(({ body }) => body)).toContainEqual({ ...check, attempt: 1 });
    await end();
    expect(await checkOperation(product, check)).toBe("ended");
  });

  test("keeps house-keeping from nothing else, and is looked for by the next day's", async () => {
    const { id: clientId } = await aClient(product);
    await abandoned(product, { kind: "delete", clientId });
    await leaveUnknown(product);
    await product.journalTable.insert({ partitionKey: "day-2026-03-02", rowKey: "damaged" });
    product.runtime.pass(86_400_000);

    const kept = await keepHouse({
      ...product,
      cases: consentCases(memoryTable()),
      entryMs: 25_000,
      activityKeptMs: 400 * 86_400_000,
      check: (check) => checkOperation(product, check),
    });

    expect(kept).toEqual({ purged: 0, forgotten: 1, failed: 0 });
    expect(await product.records.client("contoso", clientId)).toBeUndefined();
    expect(await collect(product.journal.activeOn("2026-03-03"))).toEqual(["contoso"]);
  });

  test("is waited for by a webhook that it does not know of", async () => {
    const unknown = await leaveUnknown(product);
    const pauses: number[] = [];
    const runtime = {
      ...product.runtime,
      pause: async (ms: number) => {
        pauses.push(ms);
        if (pauses.length === 3) await unknown.end();
      },
    };

    await waitForThoseBefore({ ...product, runtime }, "contoso");

    expect(pauses).toHaveLength(3);
  });

  test("was set aside: operators are told so when they try it again, or give it up", async () => {
    const operationId = newId();
    await product.journalTable.insert({
      ...{ partitionKey: "parked", rowKey: operationId, operationId, subscription: "contoso" },
      ...{ kind: "transplant", reason: "unavailable" },
      ...{ startedAt: NOON.toISOString(), parkedAt: NOON.toISOString() },
    });

    for (const asked of [retryParked, giveUpParked])
      await expect(asked(product, operationId, OLGA)).rejects.toThrow(Illegible);
  });
});

describe("an operation on a whole subscription", () => {
  test("waits for the version that can read it, and keeps operators from no other", async () => {
    const world = runWorld({});
    await world.threeClients();
    const { operationId, subscription } = await world.suspend();
    const stored = await world.journalTable.get("runs", operationId);
    if (!stored) return expect.unreachable();
    await world.journalTable.replace({ ...stored.row, kind: "freeze-subscription" });
    const message = { type: "subscription.run", version: 1, operationId, subscription } as const;

    expect(await takeStep(world, { ...message, step: 0 })).toBe("put-off");

    const bodies = world.checks.waiting.map(({ body }) => body);
    expect(bodies).toContainEqual({ ...message, step: 0, attempt: 1 });
    const again = await world.begin("suspend-subscription", "A leak");
    const resumed = await world.resume();
    expect(new Set([operationId, again.operationId, resumed.operationId]).size).toBe(3);
  });

  test("does not end while an operation is under way that nobody can read: it may leave one more client", async () => {
    const world = runWorld({});
    await world.threeClients();
    const unknown = await leaveUnknown(world);
    const begun = await world.suspend();

    await world.work(20);
    expect(world.disabled()).toEqual([true, true, true]);
    expect(await world.runOf(begun)).toMatchObject({ state: "running" });

    await unknown.end();
    await world.work(20);
    expect(await world.runOf(begun)).toMatchObject({ state: "done" });
  });

  test("stops every other client where the record of one cannot be read, and does not end before that is mended", async () => {
    const world = runWorld({});
    const clients = await world.threeClients();
    const [first] = clients.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    const stored = await world.clientsTable.get("contoso", `client:${first?.id}`);
    if (!stored) return expect.unreachable();
    await world.clientsTable.replace({ ...stored.row, consentState: "postponed" });
    const begun = await world.suspend();

    await world.work(20);
    expect(world.disabled().filter(Boolean)).toHaveLength(2);
    expect(await world.runOf(begun)).toMatchObject({ state: "running" });

    await world.clientsTable.replace(stored.row);
    await world.work(20);
    expect(world.disabled()).toEqual([true, true, true]);
    expect(await world.runOf(begun)).toMatchObject({ state: "done" });
  });

  test("is set aside, and operators told, where nobody makes it readable for a day", async () => {
    const world = runWorld({});
    await world.threeClients();
    await leaveUnknown(world);
    const begun = await world.suspend();

    await world.work(1_000);

    expect(await world.runOf(begun)).toMatchObject({ state: "parked", done: 3 });
    const reasons = world.checks.waiting.flatMap(({ body }) =>
      body.type === "operation.incident" ? [body.reason] : [],
    );
    expect(reasons).toContain("stop-incomplete");
  });
});
