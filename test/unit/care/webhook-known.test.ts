import { beforeEach, expect, test } from "vitest";
import { webhookRecords } from "../../../shared/adapters/records/webhook-records.ts";
import { removeWebhook, setWebhook } from "../../../shared/care/webhooks/manage-webhook.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { admitOne } from "../../support/admit-one.ts";
import { aClient, type TestProduct, testProduct } from "../../support/product.ts";
import { ANN, anOperation, later, newId } from "../../support/samples.ts";

/** What other systems are told says where it is certain that no webhook is to have it, so that nobody has to look. */

const asked = { subscription: "contoso", by: ANN };
let product: TestProduct;
let deps: Parameters<typeof setWebhook>[0];
beforeEach(() => {
  product = testProduct();
  deps = { ...product, webhooks: webhookRecords(product.clientsTable, newId) };
});

const set = () => setWebhook(deps, { ...asked, url: "https://hooks.contoso.example/" });

async function rename(clientId: string): Promise<boolean | undefined> {
  await renameClient(product, { ...asked, clientId, displayName: newId() });
  return product.events.published.at(-1)?.noWebhook;
}

/** A change that was admitted a while ago, in the hands of a worker. */
async function admitted(clientId: string, agoMs: number) {
  const startedAt = later(-agoMs, product.runtime.now());
  const entry = anOperation(
    { kind: "rename", clientId, displayName: "B" },
    { startedAt, touchedAt: startedAt },
  );
  const account = await product.operations.account("contoso");
  const answer = await admitOne(product.operations, { entry, account });
  if (!answer.admitted) throw new Error("It was not admitted");
  const came = { outcome: "done" } as const;
  const id = newId();
  const activity = [
    { id, at: startedAt, by: ANN, action: "client.renamed", subscription: "contoso", ...came },
  ];
  return () => product.operations.end(answer.held, { activity });
}

test("what is told is for no webhook until there is one, and again when it is gone", async () => {
  const { id, noWebhook } = await aClient(product);
  expect([noWebhook, await rename(id)]).toEqual([true, true]);

  await set();
  const later = await aClient(product);
  expect([later.noWebhook, await rename(id)]).toEqual([undefined, undefined]);

  await removeWebhook(deps, asked);
  expect(await rename(id)).toBe(true);
});

test("of an account that does not say it, nothing is taken for granted", async () => {
  const { id } = await aClient(product);
  const found = await product.operations.account("contoso");
  const { webhook: _, ...before } = found.account;
  await product.operations.stop({ ...found, account: before }, newId(), {
    ...{ id: newId(), at: product.runtime.now(), by: ANN, action: "client.renamed" },
    ...{ subscription: "contoso", outcome: "done" },
  });

  expect(await rename(id)).toBeUndefined();
});

test("is there for its customer when the changes have ended that do not know of it", async () => {
  const { id } = await aClient(product);
  const end = await admitted(id, 1_000);
  const pauses: number[] = [];
  const pause = async (milliseconds: number) => {
    pauses.push(milliseconds);
    if (pauses.length === 3) await end();
  };

  await setWebhook(
    { ...deps, runtime: { ...product.runtime, pause } },
    { ...asked, url: "https://hooks.contoso.example/" },
  );

  expect(pauses).toHaveLength(3);
});

test("waits for no change that its worker has left, nor for one that knows of it", async () => {
  const { id } = await aClient(product);
  await admitted(id, 30_000);
  const before = product.runtime.now();
  await set();
  await admitted((await aClient(product)).id, 0);
  await set();
  expect(product.runtime.now()).toEqual(before);
});

test("costs five requests to the tables for the first time, then three; to remove it four", async () => {
  await aClient(product);
  const counted = async (work: () => Promise<unknown>) => {
    const before = product.clientsTable.calls.length + product.journalTable.calls.length;
    await work();
    return product.clientsTable.calls.length + product.journalTable.calls.length - before;
  };
  expect(await counted(set)).toBe(5);
  expect(await counted(set)).toBe(3);
  expect(await counted(() => removeWebhook(deps, asked))).toBe(4);
});
