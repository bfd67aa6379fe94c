import { describe, expect, test } from "vitest";
import { rejectConsent, verifyConsent } from "../../../shared/consent/decisions/operate.ts";
import { revokeConsent } from "../../../shared/consent/decisions/revoke.ts";
import { collect } from "../../support/collect.ts";
import { type ConsentWorld, consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { later, newId, OLGA } from "../../support/samples.ts";

const granted = { status: "granted", principalId: PRINCIPAL } as const;
const notGranted = { status: "not-granted" } as const;
const MINUTE = 60_000;

const verified = async (world: ConsentWorld, id: string) => {
  const answer = await verifyConsent(world.deps, id);
  return answer.ok ? answer.value.consent.state : answer.refusal.reason;
};

describe("revoking", () => {
  const allowed = (world: ConsentWorld) => ({ ...world.deps, automaticGrant: true });
  const olga = { kind: "operator", subject: "olga" } as const;
  const revoked = (world: ConsentWorld, id: string) =>
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

test("a grant that has changed since it was shown is not revoked, here or in the directory", async () => {
  const world = consentWorld();
  const record = await world.client();
  world.statuses.set(record.id, granted);
  await verifyConsent(world.deps, record.id);
  const deps = { ...world.deps, automaticGrant: true };

  const answer = await revokeConsent(deps, record.id, "No", { ifMatch: `"${record.id}.1"` });

  expect(answer).toMatchObject({
    refusal: { reason: "consent-changed", current: { consent: { state: "granted" } } },
  });
  expect(world.calls.revoke).toBe(0);
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
