import { describe, expect, test } from "vitest";
import { noteNextCheck, putCheckOff } from "../../../shared/consent/clock/next-check.ts";
import { clockOf, type VersionedCase } from "../../../shared/consent/consent-case.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { later, NOON } from "../../support/samples.ts";

/** When a consent is checked next, and by whom: a message comes where the sweep would be too late. */

const MINUTE = 60_000;

async function begin(changes: Partial<ReturnType<typeof clockOf>> = {}) {
  const world = consentWorld();
  const record = await world.client();
  const { found } = await listedOf(world, record.id);
  await world.list({ ...found, clock: { ...clockOf(found), ...changes } });
  return { world, record, listed: await listedOf(world, record.id) };
}
const listedOf = async (world: ConsentWorld, id: string): Promise<VersionedCase> =>
  (await world.deps.cases.get("pending", id)) ?? expect.unreachable();

describe("the next check", () => {
  test.each([
    ["within ten minutes", 10 * MINUTE - 1, true],
    ["at ten minutes or later", 10 * MINUTE, false],
  ])("%s: a message comes (%i ms: %s)", async (_, ms, byMessage) => {
    const { world, record, listed } = await begin();

    await noteNextCheck(world.deps, listed, later(ms), {});

    const { operationId, id: clientId } = record;
    const look = { type: "consent.look", version: 1, operationId, clientId };
    expect(world.lookMessages).toEqual(byMessage ? [look] : []);
    expect(world.looks).toEqual(byMessage ? [later(ms)] : []);
    const { found } = await listedOf(world, record.id);
    expect(found.clock).toMatchObject({ nextCheckAt: later(ms), byMessage });
  });

  test("that the sweep is to make has no message, however soon it is", async () => {
    const { world, record, listed } = await begin();

    await noteNextCheck(world.deps, listed, later(1_000), { bySweep: true });

    expect(world.looks).toEqual([]);
    const { clock } = (await listedOf(world, record.id)).found;
    expect(clock).toMatchObject({ nextCheckAt: later(1_000), byMessage: false });
    expect(clock).not.toHaveProperty("bySweep");
  });

  test("gives the claim back, and leaves what it does not change", async () => {
    const told = { "requested:": ["webhook"] };
    const claim = { owner: "this host", claimedAt: NOON };
    const { world, record, listed } = await begin({ told, attempts: 3, claim });

    await noteNextCheck(world.deps, listed, later(MINUTE), {});

    const { found } = await listedOf(world, record.id);
    expect(found).toEqual({
      ...listed.found,
      clock: { told, attempts: 3, nextCheckAt: later(MINUTE), byMessage: true, policy: "as set" },
    });
  });

  test("of a case that another host has written since is that host's: nothing is noted, and no message comes", async () => {
    const { world, record, listed } = await begin();
    await world.list({ ...listed.found, displayName: "Renamed meanwhile" });

    await noteNextCheck(world.deps, listed, later(1_000), { attempts: 9 });

    expect(world.looks).toEqual([]);
    expect((await listedOf(world, record.id)).found).toMatchObject({
      displayName: "Renamed meanwhile",
      clock: { attempts: 0 },
    });
  });

  test("costs one write, and another one only where the bus was away", async () => {
    const { world, record, listed } = await begin();
    world.counts.requests = 0;
    await noteNextCheck(world.deps, listed, later(1_000), {});
    expect(world.counts.requests).toBe(1);

    const again = await listedOf(world, record.id);
    world.away.add("bus");
    world.counts.requests = 0;
    await noteNextCheck(world.deps, again, later(1_000), {});
    expect(world.counts.requests).toBe(2);
  });
});

describe("a check that is put off", () => {
  test("comes later each time, and what has been told is kept", async () => {
    const told = { "requested:": ["webhook"] };
    const { world, record, listed } = await begin({ told, attempts: 2 });

    await putCheckOff(world.deps, listed);

    expect(world.looks).toEqual([later(4_000)]);
    expect((await listedOf(world, record.id)).found.clock).toMatchObject({ attempts: 3, told });
  });

  test("notes what was told since, and waits for as long as it was asked to", async () => {
    const { world, record, listed } = await begin();
    const told = { "requested:": ["email"] };

    await putCheckOff(world.deps, listed, { atLeastSeconds: 40, told });

    expect(world.looks).toEqual([later(40_000)]);
    expect((await listedOf(world, record.id)).found.clock).toMatchObject({ attempts: 1, told });
  });
});
