import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { OperationCheck } from "../../../shared/events/operation-check.ts";
import type { Held, Operation } from "../../../shared/operations/admission/operation.ts";
import {
  checkOperation,
  settleAbandonedCreate,
} from "../../../shared/operations/settling/check-operation.ts";
import { aCreate, type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const aDelete = (): Operation => ({ kind: "delete", clientId: world.client.id });
const checkOf = ({ entry }: Held, attempt?: number): OperationCheck => ({
  type: "operation.check",
  version: 1,
  operationId: entry.operationId,
  subscription: entry.subscription,
  ...(entry.operation.kind !== "create" && { clientId: entry.operation.clientId }),
  ...(attempt !== undefined && { attempt }),
});
const after = (milliseconds: number) => new Date(world.runtime.now().getTime() + milliseconds);
const away = new RemoteUnavailable("directory", { executed: "no" });

test("an operation that has ended needs no look", async () => {
  const held = await abandoned(world, aDelete());
  await world.operations.end(held, { activity: [] });

  expect(await checkOperation(world, checkOf(held))).toBe("ended");
});

test("the check of one operation leaves another one on the same client alone", async () => {
  const held = await abandoned(world, aDelete());

  const other = { ...checkOf(held), operationId: newId() };
  expect(await checkOperation(world, other)).toBe("ended");
  expect(await underWay(world)).toMatchObject([{ turn: 0 }]);
});

test("an operation that somebody may still work on is looked at when it is ripe", async () => {
  const held = await abandoned(world, aDelete());
  world.runtime.pass(-1);

  expect(await checkOperation(world, checkOf(held))).toBe("waiting");
  expect(world.checks.waiting).toMatchObject([{ body: checkOf(held, 1), at: after(1) }]);
  expect(await underWay(world)).toMatchObject([{ turn: 0 }]);
  world.runtime.pass(1);
  expect(await checkOperation(world, checkOf(held))).toBe("finished");
});

test("a check that comes too early by this clock, and once more too early, is not lost", async () => {
  const held = await abandoned(world, aDelete());
  world.runtime.pass(-2);
  for (const attempt of [undefined, 1]) {
    await checkOperation(world, checkOf(held, attempt));
    world.runtime.pass(1);
  }

  expect(world.checks.waiting.at(-1)).toMatchObject({ body: checkOf(held, 2), at: after(0) });
});

test("one that has to wait for a late directory is looked at again, as long after", async () => {
  const held = await abandoned(world, aCreate());

  expect(await checkOperation(world, checkOf(held))).toBe("waiting");
  expect(world.checks.waiting).toMatchObject([
    { body: checkOf(held, 1), at: after(RECONCILE_AFTER_MS) },
  ]);
  world.runtime.pass(RECONCILE_AFTER_MS);
  expect(await checkOperation(world, checkOf(held, 1))).toBe("undone");
});

test("an outage puts the look off, a little longer each time", async () => {
  const held = await abandoned(world, aCreate());
  for (const attempt of [0, 1, 2]) {
    world.directory.failNext("findByOperation", away);
    expect(await checkOperation(world, checkOf(held, attempt))).toBe("put-off");
    world.runtime.pass(RECONCILE_AFTER_MS);
  }

  const pauses = world.checks.waiting.map(
    ({ at }, index) => at.getTime() - after((index - 3) * RECONCILE_AFTER_MS).getTime(),
  );
  expect(pauses).toEqual([4_000, 8_000, 16_000]);
});

test("with the bus away as well, the look is a row in the journal", async () => {
  const held = await abandoned(world, aCreate());
  world.directory.failNext("findByOperation", away);
  const putOff = async (): Promise<never> => {
    throw new RemoteUnavailable("bus", { executed: "no" });
  };

  const deps = { ...world, checks: { ...world.checks, putOff } };
  expect(await checkOperation(deps, checkOf(held))).toBe("put-off");

  const rows = await collect(world.journal.adriftMessages(after(4_000)));
  expect(rows).toMatchObject([{ what: checkOf(held, 1) }]);
});

test("what nobody can note comes again with the message", async () => {
  const held = await abandoned(world, aCreate());
  world.directory.failNext("findByOperation", away);
  const gone = async (): Promise<never> => {
    throw new RemoteUnavailable("records", { executed: "no" });
  };
  const deps = {
    ...world,
    checks: { ...world.checks, putOff: gone },
    journal: { ...world.journal, adrift: gone },
  };

  expect(await failure(checkOperation(deps, checkOf(held)))).toBeInstanceOf(RemoteUnavailable);
});

test("a defect is no outage: nothing is put off", async () => {
  const held = await abandoned(world, aCreate());
  const findByOperation = async (): Promise<never> => {
    throw new TypeError("A defect");
  };
  const settle = world.settlers;
  const deps = {
    ...world,
    settlers: { ...settle, create: findByOperation },
  };

  expect(await failure(checkOperation(deps, checkOf(held)))).toBeInstanceOf(TypeError);
  expect(world.checks.waiting).toEqual([]);
});

describe("a create that the consent clock looks after", () => {
  const refOf = ({ entry }: Held) => ({
    subscription: entry.subscription,
    operationId: entry.operationId,
  });

  test("is left alone until it is ripe, and has ended after two looks", async () => {
    const held = await abandoned(world, aCreate());
    world.runtime.pass(-1);
    const states = [await settleAbandonedCreate(world, refOf(held))];
    expect(await underWay(world)).toMatchObject([{ turn: 0 }]);
    for (const wait of [1, RECONCILE_AFTER_MS, 0]) {
      world.runtime.pass(wait);
      states.push(await settleAbandonedCreate(world, refOf(held)));
    }

    expect(states).toEqual(["waiting", "waiting", "ended", "ended"]);
  });
});
