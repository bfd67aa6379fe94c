import { beforeEach, describe, expect, test } from "vitest";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { type StopDeps, stopClient } from "../../../shared/operations/clients/stop-client.ts";
import { suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { newId, OLGA } from "../../support/samples.ts";

/** What an operator does who knows a client by its id alone. */

const REASON = "A leaked secret";

let world: ClientWorld;
let deps: StopDeps;
beforeEach(async () => {
  world = await clientWorld();
  const cases = consentCases(memoryTable());
  await cases.open(openCase(world.client, "Ann"));
  deps = { ...world, cases };
});

const ask = (reason?: string) => stopClient(deps, { clientId: world.client.id, by: OLGA, reason });
const disabled = () => world.directory.all().map((client) => client.disabled);
const suspended = async () => (await world.record())?.suspended;

describe("a client that an operator knows by its id alone", () => {
  test("is stopped, and shown as it is by then, with what its customer has besides", async () => {
    await world.create({ displayName: "Another" });

    const stopped = await ask(REASON);

    expect(stopped).toMatchObject({
      ok: true,
      value: {
        ...{ clientId: world.client.id, subscription: "contoso", revision: 2 },
        suspended: { by: "operator", reason: REASON, at: world.runtime.now() },
        customer: { clients: 1 },
      },
    });
    expect(disabled()).toEqual([true, false]);
  });

  test("goes on without a reason, and is shown without one", async () => {
    await ask(REASON);

    const resumed = await ask();

    expect(resumed).toMatchObject({ ok: true, value: { revision: 3 } });
    expect(resumed.ok && resumed.value).not.toHaveProperty("suspended");
    expect(await suspended()).toBeUndefined();
    expect(disabled()).toEqual([false]);
  });

  test("is answered as it is where it is as was asked, and nothing is done", async () => {
    expect(await ask()).toMatchObject({ ok: true, value: { revision: 1 } });
    const stopped = await ask(REASON);
    world.runtime.pass(60_000);

    expect(await ask(REASON)).toEqual(stopped);

    expect(world.told()).toEqual(["client.suspended"]);
  });

  test("is stopped anew for another reason", async () => {
    await ask(REASON);

    expect(await ask("Another")).toMatchObject({
      value: { revision: 3, suspended: { reason: "Another" } },
    });
  });

  test("becomes the operators' although its customer has stopped it for the same reason", async () => {
    await suspendClient(world, { ...world.own, reason: REASON, as: "customer" });

    await ask(REASON);

    expect(await suspended()).toMatchObject({ by: "operator", reason: REASON });
  });

  test("is answered as it is where its customer has stopped it, and nothing is done", async () => {
    await suspendClient(world, { ...world.own, reason: REASON, as: "customer" });

    expect(await ask()).toMatchObject({ ok: true, value: { suspended: { by: "customer" } } });

    expect(await suspended()).toMatchObject({ by: "customer" });
    expect(disabled()).toEqual([true]);
  });

  test("that was stopped with its subscription is then stopped on its own as well, for the same reason", async () => {
    const { operationId } = await beginRun(world, {
      ...{ kind: "suspend-subscription", subscription: "contoso", by: OLGA, reason: REASON },
    });
    await suspendClient(world, { ...world.own, reason: REASON, withSubscription: operationId });

    await ask(REASON);

    expect(await suspended()).toEqual({
      ...{ by: "operator", reason: REASON, at: world.runtime.now() },
    });
  });

  test("is not let go on while its whole subscription is stopped", async () => {
    await ask(REASON);
    await beginRun(world, {
      ...{ kind: "suspend-subscription", subscription: "contoso", by: OLGA, reason: "Not paid" },
    });

    expect(await ask()).toEqual({
      ok: false,
      refusal: { reason: "subscription-suspended", because: "Not paid" },
    });
    expect(disabled()).toEqual([true]);
  });
});

test("nobody's client is not found, nor is one that has gone", async () => {
  const notFound = { ok: false, refusal: { reason: "not-found" } };
  expect(await stopClient(deps, { clientId: newId(), by: OLGA, reason: REASON })).toEqual(notFound);
  await world.delete();

  expect(await ask(REASON)).toEqual(notFound);
});
