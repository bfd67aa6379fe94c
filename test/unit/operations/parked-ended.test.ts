import { beforeEach, expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { retryParked } from "../../../shared/operations/settling/parked.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { abandoned, aClient, placesOf, underWay } from "../../support/product.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { ANN, OLGA } from "../../support/samples.ts";

/** What was set aside is tried again when its customer has ended: nothing of them is left, and nothing is to come back. */

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: 60 });
});

const DAY_MS = 86_400_000;

/** @returns has it tried again */
async function setAside(
  operation: Operation,
  step: "findByOperation" | "setDisabled",
  made: (operationId: string) => Promise<unknown> = async () => undefined,
) {
  const { directory } = world;
  const held = await abandoned(world, operation);
  const { operationId } = held.entry;
  await made(operationId);
  const healthy = directory[step];
  Object.assign(directory, {
    [step]: () => Promise.reject(new DirectoryRefused({ reason: "not-ours" })),
  });
  expect(await world.settle(held)).toBe("parked");
  Object.assign(directory, { [step]: healthy });
  return () => retryParked(world, operationId, OLGA);
}

async function end() {
  await beginRun(world, {
    ...{ kind: "offboard-subscription", subscription: "contoso", by: OLGA },
    ...{ reason: "The end", graceMs: DAY_MS },
  });
  await world.workFor(2 * DAY_MS);
  expect(world.told()).toContain("subscription.offboarded");
}

async function expectNothing() {
  expect(world.directory.all()).toEqual([]);
  expect((await world.records.list("contoso", 10)).records).toEqual([]);
  expect(await placesOf(world)).toBe(0);
  expect(await underWay(world)).toEqual([]);
  expect(world.told().at(-1)).not.toMatch(/^client\.(created|restored)$/);
}

test("a create", async () => {
  const retry = await setAside(
    { kind: "create", displayName: "Late", roles: ["api.read"], requestedBy: "Ann" },
    "findByOperation",
    (operationId) => world.directory.create({ operationId, ...world.aNewClient() }),
  );
  await end();

  expect(await retry()).toEqual({ ok: true, value: "undone" });

  await expectNothing();
});

test("a restore that the directory has carried out", async () => {
  const client = await aClient(world);
  await world.suspend();
  await world.work();
  await deleteClient(world, { subscription: "contoso", clientId: client.id, by: ANN });
  await world.resume();
  await world.work();
  const retry = await setAside(
    { kind: "restore", clientId: client.id, as: "customer" },
    "setDisabled",
  );
  expect(world.directory.all()).toHaveLength(1);
  await end();

  expect(await retry()).toEqual({ ok: true, value: "undone" });

  await expectNothing();
});
