import { describe, expect, test } from "vitest";
import { caseRevision, openCase } from "../../../shared/consent/consent-case.ts";
import { countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { grantConsent, verifyConsent } from "../../../shared/consent/decisions/operate.ts";
import { reviewDrift } from "../../../shared/consent/decisions/review-drift.ts";
import { driftLook } from "../../../shared/consent/sweeps/find-drifts.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

const HOUR = 3_600_000;
const FOREIGN = { resource: "Microsoft Graph", role: newId() };

/** A client that asked for `api.read`, and was granted it long before noon. */
async function reader(world: ConsentWorld) {
  const { consent } = aRecord();
  const old = { requestedAt: later(-24 * HOUR), decidedAt: later(-HOUR) };
  const principalId = newId();
  const record = await world.client(
    { roles: ["api.read"], consent: { ...consent, ...old, state: "granted" } },
    { principalId },
  );
  world.statuses.set(record.id, { status: "granted", principalId });
  return record;
}

const drifted = async (world: ConsentWorld) =>
  (await listConsents(world.deps, { state: "granted", drifted: true, limit: 10 })).items;
let passes = 0;
const nextPass = (world: ConsentWorld) => {
  passes += 1;
  world.setNow(later(passes * HOUR));
  return sweepRevocations(world.deps);
};

describe("a client that is granted more than it asked for", () => {
  test.each([
    ["another role of the API", { role: "api.write" }, { resource: "the resource API", own: true }],
    ["a role that nobody can ask for", { role: "api.admin" }, { own: true }],
    ["a role of another API", FOREIGN, { resource: "Microsoft Graph", own: false }],
  ])(
    "%s: is told once on every channel and to the topic, and listed",
    async (_, assigned, shown) => {
      const world = consentWorld();
      const record = await reader(world);
      await reader(world);
      world.directory.assign(record.id, [assigned]);

      expect(await nextPass(world)).toMatchObject({ drifted: 1, revoked: 0 });
      expect(await nextPass(world)).toMatchObject({ drifted: 0 });

      expect(world.stages()).toEqual(["drifted"]);
      expect(world.events).toMatchObject([
        { type: "consent.drifted", clientId: record.id, data: { excess: [shown] } },
      ]);
      expect(world.alerts).toMatchObject([{ clientId: record.id, excess: [shown] }]);
      expect(await drifted(world)).toMatchObject([
        { clientId: record.id, drift: { excess: [{ role: assigned.role }] } },
      ]);
      expect(await countConsents(world.deps)).toMatchObject({ drifted: 1 });
    },
  );

  test("is off the list when the directory no longer shows it, and told anew when it comes back", async () => {
    const world = consentWorld();
    const record = await reader(world);
    world.directory.assign(record.id, [FOREIGN]);
    await nextPass(world);
    world.directory.withdraw(record.id, FOREIGN.role);
    await nextPass(world);
    expect(await drifted(world)).toEqual([]);
    world.directory.assign(record.id, [FOREIGN]);
    await nextPass(world);
    expect(world.types()).toEqual(["consent.drifted", "consent.drifted"]);
    expect(new Set(world.events.map(({ id }) => id)).size).toBe(2);
  });

  test("more of it is told of anew", async () => {
    const world = consentWorld();
    const record = await reader(world);
    world.directory.assign(record.id, [FOREIGN]);
    await nextPass(world);
    world.directory.assign(record.id, [{ role: "api.write" }]);
    await nextPass(world);
    expect(world.alerts.map((alert) => ("excess" in alert ? alert.excess?.length : 0))).toEqual([
      1, 2,
    ]);
  });

  test("whoever could not be told is told by the next pass, and nobody twice", async () => {
    const world = consentWorld();
    const record = await reader(world);
    world.directory.assign(record.id, [FOREIGN]);
    world.away.add("events");
    await nextPass(world);
    world.away.clear();
    await nextPass(world);
    expect([world.stages(), world.types()]).toEqual([["drifted"], ["consent.drifted"]]);
  });

  test("while it waits is seen by the sweep and by the check, with the calls they make anyway", async () => {
    for (const look of [
      (world: ConsentWorld, _id: string) => sweepConsents(world.deps),
      (world: ConsentWorld, id: string) => verifyConsent(world.deps, id),
    ]) {
      const world = consentWorld();
      const record = await world.client();
      await sweepConsents(world.deps);
      world.directory.assign(record.id, [FOREIGN]);
      const before = world.calls.see + world.calls.granted;
      await look(world, record.id);
      expect(world.types().at(-1)).toBe("consent.drifted");
      expect(world.calls.see + world.calls.granted - before).toBe(1);
      expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
    }
  });

  test("stays on the list while the directory does not show the client at all", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.directory.assign(record.id, [FOREIGN]);
    await verifyConsent(world.deps, record.id);
    world.statuses.set(record.id, { status: "absent" });

    expect(await verifyConsent(world.deps, record.id)).toMatchObject({
      value: { consent: { state: "pending" }, drift: { excess: [FOREIGN] } },
    });
  });

  test("is not what was shown before it was", async () => {
    const world = consentWorld();
    const record = await world.client();
    const before = await findCase(world.deps, record.id);
    if (!before.ok) return expect.unreachable();
    world.directory.assign(record.id, [FOREIGN]);
    await verifyConsent(world.deps, record.id);
    const ifMatch = `"${caseRevision(before.value)}"`;
    const granted = await grantConsent({ ...world.deps, automaticGrant: true }, record.id, {
      ifMatch,
    });
    expect(granted).toMatchObject({
      refusal: { reason: "consent-changed", current: { drift: { excess: [FOREIGN] } } },
    });
  });
});

describe("which granted clients are looked at", () => {
  const listed = (clientId: string) => ({
    found: { ...openCase(aRecord({ id: clientId }), "Ann"), grant: { principalId: newId() } },
    version: "1",
  });
  const ids = Array.from({ length: 4_600 }, newId).toSorted();
  const look = (lookedTo: string | undefined) => {
    const found = driftLook(lookedTo === undefined ? {} : { lookedTo }, new Set(), []);
    for (const id of ids) found.add(listed(id));
    return found;
  };

  test("4,500 a pass, the others by the next one, and then the first again", () => {
    const first = look(undefined);
    expect([first.found.length, first.lookedTo]).toEqual([4_500, ids[4_499]]);
    const second = look(first.lookedTo);
    expect(second.found.map(({ found }) => found.clientId)).toEqual(ids.slice(4_500));
    expect(second.lookedTo).toBeUndefined();
  });

  test("costs one call for 300", async () => {
    const world = consentWorld();
    for (let index = 0; index < 301; index += 1) await reader(world);
    await nextPass(world);
    expect(world.calls).toMatchObject({ carried: 2, see: 0 });
  });
});

describe("excess that somebody else is telling of", () => {
  const excess = [{ resource: "Microsoft Graph", role: "r", own: false }];
  const subject = async (world: ConsentWorld) =>
    (await world.deps.cases.get("granted", (await reader(world)).id))?.found;

  test("is left to it while its claim is held, and told by the next one after that", async () => {
    const world = consentWorld();
    const found = await subject(world);
    if (!found) return expect.unreachable();
    const claim = { owner: "another host", claimedAt: world.deps.runtime.now() };
    await world.deps.cases.keepDrift({
      ...{ subject: found, excess, foundAt: later(0), told: [], claim },
    });
    expect(await reviewDrift(world.deps, found, excess)).toBe("busy");
    expect(world.events).toEqual([]);
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await reviewDrift(world.deps, found, excess)).toBe("new");
    expect(await reviewDrift(world.deps, found, excess)).toBe("told");
    expect(world.types()).toEqual(["consent.drifted"]);
  });

  test("is left to whoever wrote it down first", async () => {
    const world = consentWorld();
    const found = await subject(world);
    if (!found) return expect.unreachable();
    const cases = { ...world.deps.cases, keepDrift: async () => undefined };
    expect(await reviewDrift({ ...world.deps, cases }, found, excess)).toBe("busy");
    expect(world.events).toEqual([]);
  });
});
