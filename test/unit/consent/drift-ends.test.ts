import { describe, expect, test } from "vitest";
import { countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { deleted, restored } from "../../support/restored-client.ts";
import { later, newId } from "../../support/samples.ts";

/** What a client carries beyond what it asked for is on record for as long as it carries it, and no longer. */

const HOUR = 3_600_000;
const FOREIGN = { resource: "Microsoft Graph", role: newId() };

const nextPass = (world: ConsentWorld) => {
  world.setNow(later(HOUR, world.deps.runtime.now()));
  return sweepRevocations(world.deps);
};
const driftOf = async (world: ConsentWorld, id: string) => {
  const found = await findCase(world.deps, id);
  return found.ok ? found.value.drift?.excess : "no case";
};
const told = (world: ConsentWorld) =>
  world.events.filter(({ type }) => type === "consent.drifted").map(({ id }) => id);

describe("what a client carries too much", () => {
  test("is not over because the directory cannot say so now", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.directory.assign(record.id, [FOREIGN]);
    await sweepConsents(world.deps);
    world.directory.silence(record.id);

    await nextPass(world);

    expect(await driftOf(world, record.id)).toEqual([{ ...FOREIGN, own: false }]);
  });

  test("goes with the client, and with the name of who asked for it", async () => {
    const world = consentWorld();
    const kept = await world.client();
    const record = await world.client();
    for (const { id } of [kept, record]) world.directory.assign(id, [FOREIGN]);
    await sweepConsents(world.deps);
    await deleted(world, record);

    await nextPass(world);

    expect(await countConsents(world.deps)).toMatchObject({ drifted: 1 });
    expect(await world.deps.cases.drift(record.id)).toBeUndefined();
    expect(await world.deps.cases.drift(kept.id)).toBeDefined();
  });

  test("is told of a client that is back, though it carried just that before it was deleted", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.directory.assign(record.id, [FOREIGN]);
    await sweepConsents(world.deps);
    await deleted(world, record);
    await restored(world, record);
    expect(await driftOf(world, record.id)).toBeUndefined();
    const drifted = { state: "pending", drifted: true, limit: 10 } as const;
    expect((await listConsents(world.deps, drifted)).items).toEqual([]);
    const waiting = await listConsents(world.deps, { state: "pending", limit: 10 });
    expect(waiting.items).toHaveLength(1);
    expect(waiting.items[0]).not.toHaveProperty("drift");

    world.directory.assign(record.id, [FOREIGN]);
    await sweepConsents(world.deps);

    expect(new Set(told(world)).size).toBe(2);
    expect(world.stages().filter((stage) => stage === "drifted")).toHaveLength(2);
    expect((await listConsents(world.deps, drifted)).items).toHaveLength(1);
  });
  test("from before it was deleted is on record no longer once a pass has met the client again", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.directory.assign(record.id, [FOREIGN]);
    await sweepConsents(world.deps);
    await deleted(world, record);
    await restored(world, record);

    await nextPass(world);

    expect(await countConsents(world.deps)).toMatchObject({ pending: 1, drifted: 0 });
  });
});
