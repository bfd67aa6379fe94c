import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { stopClient } from "../../../shared/operations/clients/stop-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned } from "../../support/product.ts";
import { type RunWorld, runWorld } from "../../support/run-world.ts";
import { OLGA } from "../../support/samples.ts";

/** Its customer has stopped a client, and an operator stops it too: whose end is whose to bring about. */

let world: ClientWorld;
let at: Date;
beforeEach(async () => {
  world = await clientWorld();
  at = world.runtime.now();
  await suspendClient(world, { ...world.own, as: "customer", reason: "Leaked" });
  world.runtime.pass(60_000);
});

const MINE = () => ({ by: "customer", reason: "Leaked", at });
const operators = () => ({ ...world.own, by: OLGA });
const stop = (reason = "An incident") => suspendClient(world, { ...operators(), reason });
const resume = () => resumeClient(world, operators());
const suspended = async () => (await world.record())?.suspended;
const disabled = () => world.directory.all().map((one) => one.disabled);
const lastTold = () => {
  const { type, data } = world.events.published.at(-1) ?? {};
  return [type, data];
};
const notices = () =>
  world.checks.waiting.flatMap(({ body }) => (body.type === "stop.notice" ? [body] : []));

describe("when the operator's is over", () => {
  test("its customer's stands again as it was, and that is what everybody is told", async () => {
    await stop();
    const { at: since, ...shown } = (await suspended()) ?? {};
    const over = { reason: "Leaked", at };
    expect(shown).toEqual({ by: "operator", reason: "An incident", over });
    expect(since).toEqual(world.runtime.now());
    world.runtime.pass(60_000);

    expect(await resume()).toMatchObject({ ok: true, value: { revision: 4, suspended: MINE() } });

    expect(await world.record()).toEqual({ ...world.client, revision: 4, suspended: MINE() });
    expect(disabled()).toEqual([true]);
    expect(lastTold()).toEqual(["client.suspended", { by: "customer", reason: "Leaked" }]);
    expect(notices().map(({ action }) => action)).toEqual(["client.suspended", "client.resumed"]);
    expect(notices()[1]).toMatchObject({ reason: "Leaked" });
    const own = { ...world.own, as: "customer" as const };
    expect(await resumeClient(world, own)).toMatchObject({ ok: true });
    expect(await suspended()).toBeUndefined();
    expect(disabled()).toEqual([false]);
  });

  test("nobody takes it for one that goes on, though the bus goes away with the first word of it", async () => {
    await stop();
    let calls = 0;
    const publish: typeof world.events.publish = async (event) => {
      calls += 1;
      if (calls > 1) throw new RemoteUnavailable("bus", { executed: "no" });
      await world.events.publish(event);
    };

    await resumeClient({ ...world, events: { ...world.events, publish } }, operators());

    expect(lastTold()).toEqual(["client.suspended", { by: "customer", reason: "Leaked" }]);
  });

  test("what was done, and what stands since, are both on record", async () => {
    await stop();
    const what = { kind: "resume", clientId: world.client.id } as const;
    const held = await abandoned(world, what, { by: OLGA });
    world.runtime.pass(3_600_000);
    await world.settle(held);

    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 2);
    // Who exports asks for what is newer than what they have.
    const about = { clientId: world.client.id, outcome: "done", at: world.runtime.now() };
    expect(entries).toMatchObject([
      { ...about, action: "client.resumed", by: OLGA },
      {
        ...{ ...about, action: "client.suspended", by: { actor: { kind: "service" } } },
        detail: { reason: "Leaked" },
      },
    ]);
  });

  test("its customer's stands again although the operators' was made anew, or it was deleted and is back", async () => {
    await stop();
    await stop("Another incident");
    await world.delete();
    await restoreClient(world, { ...world.own, as: "customer" });

    await resume();

    expect(await suspended()).toEqual(MINE());
    expect(disabled()).toEqual([true]);
  });

  test.each(["before", "after"])(
    "whoever ends it for a host that died %s it was told says the same, once",
    async (when) => {
      await stop();
      if (when === "after") {
        const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));
        const dying = { ...world, operations: { ...world.operations, end: dies } };
        expect(await failure(resumeClient(dying, operators()))).toBeInstanceOf(RemoteUnavailable);
      } else await abandoned(world, { kind: "resume", clientId: world.client.id });
      const [held] = await world.operations.allUnderWay("contoso");

      expect(held && (await world.settle(held))).toBe("finished");

      expect(await suspended()).toEqual(MINE());
      expect(disabled()).toEqual([true]);
      const ids = world.events.published.map(({ id }) => id);
      expect(lastTold()).toEqual(["client.suspended", { by: "customer", reason: "Leaked" }]);
      expect(new Set(ids).size).toBe(3);
      expect(world.told()).not.toContain("client.resumed");
    },
  );
});

describe("what its customer has stopped is not an operator's to resume", () => {
  test("asked for again, nothing is done", async () => {
    await stop();
    const cases = consentCases(memoryTable());
    await cases.open(openCase(world.client, "Ann"));
    const ask = () => stopClient({ ...world, cases }, { clientId: world.client.id, by: OLGA });
    const first = await ask();
    const told = world.told();

    expect(await ask()).toEqual(first);

    expect(first).toMatchObject({ ok: true, value: { suspended: MINE() } });
    expect(world.told()).toEqual(told);
  });

  test("nor by two at once", async () => {
    await stop();
    await resume();
    const before = await world.record();
    const told = world.told();

    expect(await resume()).toMatchObject({ ok: true });

    expect(await world.record()).toEqual(before);
    expect(disabled()).toEqual([true]);
    expect(world.told()).toEqual(told);
  });
});

test("a stop of the whole subscription, and its end, leave both as they are", async () => {
  const all: RunWorld = runWorld({ directoryWritesPerMinute: 60 });
  const made = await clientWorld(all);
  const since = made.runtime.now();
  await suspendClient(made, { ...made.own, as: "customer", reason: "Leaked" });
  await all.suspend();
  await suspendClient(made, { ...made.own, by: OLGA, reason: "An incident" });
  await all.work();
  await all.resume();
  await all.work();
  const over = { reason: "Leaked", at: since };
  expect(await made.record()).toMatchObject({ suspended: { by: "operator", over } });

  await resumeClient(made, { ...made.own, by: OLGA });

  expect((await made.record())?.suspended).toMatchObject({ by: "customer", reason: "Leaked" });
  expect(all.disabled()).toEqual([true]);
});
