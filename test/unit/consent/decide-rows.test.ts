import { describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { Consent } from "../../../shared/clients/consent.ts";
import type { VersionedCase } from "../../../shared/consent/consent-case.ts";
import { decide } from "../../../shared/consent/decisions/decide.ts";
import type { NewDecision } from "../../../shared/consent/decisions/decision.ts";
import { finishDecision } from "../../../shared/consent/decisions/finish-decision.ts";
import { reviewDrift } from "../../../shared/consent/decisions/review-drift.ts";
import { mustWait } from "../../../shared/consent/decisions/review-grant.ts";
import { type ConsentWorld, consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

/** Which rows a decision finds, writes, takes back and leaves, where they are not what it was made on. */

const { consent: PENDING } = aRecord();
const grantedAt = (decidedAt: Date): Consent => ({ ...PENDING, state: "granted", decidedAt });

async function aClient(world: ConsentWorld, consent: Consent = PENDING) {
  const record = await world.client({ consent });
  const listed = await world.deps.cases.get(consent.state, record.id);
  return { record, listed: listed ?? expect.unreachable() };
}
/** Another row of the client, written past the service. */
async function alsoListed(
  world: ConsentWorld,
  { found }: VersionedCase,
  consent: Consent,
  principalId: string,
): Promise<void> {
  const { clock: _, ...rest } = found;
  await world.list({ ...rest, consent, grant: { principalId } });
}
const begun = async (world: ConsentWorld, next: NewDecision) =>
  (await world.deps.cases.begin({ id: newId(), at: NOON, told: [], ...next })) ??
  expect.unreachable();
const rowOf = async (world: ConsentWorld, { id }: ClientRecord, state: Consent["state"]) =>
  (await world.deps.cases.get(state, id))?.found;

describe("the row of what was decided", () => {
  test("takes the place of an older one that was left there", async () => {
    const world = consentWorld();
    const { record, listed } = await aClient(world);
    await alsoListed(world, listed, grantedAt(later(-5_000)), newId());

    await decide(world.deps, { to: "granted", principalId: PRINCIPAL, subject: listed.found });

    expect(await rowOf(world, record, "granted")).toMatchObject({
      consent: { decidedAt: NOON },
      grant: { principalId: PRINCIPAL },
    });
  });

  test("is written anew where the one that stood in its way has gone meanwhile", async () => {
    const world = consentWorld();
    const { record, listed } = await aClient(world);
    let isFirst = true;
    const open: ConsentWorld["deps"]["cases"]["open"] = async (row) => {
      if (!isFirst) return world.deps.cases.open(row);
      isFirst = false;
      return undefined;
    };
    const deps = { ...world.deps, cases: { ...world.deps.cases, open } };

    expect(await decide(deps, { to: "rejected", subject: listed.found })).toEqual({
      decided: true,
    });
    expect(await rowOf(world, record, "rejected")).toBeDefined();
  });
});

describe("a decision that does not come about", () => {
  test("because the client has changed since it was shown learns the state that there is", async () => {
    const world = consentWorld();
    const { listed } = await aClient(world);
    const decision = { to: "rejected", subject: listed.found, boundTo: 7 } as const;

    expect(await decide(world.deps, decision)).toEqual({ decided: false, state: "pending" });
  });

  test("is ended by the next one, which counts", async () => {
    const world = consentWorld();
    const { record, listed } = await aClient(world);
    await begun(world, { to: "granted", subject: listed.found, boundTo: 7 });

    expect(await decide(world.deps, { to: "rejected", subject: listed.found })).toEqual({
      decided: true,
    });
    expect((await world.record(record))?.consent.state).toBe("rejected");
    expect(world.types()).not.toContain("consent.granted");
  });

  test("leaves the row of a client that has been granted anew since", async () => {
    const world = consentWorld();
    const { record, listed } = await aClient(world, grantedAt(later(-600_000)));
    const consent = grantedAt(later(-5_000));
    world.put({ ...record, consent });
    await alsoListed(world, listed, consent, PRINCIPAL);
    const mine = await begun(world, { to: "revoked", subject: listed.found });

    expect(await finishDecision(world.deps, mine)).toEqual({ decided: false, state: "granted" });

    expect(await rowOf(world, record, "granted")).toMatchObject({ consent });
  });

  test("because the client has gone takes its row too, where it was decided on", async () => {
    const world = consentWorld();
    const { record, listed } = await aClient(world, grantedAt(later(-600_000)));
    await world.deps.records.remove(record, NOON);

    expect(await decide(world.deps, { to: "deleted", subject: listed.found })).toEqual({
      decided: false,
    });
    expect(await world.deps.cases.find(record.id)).toEqual([]);
    expect(world.events).toEqual([]);
  });
});

test("a client that has gone leaves no row, whatever time stands on it", async () => {
  const world = consentWorld();
  const { record, listed } = await aClient(world, grantedAt(later(-600_000)));
  const subject = { ...listed.found, consent: grantedAt(later(-5_000)) };
  world.put({ ...record, consent: subject.consent });

  expect(await decide(world.deps, { to: "deleted", subject })).toEqual({ decided: true });

  expect(await world.deps.cases.find(record.id)).toEqual([]);
});

test("a fault of ours in telling of too many roles comes to light once the rest is noted", async () => {
  const world = consentWorld();
  const { record, listed } = await aClient(world, grantedAt(NOON));
  const excess = [{ resource: "Microsoft Graph", role: "r", own: false }];
  const defect = new Error("ours");
  const events = { ...world.deps.events, publishAll: () => Promise.reject(defect) };

  await expect(reviewDrift({ ...world.deps, events }, listed.found, excess)).rejects.toBe(defect);

  const left = await world.deps.cases.drift(record.id);
  expect(left?.drift.told).toEqual(["webhook", "email"]);
  expect(left?.drift).not.toHaveProperty("claim");
  expect(await reviewDrift(world.deps, listed.found, [])).toBe("none");
  expect(await world.deps.cases.drift(record.id)).toBeUndefined();
});

describe("the log line of who decides says", () => {
  const notesOf = async (work: () => Promise<unknown>) => {
    const observation = newObservation();
    await observe(observation, work);
    return observation.notes;
  };
  const excess = [{ resource: "Microsoft Graph", role: "r", own: false }];

  test("what others cannot be told of yet, and nothing where they were", async () => {
    for (const isAway of [true, false]) {
      const world = consentWorld();
      const { listed } = await aClient(world);
      if (isAway) world.away.add("events");

      const decided = await notesOf(() =>
        decide(world.deps, { to: "granted", subject: listed.found }),
      );
      const drifted = await notesOf(() => reviewDrift(world.deps, listed.found, excess));

      const deferred = (what: string) => ["not-told:events", `announcement-deferred:${what}`];
      expect(decided).toEqual(isAway ? deferred("granted") : []);
      expect(drifted).toEqual(isAway ? deferred("drifted") : []);
    }
  });

  test("that a second look at a grant could not be scheduled", async () => {
    const world = consentWorld();
    const { listed } = await aClient(world, grantedAt(NOON));
    world.away.add("bus");

    expect(await notesOf(() => mustWait(world.deps, listed))).toEqual(["check-not-scheduled"]);
  });
});
