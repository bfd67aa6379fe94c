import { expect, test } from "vitest";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { verifyConsent } from "../../../shared/consent/decisions/operate.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

const HOUR = 3_600_000;
const FOREIGN = { resource: "Microsoft Graph", role: newId() };

const drifted = async (world: ConsentWorld) =>
  (await listConsents(world.deps, { state: "pending", drifted: true, limit: 10 })).items;

test.each([
  ["the sweep", (world: ConsentWorld, _: string) => sweepConsents(world.deps)],
  ["a check", (world: ConsentWorld, id: string) => verifyConsent(world.deps, id)],
])(
  "what a client that waits had too much is off the list by %s once it was taken away",
  async (_, look) => {
    const world = consentWorld();
    const record = await world.client();
    world.directory.assign(record.id, [FOREIGN]);
    await look(world, record.id);
    expect(await drifted(world)).toHaveLength(1);
    world.directory.withdraw(record.id, FOREIGN.role);

    await look(world, record.id);
    world.setNow(later(HOUR));
    await sweepRevocations(world.deps);

    expect(await drifted(world)).toEqual([]);
  },
);

test("what a rejected client had too much is off the list once it was taken away", async () => {
  const world = consentWorld();
  const { consent } = aRecord();
  const old = { requestedAt: later(-24 * HOUR), decidedAt: later(-HOUR) };
  const record = await world.client({ consent: { ...consent, ...old, state: "rejected" } });
  world.directory.assign(record.id, [FOREIGN]);
  world.setNow(later(HOUR));
  await sweepRevocations(world.deps);
  expect(await drifted(world)).toHaveLength(1);
  world.directory.withdraw(record.id, FOREIGN.role);
  world.setNow(later(2 * HOUR));

  await sweepRevocations(world.deps);

  expect(await drifted(world)).toEqual([]);
});

test("what a client had too much is off the list once its service principal was deleted", async () => {
  const world = consentWorld();
  const record = await world.client();
  world.directory.assign(record.id, [FOREIGN]);
  await sweepConsents(world.deps);
  expect(await drifted(world)).toHaveLength(1);
  world.directory.deletePrincipal(record.id);
  world.setNow(later(HOUR));

  await sweepRevocations(world.deps);

  expect(await drifted(world)).toEqual([]);
});
