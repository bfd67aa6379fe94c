import { expect, test } from "vitest";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

const HOUR = 3_600_000;

test("a client that was granted all that Microsoft Graph has is told of and listed, by what it has of our own first", async () => {
  const world = consentWorld();
  const { consent } = aRecord();
  const old = { requestedAt: later(-24 * HOUR), decidedAt: later(-HOUR) };
  const principalId = newId();
  const record = await world.client(
    { roles: ["api.read"], consent: { ...consent, ...old, state: "granted" } },
    { principalId },
  );
  world.statuses.set(record.id, { status: "granted", principalId });
  const all = Array.from({ length: 700 }, () => ({ resource: "Microsoft Graph", role: newId() }));
  world.directory.assign(record.id, [...all, { role: "api.write" }]);
  world.setNow(later(HOUR));

  expect(await sweepRevocations(world.deps)).toMatchObject({ drifted: 1, failed: 0 });

  expect(world.alerts).toMatchObject([{ clientId: record.id, stage: "drifted" }]);
  const [event] = world.events;
  const [first, ...others] = JSON.parse(JSON.stringify(event?.data["excess"]));
  expect(first).toMatchObject({ role: "api.write", own: true });
  expect(others).toHaveLength(89);
  const { items } = await listConsents(world.deps, { state: "granted", drifted: true, limit: 10 });
  expect(items).toMatchObject([{ clientId: record.id }]);

  // In whichever order they are shown: it is the same excess.
  world.directory.withdraw(record.id);
  world.directory.assign(record.id, [{ role: "api.read" }], principalId);
  world.directory.assign(record.id, [{ role: "api.write" }, ...all.toReversed()], principalId);
  world.setNow(later(2 * HOUR));
  expect(await sweepRevocations(world.deps)).toMatchObject({ drifted: 0, failed: 0 });
  expect(world.alerts).toHaveLength(1);
});

test("clients that have too much are all known, however many they are", async () => {
  const cases = consentCases(memoryTable());
  const excess = [{ resource: "Microsoft Graph", role: newId(), own: false }];
  for (let count = 0; count < 1_001; count += 1) {
    const subject = openCase(aRecord(), "Zoë");
    await cases.keepDrift({ subject, excess, foundAt: later(0), told: [] });
  }

  expect(await cases.drifts()).toHaveLength(1_001);
});
