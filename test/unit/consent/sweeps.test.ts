import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Role } from "../../../shared/clients/client.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

type World = ReturnType<typeof consentWorld>;
const ROLES: readonly Role[] = ["api.read", "api.write"];

/** A client that was granted before noon; `listed`: the directory still has it. */
async function granted(world: World, listed = true) {
  const principalId = newId();
  const { consent } = aRecord();
  const record = await world.client(
    { consent: { ...consent, state: "granted", decidedAt: later(-60_000) } },
    principalId,
  );
  if (listed) for (const role of ROLES) world.grants.push({ principalId, role });
  return { record, principalId };
}

describe("the sweep of what is pending", () => {
  test("notices grants, makes the looks that were lost and leaves the others alone", async () => {
    const world = consentWorld();
    const noticed = await world.client();
    const lost = await world.client();
    world.sights.set(noticed.id, { sight: "granted", principalId: newId() });
    world.setNow(later(1000));
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 2, granted: 1, looks: 0 });
    world.setNow(later(world.deps.reconcileAfterMs + 1));
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 1, granted: 0, looks: 1 });
    expect(await world.record(noticed)).toMatchObject({ consent: { state: "granted" } });
    expect(world.alerts).toMatchObject([{ clientId: lost.id, stage: "requested" }]);
  });

  test("a directory that is away costs a run and no more", async () => {
    const world = consentWorld();
    await world.client();
    world.away.add("directory");
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 1, failed: 1 });
  });
});

describe("the sweep of what is granted", () => {
  test("finds what was withdrawn and what was deleted, says so, and waits for its time", async () => {
    const world = consentWorld();
    const kept = await granted(world);
    const withdrawn = await granted(world, false);
    const deleted = await granted(world, false);
    world.sights.set(deleted.record.id, { sight: "absent" });

    expect(await sweepRevocations(world.deps)).toMatchObject({
      outcome: "done",
      revoked: 1,
      deleted: 1,
    });
    expect(await world.record(kept.record)).toMatchObject({ consent: { state: "granted" } });
    expect(await world.record(withdrawn.record)).toMatchObject({ consent: { state: "revoked" } });
    expect(await world.record(deleted.record)).toBeUndefined();
    expect(world.stages().toSorted()).toEqual(["deleted", "revoked"]);
    expect(world.types()).toEqual(expect.arrayContaining(["consent.revoked", "client.deleted"]));
    world.setNow(later(3_599_999));
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "not-due" });
    world.setNow(later(3_600_000));
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", revoked: 0 });
  });

  test("one role that is gone is enough, and a new service principal is not", async () => {
    const world = consentWorld();
    const partly = await granted(world);
    world.grants.splice(1, 1);
    const renewed = await granted(world, false);
    world.sights.set(renewed.record.id, { sight: "granted", principalId: newId() });
    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 1 });
    expect(await world.record(partly.record)).toMatchObject({ consent: { state: "revoked" } });
    expect(await world.record(renewed.record)).toMatchObject({ consent: { state: "granted" } });
  });

  test("a pass that died is gone on with where it was, by another host only once it is old", async () => {
    const world = consentWorld();
    for (let index = 0; index < 1500; index += 1) await granted(world);
    const withdrawn = await granted(world, false);
    const { assignments, ...others } = world.deps.consentDirectory;
    let pages = 0;
    const dying = {
      ...others,
      assignments: (from?: string) => {
        pages += 1;
        if (pages === 3) throw new RemoteUnavailable("directory", { executed: "no" });
        return assignments(from);
      },
    };
    const dead = sweepRevocations({ ...world.deps, consentDirectory: dying });
    await expect(dead).rejects.toThrow(RemoteUnavailable);

    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "elsewhere" });
    world.setNow(later(world.deps.reconcileAfterMs));
    world.calls.assignments = 0;
    expect(await sweepRevocations(world.deps)).toMatchObject({
      outcome: "done",
      revoked: 1,
      pages: 4,
    });
    expect(world.calls.assignments).toBe(2);
    expect(await world.record(withdrawn.record)).toMatchObject({ consent: { state: "revoked" } });
  });

  test("one granted while the list was being read is left alone", async () => {
    const world = consentWorld();
    const { record } = await granted(world, false);
    const listed = await world.deps.cases.get("granted", record.id);
    if (!listed) throw new Error("The client has no case");
    const consent = { ...listed.found.consent, decidedAt: later(1, NOON) };
    await world.deps.cases.put({ ...listed.found, consent });
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", revoked: 0 });
  });
});
