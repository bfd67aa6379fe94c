import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { beginRun, type RunRequest } from "../../../shared/operations/whole/begin-run.ts";
import type { StepDeps } from "../../../shared/operations/whole/take-step.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { OLGA } from "../../support/samples.ts";

/** An operation on a whole subscription, and what comes to its end while somebody looks. */

let world: RunWorld;
beforeEach(() => {
  world = runWorld({ directoryWritesPerMinute: 60 });
});

describe("what ends between two looks of a step", () => {
  test("is looked at again before the operation is over: a client of a create", async () => {
    await world.threeClients();
    let made: ReturnType<typeof createClient> | undefined;
    let isToEnd = () => {};
    const end = new Promise<void>((resolve) => {
      isToEnd = resolve;
    });
    const admitted = new Promise<void>((resolve) => {
      const { directory } = world;
      const create: typeof directory.create = async (...given) => {
        resolve();
        await end;
        return directory.create(...given);
      };
      made = createClient({ ...world, directory: { ...directory, create } }, world.aNewClient());
    });
    await admitted;
    const run = await world.suspend();
    const allUnderWay: StepDeps["operations"]["allUnderWay"] = async (...given) => {
      isToEnd();
      await made;
      return world.operations.allUnderWay(...given);
    };

    await world.work(1_000, { ...world, operations: { ...world.operations, allUnderWay } });

    expect(world.disabled()).toEqual([true, true, true, true]);
    expect(await world.runOf(run)).toMatchObject({ state: "done", done: 4, total: 4 });
  });
});

describe("what two operators ask for at once", () => {
  const ask = (kind: RunRequest["kind"], more: Partial<RunRequest> = {}) => ({
    ...{ kind, subscription: "contoso", by: OLGA },
    ...more,
  });
  const suspension = ask("suspend-subscription", { reason: "Not paid" });
  const end = ask("offboard-subscription", { reason: "The end", graceMs: 1_000 });
  /** The second one has read the account before the first one has changed it. */
  async function atOnce(first: RunRequest, second: RunRequest) {
    const { operations } = world;
    let before: ReturnType<typeof beginRun> | undefined;
    const account: typeof operations.account = async (subscription) => {
      const seen = await operations.account(subscription);
      before ??= beginRun(world, first);
      await before;
      return seen;
    };
    const after = await beginRun({ ...world, operations: { ...operations, account } }, second);
    return [await before, after] as const;
  }

  test.each([
    ["the same", suspension, suspension],
    ["an end, and a suspension", end, suspension],
  ] as const)("is done once, and told of once: %s", async (_, first, second) => {
    await world.threeClients();

    const [one, other] = await atOnce(first, second);

    expect(other).toEqual(one);
    const { suspended } = (await world.operations.account("contoso")).account;
    expect(suspended?.operationId).toBe(one?.operationId);
    await world.work();
    expect(world.told().filter((type) => type.startsWith("subscription."))).toEqual(
      first === end
        ? ["subscription.offboarding", "subscription.offboarded"]
        : ["subscription.suspended"],
    );
  });

  test("is what it has come to by then: who has ended meanwhile is let in again", async () => {
    await beginRun(world, end);
    const { operations } = world;
    let isFirst = true;
    const account: typeof operations.account = async (subscription) => {
      const seen = await operations.account(subscription);
      if (isFirst) {
        isFirst = false;
        await world.work();
      }
      return seen;
    };

    const deps = { ...world, operations: { ...operations, account } };
    const run = await beginRun(deps, ask("cancel-offboard"));
    await world.work();

    expect(await world.runOf(run)).toMatchObject({ kind: "resume-subscription", state: "done" });
    expect(world.told()).toEqual([
      ...["subscription.offboarding", "subscription.offboarded", "subscription.resumed"],
    ]);
  });
});

describe("the end of a customer that is called off in its last moment", () => {
  const asked = { subscription: "contoso", by: OLGA } as const;
  const callOff = () => beginRun(world, { ...asked, kind: "cancel-offboard" });
  const told = () => world.told().filter((type) => type.startsWith("subscription."));
  type Stop = StepDeps["operations"]["stop"];
  async function endWith(stop: Stop) {
    await world.threeClients();
    await beginRun(world, {
      ...{ ...asked, kind: "offboard-subscription", reason: "The end", graceMs: 1_000 },
    });
    await world.work(1_000, { ...world, operations: { ...world.operations, stop } });
    await world.work();
  }

  test("is not told where it is not on record", async () => {
    let isFirst = true;
    await endWith(async (...given) => {
      if (isFirst) await callOff();
      isFirst = false;
      return world.operations.stop(...given);
    });

    expect(told()).toEqual(["subscription.offboarding", "subscription.offboard-cancelled"]);
  });

  test("is told where it is, whoever dies", async () => {
    let isFirst = true;
    await endWith(async (...given) => {
      const stopped = await world.operations.stop(...given);
      if (!isFirst) return stopped;
      isFirst = false;
      await callOff();
      throw new RemoteUnavailable("records", { executed: "unknown" });
    });

    expect(told()).toEqual([
      ...["subscription.offboarding", "subscription.offboarded", "subscription.resumed"],
    ]);
  });
});
