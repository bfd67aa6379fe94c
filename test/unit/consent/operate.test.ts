import { describe, expect, test } from "vitest";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import {
  grantConsent,
  rejectConsent,
  verifyConsent,
} from "../../../shared/consent/decisions/operate.ts";
import { revokeConsent } from "../../../shared/consent/decisions/revoke.ts";
import type { ConsentCases } from "../../../shared/consent/ports.ts";
import { collect } from "../../support/collect.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, newId, OLGA } from "../../support/samples.ts";

type World = ReturnType<typeof consentWorld>;
const PRINCIPAL = "11111111-1111-4111-8111-111111111111";
const granted = { status: "granted", principalId: PRINCIPAL } as const;
const notGranted = { status: "not-granted" } as const;
const MINUTE = 60_000;

const verified = async (world: World, id: string) => {
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

describe("a decision on what was shown", () => {
  const allowed = (world: World) => ({ ...world.deps, automaticGrant: true });
  async function renamed() {
    const world = consentWorld();
    const record = await world.client();
    const shown = { ifMatch: `"${record.id}.${record.revision}"` };
    world.put({ ...record, displayName: "Payroll of the board", revision: record.revision + 1 });
    return { world, record, shown };
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
    const shown = { ifMatch: `"${record.id}.1"` };
    const rejected = await rejectConsent({ ...world.deps, cases }, record.id, "No", shown);
    expect(rejected).toMatchObject({ refusal: changed });
    expect(await world.record(record)).toMatchObject({ consent: { state: "pending" } });
    expect(await world.deps.cases.find(record.id)).toMatchObject([
      { found: { consent: { state: "pending" } } },
    ]);
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
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
      service: "directory",
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
  async function grantedAt(world: World, grant = { principalId: PRINCIPAL }) {
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

describe("revoking", () => {
  const allowed = (world: World) => ({ ...world.deps, automaticGrant: true });
  const olga = { kind: "operator", subject: "olga" } as const;
  const revoked = (world: World, id: string) =>
    revokeConsent(allowed(world), id, "The contract has ended", { by: olga });

  async function aGranted() {
    const world = consentWorld();
    const record = await world.client();
    world.statuses.set(record.id, granted);
    expect(await verified(world, record.id)).toBe("granted");
    return { world, record };
  }

  test("takes the grant away, once, and the customer is told why", async () => {
    const { world, record } = await aGranted();
    const first = await revoked(world, record.id);
    world.statuses.set(record.id, notGranted);
    const again = await revoked(world, record.id);

    expect(first).toMatchObject({ ok: true, value: { consent: { state: "revoked" } } });
    expect(again).toEqual(first);
    expect(world.calls.revoke).toBe(1);
    expect(await world.record(record)).toMatchObject({
      consent: { state: "revoked", reason: "The contract has ended", decidedBy: olga },
    });
    expect(world.events.at(-1)).toMatchObject({
      type: "consent.revoked",
      data: { reason: "The contract has ended" },
    });
  });

  test("is not taken back by a replica that is late, and is by a grant that comes later", async () => {
    const { world, record } = await aGranted();
    await revoked(world, record.id);
    // What the replica still shows, and later what somebody has granted anew, look the same.
    world.statuses.set(record.id, granted);

    expect(await verified(world, record.id)).toBe("revoked");
    world.setNow(later(6 * MINUTE));
    expect(await verified(world, record.id)).toBe("granted");
  });

  test("waits for a directory that does not show yet what it has granted, and takes it away then", async () => {
    const { world, record } = await aGranted();
    world.statuses.set(record.id, notGranted);
    await expect(revoked(world, record.id)).rejects.toMatchObject({
      ...{ service: "directory", executed: "unknown", retryAfterSeconds: 30 },
    });
    expect((await world.record(record))?.consent.state).toBe("granted");
    world.statuses.set(record.id, granted);
    world.setNow(later(5_000));

    expect(await revoked(world, record.id)).toMatchObject({ ok: true });
    const shown = await world.directory.see([{ ...record, clientId: record.id }]);
    expect(shown.get(record.id)).toMatchObject(notGranted);
  });

  test("takes what is not shown the second time either for gone: a death before had taken it", async () => {
    const { world, record } = await aGranted();
    world.statuses.set(record.id, notGranted);
    await expect(revoked(world, record.id)).rejects.toThrow();
    world.setNow(later(31_000));
    expect(await revoked(world, record.id)).toMatchObject({ ok: true });
    expect((await world.record(record))?.consent).toMatchObject({
      state: "revoked",
      decidedBy: olga,
    });
  });

  test("is refused where the service may not, and where nothing is granted", async () => {
    const { world, record } = await aGranted();
    const off = { ...world.deps, automaticGrant: false };
    const other = await world.client();

    expect(await revokeConsent(off, record.id, "No")).toMatchObject({
      refusal: { reason: "revoke-not-enabled" },
    });
    expect(await revoked(world, other.id)).toMatchObject({
      refusal: { reason: "consent-not-granted", state: "pending" },
    });
    expect(await revoked(world, newId())).toMatchObject({
      refusal: { reason: "consent-not-found" },
    });
    expect(world.calls.revoke).toBe(0);
  });
});

describe("what stays on record of a decision", () => {
  const olga = { by: OLGA.actor, requestId: OLGA.requestId };

  test("a rejection is the operator's who made it, in which request and why", async () => {
    const world = consentWorld();
    const { id } = await world.client();

    await rejectConsent(world.deps, id, "Not known to us", olga);
    await rejectConsent(world.deps, id, "Not known to us", olga);
    await rejectConsent(world.deps, id, "Another reason", olga);

    expect(world.entries).toEqual([
      {
        id: expect.stringMatching(/:consent\.rejected$/),
        at: world.deps.runtime.now(),
        by: OLGA,
        action: "consent.rejected",
        subscription: "contoso",
        clientId: id,
        outcome: "done",
        detail: {
          displayName: "A client",
          roles: "api.read api.write",
          reason: "Not known to us",
        },
      },
    ]);
  });

  test("what the directory shows is the directory's doing, in the request that looked", async () => {
    const world = consentWorld();
    const { id } = await world.client();
    world.statuses.set(id, granted);

    await verifyConsent(world.deps, id, "the request");

    expect(world.entries).toMatchObject([
      {
        action: "consent.granted",
        by: { actor: { kind: "directory" }, requestId: "the request" },
        clientId: id,
      },
    ]);
  });

  test("is found by the day on which it was made", async () => {
    const world = consentWorld();
    const { id } = await world.client();
    await rejectConsent(world.deps, id, "Not known to us", olga);

    const found = await collect(world.deps.cases.decidedOn("2026-03-02"));

    expect(found).toEqual(["contoso"]);
  });
});
