import { describe, expect, test } from "vitest";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import {
  grantConsent,
  rejectConsent,
  verifyConsent,
} from "../../../shared/consent/decisions/operate.ts";
import type { ConsentCases } from "../../../shared/consent/ports.ts";
import { type ConsentWorld, consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

const granted = { status: "granted", principalId: PRINCIPAL } as const;
const notGranted = { status: "not-granted" } as const;
const MINUTE = 60_000;

const verified = async (world: ConsentWorld, id: string) => {
  const answer = await verifyConsent(world.deps, id);
  return answer.ok ? answer.value.consent.state : answer.refusal.reason;
};

test("operators may repeat a rejection, and not turn one around", async () => {
  const world = consentWorld();
  const record = await world.client();
  const first = await rejectConsent(world.deps, record.id, "Not known to us");
  const again = await rejectConsent(world.deps, record.id, "Not known to us");
  expect(again).toEqual(first);
  expect(await world.record(record)).toMatchObject({
    revision: record.revision + 1,
    consent: { state: "rejected", reason: "Not known to us" },
  });
  expect(await rejectConsent(world.deps, record.id, "Another reason")).toMatchObject({
    refusal: { reason: "consent-already-decided" },
  });
});

test("a rejection is of a client that is there, and not of one whose consent ended for the same reason", async () => {
  const world = consentWorld();
  const reason = "The contract has ended";
  const consent = { ...aRecord().consent, state: "revoked", decidedAt: later(0), reason } as const;
  const revoked = await world.client({ consent });

  expect(await rejectConsent(world.deps, newId(), reason)).toMatchObject({
    refusal: { reason: "consent-not-found" },
  });
  expect(await rejectConsent(world.deps, revoked.id, reason)).toEqual({
    ok: false,
    refusal: { reason: "consent-already-decided", state: "revoked" },
  });
});

test("two operators who reject the same at once have both rejected it", async () => {
  const world = consentWorld();
  const record = await world.client();
  const listed = await world.deps.cases.get("pending", record.id);
  if (!listed) return expect.unreachable();
  const other = { to: "rejected" as const, reason: "No", subject: listed.found };
  await world.deps.cases.begin({ ...other, id: newId(), at: later(0), told: [] });

  expect(await rejectConsent(world.deps, record.id, "Nay")).toMatchObject({
    value: { consent: { state: "rejected", reason: "No" } },
  });
  expect(await world.record(record)).toMatchObject({ revision: record.revision + 1 });
});

describe("a decision on what was shown", () => {
  const allowed = (world: ConsentWorld) => ({ ...world.deps, automaticGrant: true });
  async function renamed() {
    const world = consentWorld();
    const record = await world.client();
    const shown = { ifMatch: `"${record.id}.${record.revision}"` };
    world.put({ ...record, displayName: "Payroll of the board", revision: record.revision + 1 });
    return { world, record, shown };
  }
  /** Renamed after the decision has read it, before it is written. */
  async function renamedMeanwhile() {
    const world = consentWorld();
    const record = await world.client();
    const { begin } = world.deps.cases;
    const cases: ConsentCases = {
      ...world.deps.cases,
      begin: async (decision) => {
        world.put({ ...record, displayName: "Payroll of the board", revision: 2 });
        return begin(decision);
      },
    };
    return { world, record, deps: { ...world.deps, cases } };
  }
  const changed = {
    reason: "consent-changed",
    current: { displayName: "Payroll of the board", revision: 2, consent: { state: "pending" } },
  };

  test("is not made on a client that was renamed since, and neither asks nor changes anything", async () => {
    const { world, record, shown } = await renamed();
    const granted = await grantConsent(allowed(world), record.id, shown);
    const rejected = await rejectConsent(world.deps, record.id, "No", shown);
    expect([granted, rejected]).toMatchObject([{ refusal: changed }, { refusal: changed }]);
    expect(world.calls.grant).toBe(0);
    expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
    expect(world.events).toEqual([]);
  });

  test("is void when the client is renamed between our read and our write", async () => {
    const { world, record, deps } = await renamedMeanwhile();
    const shown = { ifMatch: `"${record.id}.1"` };
    const rejected = await rejectConsent(deps, record.id, "No", shown);
    expect(rejected).toMatchObject({ refusal: changed });
    expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
    expect(await world.deps.cases.find(record.id)).toMatchObject([
      { found: { consent: { state: "pending" } } },
    ]);
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
  });

  test("is bound to nothing where its maker has not said what that was", async () => {
    const { record, deps } = await renamedMeanwhile();
    expect(await rejectConsent(deps, record.id, "No")).toMatchObject({
      value: { revision: 3, consent: { state: "rejected" } },
    });
  });

  test("is made on what is as it was shown, under its ETag, a list or a star", async () => {
    for (const ifMatch of ['"x.1", "ID.1"', "*", '"ID.1"']) {
      const world = consentWorld();
      const record = await world.client();
      const shown = { ifMatch: ifMatch.replaceAll("ID", record.id) };
      const rejected = await rejectConsent(world.deps, record.id, "No", shown);
      expect(rejected).toMatchObject({ value: { revision: 2, consent: { state: "rejected" } } });
      // A repeat is answered with what it came to, not held against what is no longer shown.
      expect(await rejectConsent(world.deps, record.id, "No", shown)).toEqual(rejected);
      expect(await rejectConsent(world.deps, record.id, "Nay", { ifMatch: '"x"' })).toMatchObject({
        refusal: { reason: "consent-changed" },
      });
    }
  });
});

describe("verifying", () => {
  test("follows the directory there and back", async () => {
    const world = consentWorld();
    const record = await world.client();
    expect(await verified(world, record.id)).toBe("pending");
    world.statuses.set(record.id, granted);
    expect(await verified(world, record.id)).toBe("granted");
    world.statuses.set(record.id, notGranted);
    world.setNow(later(6 * MINUTE));
    expect(await verified(world, record.id)).toBe("revoked");
    world.statuses.set(record.id, granted);
    expect(await verified(world, record.id)).toBe("granted");
    expect(world.stages()).toEqual(["revoked"]);
    expect(new Set(world.events.map(({ id }) => id)).size).toBe(world.events.length);
  });

  test("says that it cannot say, where the directory leaves a client out of its answer", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.setNow(later(10 * MINUTE));
    world.statuses.set(record.id, "not known");
    await expect(verifyConsent(world.deps, record.id)).rejects.toMatchObject({
      ...{ service: "directory", executed: "no", retryAfterSeconds: 5 },
    });
    expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
  });

  test("does not call deleted what an operation of ours holds", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.setNow(later(10 * MINUTE));
    world.statuses.set(record.id, { status: "absent" });
    world.underWay.add(record.id);
    expect(await verified(world, record.id)).toBe("pending");
    world.underWay.clear();
    expect(await verified(world, record.id)).toBe("consent-not-found");
    expect(world.types().filter((type) => type === "client.deleted")).toHaveLength(1);
  });
});

describe("a grant that was there moments ago", () => {
  async function grantedAt(world: ConsentWorld, grant = { principalId: PRINCIPAL }) {
    const { consent } = aRecord();
    const decided = { ...consent, state: "granted" as const, decidedAt: later(0) };
    return world.client({ consent: decided }, grant);
  }

  test("is not revoked by one read that does not show it, and is by a second one half a minute later", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.statuses.set(record.id, notGranted);
    world.setNow(later(MINUTE));
    expect(await verified(world, record.id)).toBe("granted");
    world.setNow(later(MINUTE + 29_999));
    expect(await verified(world, record.id)).toBe("granted");
    expect(world.looks).toEqual([later(MINUTE + 30_000)]);
    world.setNow(later(MINUTE + 30_000));
    expect(await checkConsent(world.deps, record.id)).toBe("decided");
    expect(await world.record(record)).toMatchObject({ consent: { state: "revoked" } });
    expect(world.types()).toEqual(["consent.revoked"]);
  });

  test("is looked at again where its message came too early by the clock of who took it", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.statuses.set(record.id, notGranted);
    world.setNow(later(MINUTE));
    await verified(world, record.id);

    world.setNow(later(MINUTE + 29_999));
    expect(await checkConsent(world.deps, record.id)).toBe("nothing");

    expect(world.looks).toEqual([later(MINUTE + 30_000), later(MINUTE + 59_999)]);
    world.setNow(later(MINUTE + 59_999));
    expect(await checkConsent(world.deps, record.id)).toBe("decided");
    expect(await world.record(record)).toMatchObject({ consent: { state: "revoked" } });
  });

  test("is out of doubt as soon as it is seen again", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.statuses.set(record.id, notGranted);
    world.setNow(later(MINUTE));
    await verified(world, record.id);
    world.statuses.set(record.id, granted);
    world.setNow(later(MINUTE + 10_000));
    expect(await verified(world, record.id)).toBe("granted");
    world.statuses.set(record.id, notGranted);
    world.setNow(later(MINUTE + 45_000));
    expect(await verified(world, record.id)).toBe("granted");
    expect(await world.record(record)).toMatchObject({ consent: { state: "granted" } });
  });

  test("counts from when it was verified, not only from when it was granted", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.statuses.set(record.id, granted);
    world.setNow(later(60 * MINUTE));
    await verified(world, record.id);
    world.statuses.set(record.id, notGranted);
    world.setNow(later(61 * MINUTE));
    expect(await verified(world, record.id)).toBe("granted");
    world.setNow(later(120 * MINUTE));
    expect(await verified(world, record.id)).toBe("revoked");
  });

  test("is doubted also where no look can be scheduled, and decided on by whoever asks next", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.statuses.set(record.id, notGranted);
    world.setNow(later(MINUTE));
    world.away.add("bus");
    expect(await verified(world, record.id)).toBe("granted");
    world.setNow(later(2 * MINUTE));
    expect(await verified(world, record.id)).toBe("revoked");
  });

  test("a fault of ours in scheduling it is no outage", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.statuses.set(record.id, notGranted);
    world.setNow(later(MINUTE));
    const defect = new Error("ours");
    const scheduleLook = () => Promise.reject(defect);
    const consentQueue = { ...world.deps.consentQueue, scheduleLook };
    await expect(verifyConsent({ ...world.deps, consentQueue }, record.id)).rejects.toBe(defect);
  });

  test("an absent client is doubted in the same way", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    world.setNow(later(4 * MINUTE));
    world.statuses.set(record.id, { status: "absent" });
    expect(await verified(world, record.id)).toBe("granted");
    world.setNow(later(6 * MINUTE));
    expect(await verified(world, record.id)).toBe("consent-not-found");
    expect(world.types()).toEqual(["client.deleted"]);
  });

  test("a message about one that is not in doubt asks nothing", async () => {
    const world = consentWorld();
    const record = await grantedAt(world);
    expect(await checkConsent(world.deps, record.id)).toBe("nothing");
    expect(await checkConsent(world.deps, newId())).toBe("nothing");
    expect(world.calls.see).toBe(0);
  });
});
