import { expect, test } from "vitest";
import { grantConsent } from "../../../shared/consent/decisions/operate.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

/** Granting by an operator, where the service may do it in the directory. */

const OLGA = { kind: "operator", displayName: "Olga" } as const;
const allowed = (world: ConsentWorld) => ({ ...world.deps, automaticGrant: true });

test("is not done where it is not switched on, and asks nobody", async () => {
  const world = consentWorld();
  const record = await world.client();
  expect(await grantConsent({ ...world.deps, automaticGrant: false }, record.id)).toEqual({
    ok: false,
    refusal: { reason: "grant-not-enabled" },
  });
  expect(world.calls.grant).toBe(0);
});

test("makes the assignments, records who did it, and tells other systems once", async () => {
  const world = consentWorld();
  const record = await world.client();
  const first = await grantConsent(allowed(world), record.id, { by: OLGA, requestId: "r" });
  expect(first).toMatchObject({
    ok: true,
    value: { consent: { state: "granted", decidedAt: NOON, decidedBy: OLGA } },
  });
  expect(await grantConsent(allowed(world), record.id)).toMatchObject({ ok: true });
  expect(world.calls.grant).toBe(2);
  expect(world.types().filter((type) => type === "consent.granted")).toHaveLength(1);
  expect(world.entries).toMatchObject([{ action: "consent.granted", by: { actor: OLGA } }]);
  const { principalId } = (await world.deps.cases.get("granted", record.id))?.found.grant ?? {};
  expect(principalId).toBeDefined();
});

test("of a rejected one is refused, without asking the directory", async () => {
  const world = consentWorld();
  const { consent } = aRecord();
  const record = await world.client({
    consent: { ...consent, state: "rejected", decidedAt: NOON },
  });
  expect(await grantConsent(allowed(world), record.id)).toEqual({
    ok: false,
    refusal: { reason: "consent-already-decided", state: "rejected" },
  });
  expect(world.calls.grant).toBe(0);
});

test("of one that is in doubt takes the doubt away", async () => {
  const world = consentWorld();
  const { consent } = aRecord();
  const decided = { ...consent, state: "granted" as const, decidedAt: NOON };
  const record = await world.client({ consent: decided }, { doubtedAt: later(-1_000) });
  await grantConsent(allowed(world), record.id);
  expect((await world.deps.cases.get("granted", record.id))?.found.grant).not.toHaveProperty(
    "doubtedAt",
  );
  expect(world.types()).toEqual([]);
});

test("tells the directory since when, and for as long as it is recorded, a client may be late", async () => {
  const world = consentWorld();
  const record = await world.client();
  const seen: unknown[] = [];
  const { grant } = world.deps.consentDirectory;
  const consentDirectory = {
    ...world.deps.consentDirectory,
    grant: async (...[, expected]: Parameters<typeof grant>) => {
      seen.push(expected.createdAt, await expected.recorded?.());
      await world.deps.records.remove(record, NOON);
      seen.push(await expected.recorded?.());
      return undefined;
    },
  };
  // Not there, and not late: it is looked at as it would be by whoever asks.
  expect(await grantConsent({ ...allowed(world), consentDirectory }, record.id)).toMatchObject({
    refusal: { reason: "consent-not-found" },
  });
  expect(seen).toEqual([record.consent.requestedAt, true, false]);
});

test("of a client that the directory has no more finds it deleted", async () => {
  const world = consentWorld();
  const record = await world.client();
  world.setNow(later(600_000));
  const consentDirectory = { ...world.deps.consentDirectory, grant: async () => undefined };
  world.statuses.set(record.id, { status: "absent" });
  expect(await grantConsent({ ...allowed(world), consentDirectory }, record.id)).toMatchObject({
    refusal: { reason: "consent-not-found" },
  });
  expect(world.types()).toContain("client.deleted");
});
