import { beforeEach, expect, test } from "vitest";
import { CLIENT } from "../../../shared/adapters/records/client-rows.ts";
import { gatheredTable } from "../../../shared/adapters/records/gathered-table.ts";
import { BUSY } from "../../../shared/adapters/records/operation-rows.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { OperationMessage } from "../../../shared/events/operation-message.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { checkOperation } from "../../../shared/operations/settling/check-operation.ts";
import { reconcile } from "../../../shared/operations/settling/reconcile.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { life } from "../../doubles/mortal.ts";
import { collect } from "../../support/collect.ts";
import { countedTable } from "../../support/counted-table.ts";
import {
  abandoned,
  aClient,
  placesOf,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { later, newId } from "../../support/samples.ts";

/** Much that was abandoned with the bus away is ended together, and each as if it were alone. */

const SUBSCRIPTIONS = ["contoso", "fabrikam", "northwind"];
const EACH = 8;

/** As the composition root has it: what is asked of one partition at once goes together. */
const gathered = ({ clients, journal }: { clients: Table; journal: Table }) => ({
  clients: gatheredTable(clients, [BUSY, CLIENT]),
  journal: gatheredTable(journal),
});
const host = (product: TestProduct) => ({
  ...product,
  entryMs: 25_000,
  handle: (message: OperationMessage): Promise<string> =>
    message.type === "operation.check"
      ? checkOperation(product, message)
      : Promise.reject(new Error(`Nobody left a ${message.type}`)),
});

const kinds = ({ id: clientId }: ClientRecord): readonly Operation[] => [
  { kind: "rename", clientId, displayName: "New" },
  {
    ...{ kind: "add-secret", clientId, displayName: "Lost" },
    ...{ createdAt: later(0).toISOString(), expiresAt: later(1).toISOString() },
  },
  { kind: "remove-secret", clientId, keyId: newId() },
  { kind: "delete", clientId },
];

let tables: { clients: ReturnType<typeof countedTable>; journal: ReturnType<typeof countedTable> };
let product: TestProduct;
/** What each subscription has under way, and its checks are in the journal. */
beforeEach(async () => {
  tables = { clients: countedTable(memoryTable()), journal: countedTable(memoryTable()) };
  product = testProduct({ maxClients: 100 }, gathered(tables));
  for (const subscription of SUBSCRIPTIONS)
    for (let at = 0; at < EACH; at += 1) {
      const client = await aClient(product, { subscription });
      const operation = kinds(client)[at % 4];
      if (!operation) throw new Error("No kind");
      const { entry } = await abandoned(product, operation, { subscription });
      const { operationId } = entry;
      await product.journal.adrift(
        { type: "operation.check", version: 1, operationId, subscription, clientId: client.id },
        product.runtime.now(),
      );
    }
  tables.clients.counts.requests = 0;
  tables.journal.counts.requests = 0;
});

/** What was left for later is ended later: by the next runs, and by whoever has its message. */
async function andLater(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    await reconcile(host(product));
    product.runtime.pass(RECONCILE_AFTER_MS);
    for (const subscription of SUBSCRIPTIONS)
      for (const held of await product.operations.allUnderWay(subscription))
        await product.settle(held);
  }
}

/** All of it has ended, and once. */
async function allHasEnded(): Promise<void> {
  for (const subscription of SUBSCRIPTIONS) {
    expect(await underWay(product, subscription)).toEqual([]);
    expect(await placesOf(product, subscription)).toBe(EACH - EACH / 4);
  }
  expect(await collect(product.journal.adriftMessages(product.runtime.now()))).toEqual([]);
  const told = product.events.published.map(({ id, type }) => `${type} ${id}`);
  const ofKind = (type: string) => new Set(told.filter((one) => one.startsWith(`${type} `))).size;
  expect(ofKind("client.renamed")).toBe((SUBSCRIPTIONS.length * EACH) / 4);
  expect(ofKind("client.deleted")).toBe((SUBSCRIPTIONS.length * EACH) / 4);
  const names = product.directory.all().map(({ displayName }) => displayName);
  expect(names.filter((name) => name === "New")).toHaveLength((SUBSCRIPTIONS.length * EACH) / 4);
}

test("all of it is ended by one run, at less than two and a half requests each", async () => {
  const run = await reconcile(host(product));

  const count = SUBSCRIPTIONS.length * EACH;
  expect(run).toEqual({ told: 0, handled: count, failed: 0, left: 0 });
  const requests = tables.clients.counts.requests + tables.journal.counts.requests;
  expect(requests).toBeLessThan(2.5 * count);
  await andLater();
  await allHasEnded();
});

test("two hosts at once end each of them once", async () => {
  const other = testProduct({ maxClients: 100 }, gathered(tables), product);

  await Promise.all([reconcile(host(product)), reconcile(host(other))]);

  await andLater();
  await allHasEnded();
});

test("one that cannot be ended holds up none of its subscription's", async () => {
  product.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 5 });
  product.directory.answerNext("delete", { kind: "refused", refusal: { reason: "not-ours" } });

  const run = await reconcile(host(product));

  // The outage of one is looked at later; what is refused has ended.
  expect(run).toEqual({ told: 0, handled: SUBSCRIPTIONS.length * EACH, failed: 0, left: 0 });
  const left = await Promise.all(SUBSCRIPTIONS.map((one) => underWay(product, one)));
  const kindsLeft = left.flat().map(({ operation }) => operation.kind);
  expect(kindsLeft.filter((kind) => kind === "rename")).toHaveLength(1);
  expect(kindsLeft).not.toContain("delete");
});

test.each(["before", "after"] as const)(
  "hosts that die %s one of their requests lose nothing and double nothing",
  async (when) => {
    const mortal = life();
    // Each dies at another request of the same work; the next one goes on from there.
    for (const at of [1, 2, 3, 4, 5, 7, 9, 12, 15, 18, 22, 26]) {
      const asked = { clients: mortal.of(tables.clients), journal: mortal.of(tables.journal) };
      const dying = testProduct({ maxClients: 100 }, gathered(asked), product);
      mortal.diesAt(at, when);
      await reconcile(host(dying)).catch((error: Error) => expect(error.message).toBe("Died"));
      product.runtime.pass(RECONCILE_AFTER_MS);
    }

    await andLater();
    await allHasEnded();
  },
);
