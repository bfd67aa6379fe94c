import { beforeEach, describe, expect, test } from "vitest";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { deleteClient } from "../../../shared/operations/delete-client.ts";
import { removeSecret } from "../../../shared/operations/remove-secret.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/suspend-client.ts";
import { aClient, type TestProduct, testProduct } from "../../support/product.ts";
import { ANN, OLGA } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
});

const own = () => ({ subscription: "contoso", clientId: client.id, by: ANN });
const operators = () => ({ ...own(), by: OLGA });
const suspend = (reason = "A leaked secret") => suspendClient(product, { ...operators(), reason });
const record = async () => (await product.records.client("contoso", client.id))?.record;
const account = async () => (await product.operations.account("contoso")).account;
const aSecret = () => ({ ...own(), displayName: "A", lifetimeDays: 1 });

describe("a client that an operator has stopped", () => {
  test("gets no tokens, keeps all else, and its row says who, why and when", async () => {
    const stopped = await suspend();

    const at = product.runtime.now();
    const suspended = { by: "operator", reason: "A leaked secret", at };
    expect(stopped).toEqual({ ok: true, value: { ...client, revision: 2, suspended } });
    expect(await record()).toEqual({ ...client, revision: 2, suspended });
    expect(product.directory.all()).toMatchObject([{ id: client.id, disabled: true }]);
    expect(product.events.published).toMatchObject([
      {
        type: "client.suspended",
        clientId: client.id,
        data: { by: "operator", reason: "A leaked secret" },
      },
    ]);
  });

  test("gets tokens again once it is resumed", async () => {
    await suspend();

    expect((await resumeClient(product, operators())).ok).toBe(true);

    expect(await record()).toEqual({ ...client, revision: 3 });
    expect(product.directory.all()).toMatchObject([{ disabled: false }]);
    expect(product.events.published.map(({ type }) => type)).toEqual([
      "client.suspended",
      "client.resumed",
    ]);
  });

  test("is told of to administrators, under the id of its event; what its customer stops is not", async () => {
    await suspend();
    await resumeClient(product, operators());
    const ids = product.events.published.map(({ id }) => id);
    await suspendClient(product, { ...own(), reason: "Not in use", as: "customer" });

    const notices = product.checks.waiting.flatMap(({ body }) =>
      body.type === "stop.notice" ? [body] : [],
    );
    expect(notices).toMatchObject([
      {
        ...{ id: ids[0], action: "client.suspended", clientId: client.id },
        ...{ reason: "A leaked secret", by: OLGA.actor },
      },
      { id: ids[1], action: "client.resumed", clientId: client.id, by: OLGA.actor },
    ]);
    expect(notices[1]).not.toHaveProperty("reason");
  });

  test("gets no new secret, and its customer is told the reason", async () => {
    await suspend();

    const refusal = { reason: "client-suspended", because: "A leaked secret" };
    expect(await addSecret(product, aSecret())).toEqual({ ok: false, refusal });
    expect(await product.directory.secretsOf(client.id, client)).toEqual([]);
  });

  test("answers what was asked before it was stopped under its key", async () => {
    const request = { ...aSecret(), idempotency: { keyHash: "key", fingerprint: "the request" } };
    const added = await addSecret(product, request);
    await suspend();

    const keyId = added.ok && added.value.keyId;
    const refusal = { reason: "secret-value-already-returned", keyId };
    expect(await addSecret(product, request)).toEqual({ ok: false, refusal });
  });

  test("may lose a leaked secret, be renamed, stays stopped, and may be deleted", async () => {
    const added = await addSecret(product, aSecret());
    const keyId = added.ok ? added.value.keyId : "";
    await suspend();

    expect((await removeSecret(product, { ...own(), keyId })).ok).toBe(true);
    expect((await renameClient(product, { ...own(), displayName: "New" })).ok).toBe(true);
    expect(await record()).toMatchObject({ displayName: "New", suspended: { by: "operator" } });
    expect((await deleteClient(product, own())).ok).toBe(true);
  });
});

test("a stop is charged to nobody, and works when the customer's limits are used up", async () => {
  product = testProduct({ writesPerMinute: 2 });
  client = await aClient(product);
  await renameClient(product, { ...own(), displayName: "Second change" });
  const before = await account();

  const refused = await renameClient(product, { ...own(), displayName: "Third change" });
  expect(refused).toMatchObject({ ok: false, refusal: { reason: "rate-limited" } });
  expect((await suspend()).ok).toBe(true);
  expect((await resumeClient(product, operators())).ok).toBe(true);

  expect(await account()).toEqual(before);
});

test("a stop makes the subscription one that is looked after today", async () => {
  product.runtime.pass(2 * 86_400_000);
  const day = product.runtime.now().toISOString().slice(0, 10);
  expect((await account()).activeOn).not.toBe(day);

  await suspend();

  expect((await account()).activeOn).toBe(day);
  const active: string[] = [];
  for await (const subscription of product.journal.activeOn(day)) active.push(subscription);
  expect(active).toEqual(["contoso"]);
});
