import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { abandoned, testProduct } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const operators = () => ({ ...world.own, by: OLGA });
const suspend = (reason = "A leaked secret") => suspendClient(world, { ...operators(), reason });
const account = async () => (await world.operations.account("contoso")).account;
/** The newest entries. */
const entries = async (limit: number) =>
  (await activityRecords(world.clientsTable).activity("contoso", {}, limit)).entries;
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

  test("leaves who stopped it, and who let it go on, on record", async () => {
    world.runtime.pass(1);
    await suspend();
    world.runtime.pass(1);
    await resumeClient(world, operators());

    const about = { by: OLGA, clientId: world.client.id, outcome: "done" };
    expect(await entries(2)).toMatchObject([
      { ...about, action: "client.resumed" },
      { ...about, action: "client.suspended", detail: { reason: "A leaked secret" } },
    ]);
  });

  test("that has gone by the time its stop ends is not found", async () => {
    const { directory } = world;
    const setDisabled: typeof directory.setDisabled = async (...given) => {
      const answer = await directory.setDisabled(...given);
      await world.records.remove(world.client, world.runtime.now());
      return answer;
    };
    const deps = { ...world, directory: { ...directory, setDisabled } };

    expect(await suspendClient(deps, { ...operators(), reason: "A leaked secret" })).toEqual({
      ok: false,
      refusal: { reason: "not-found" },
    });
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

describe("a stop that its host has left", () => {
  const abandon = (as: "customer" | "operator" = "operator") =>
    abandoned(world, {
      ...{ kind: "suspend", clientId: world.client.id, reason: "A leaked secret", as },
    });

  test("is on record as made, or with the reason why it could not be", async () => {
    expect(await world.settle(await abandon())).toBe("finished");
    expect((await entries(1))[0]).toMatchObject({ action: "client.suspended", outcome: "done" });
    const held = await abandon();
    await world.records.remove(world.client, world.runtime.now());
    world.runtime.pass(1);

    expect(await world.settle(held)).toBe("undone");

    expect((await entries(1))[0]).toMatchObject({
      outcome: "undone",
      detail: { reason: "absent" },
    });
  });

  test("is told of to nobody where its customer had stopped it before", async () => {
    await suspendClient(world, { ...world.own, reason: "A leaked secret", as: "customer" });
    const before = await world.record();

    expect(await world.settle(await abandon("customer"))).toBe("finished");

    expect(world.told()).toEqual(["client.suspended"]);
    expect(await world.record()).toEqual(before);
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
