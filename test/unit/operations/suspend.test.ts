import { beforeEach, describe, expect, test } from "vitest";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { testProduct } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const operators = () => ({ ...world.own, by: OLGA });
const suspend = (reason = "A leaked secret") => suspendClient(world, { ...operators(), reason });
const account = async () => (await world.operations.account("contoso")).account;
const aSecret = () => ({ ...world.own, displayName: "A", lifetimeDays: 1 });

describe("a client that an operator has stopped", () => {
  test("gets no tokens, keeps all else, and its row says who, why and when", async () => {
    const stopped = await suspend();

    const at = world.runtime.now();
    const suspended = { by: "operator", reason: "A leaked secret", at };
    expect(stopped).toEqual({ ok: true, value: { ...world.client, revision: 2, suspended } });
    expect(await world.record()).toEqual({ ...world.client, revision: 2, suspended });
    expect(world.directory.all()).toMatchObject([{ id: world.client.id, disabled: true }]);
    expect(world.events.published).toMatchObject([
      {
        type: "client.suspended",
        clientId: world.client.id,
        data: { by: "operator", reason: "A leaked secret" },
      },
    ]);
  });

  test("gets tokens again once it is resumed", async () => {
    await suspend();

    expect((await resumeClient(world, operators())).ok).toBe(true);

    expect(await world.record()).toEqual({ ...world.client, revision: 3 });
    expect(world.directory.all()).toMatchObject([{ disabled: false }]);
    expect(world.events.published.map(({ type }) => type)).toEqual([
      "client.suspended",
      "client.resumed",
    ]);
  });

  test("is told of to administrators, under the id of its event; what its customer stops is not", async () => {
    await suspend();
    await resumeClient(world, operators());
    const ids = world.events.published.map(({ id }) => id);
    await suspendClient(world, { ...world.own, reason: "Not in use", as: "customer" });

    const notices = world.checks.waiting.flatMap(({ body }) =>
      body.type === "stop.notice" ? [body] : [],
    );
    expect(notices).toMatchObject([
      {
        ...{ id: ids[0], action: "client.suspended", clientId: world.client.id },
        ...{ reason: "A leaked secret", by: OLGA.actor },
      },
      { id: ids[1], action: "client.resumed", clientId: world.client.id, by: OLGA.actor },
    ]);
    expect(notices[1]).not.toHaveProperty("reason");
  });

  test("gets no new secret, and its customer is told the reason", async () => {
    await suspend();

    const refusal = { reason: "client-suspended", because: "A leaked secret" };
    expect(await addSecret(world, aSecret())).toEqual({ ok: false, refusal });
    expect(await world.directory.secretsOf(world.client.id, world.client)).toEqual([]);
  });

  test("answers what was asked before it was stopped under its key", async () => {
    const request = { ...aSecret(), idempotency: { keyHash: "key", fingerprint: "the request" } };
    const added = await addSecret(world, request);
    await suspend();

    const keyId = added.ok && added.value.keyId;
    const refusal = { reason: "secret-value-already-returned", keyId };
    expect(await addSecret(world, request)).toEqual({ ok: false, refusal });
  });

  test("may lose a leaked secret, be renamed, stays stopped, and may be deleted", async () => {
    const added = await addSecret(world, aSecret());
    const keyId = added.ok ? added.value.keyId : "";
    await suspend();

    expect((await world.remove(keyId)).ok).toBe(true);
    expect((await world.rename("New")).ok).toBe(true);
    expect(await world.record()).toMatchObject({
      displayName: "New",
      suspended: { by: "operator" },
    });
    expect((await world.delete()).ok).toBe(true);
  });
});

test("a stop is charged to nobody, and works when the customer's limits are used up", async () => {
  world = await clientWorld(testProduct({ writesPerMinute: 2 }));
  await world.rename("Second change");
  const before = await account();

  const refused = await world.rename("Third change");
  expect(refused).toMatchObject({ ok: false, refusal: { reason: "rate-limited" } });
  expect((await suspend()).ok).toBe(true);
  expect((await resumeClient(world, operators())).ok).toBe(true);

  expect(await account()).toEqual(before);
});

test("a stop makes the subscription one that is looked after today", async () => {
  world.runtime.pass(2 * 86_400_000);
  const day = world.runtime.now().toISOString().slice(0, 10);
  expect((await account()).activeOn).not.toBe(day);

  await suspend();

  expect((await account()).activeOn).toBe(day);
  const active: string[] = [];
  for await (const subscription of world.journal.activeOn(day)) active.push(subscription);
  expect(active).toEqual(["contoso"]);
});
