import { expect, test } from "vitest";
import { grantConsent, rejectConsent } from "../../../shared/consent/decisions/operate.ts";
import { revokeConsent } from "../../../shared/consent/decisions/revoke.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { granted } from "../../support/decided-client.ts";
import { deleted, restored } from "../../support/restored-client.ts";
import { aRecord, later } from "../../support/samples.ts";

test.each(["granted", "rejected", "revoked"] as const)(
  "that a client was %s is told although its customer deletes it before everybody could be told",
  async (to) => {
    const world = consentWorld();
    const deps = { ...world.deps, automaticGrant: true };
    const record = to === "revoked" ? await granted(world) : await world.client();
    world.away.add("events").add("webhook");
    if (to === "granted") await grantConsent(deps, record.id);
    else if (to === "rejected") await rejectConsent(deps, record.id, "Not known to us");
    else await revokeConsent(deps, record.id, "Left us");
    const asDecided = (await world.record(record)) ?? record;
    expect(asDecided.consent.state).toBe(to);
    await deleted(world, asDecided);

    world.away.clear();
    world.setNow(later(60_000));
    await sweepConsents(deps);

    expect(world.types()).toContain(`consent.${to}`);
    expect(world.stages()).toEqual(to === "revoked" ? ["revoked"] : []);
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  },
);

test("that a client was revoked is told although it is deleted and purged before a channel could be told", async () => {
  const world = consentWorld();
  const deps = { ...world.deps, automaticGrant: true };
  const record = await granted(world);
  world.away.add("webhook");
  await revokeConsent(deps, record.id, "Left us");
  await deleted(world, (await world.record(record)) ?? record);
  const records = { ...world.deps.records, deleted: async () => undefined };

  world.away.clear();
  world.setNow(later(60_000));
  await sweepConsents({ ...deps, records });

  expect(world.stages()).toEqual(["revoked"]);
  expect(await world.deps.cases.decision(record.id)).toBeUndefined();
});

test("a client that was rejected, deleted and brought back is not told of as if it waited", async () => {
  const world = consentWorld();
  const record = await world.client({ consent: aRecord().consent });
  world.away.add("events");
  await rejectConsent(world.deps, record.id, "Not known to us");
  const rejected = (await world.record(record)) ?? record;
  await deleted(world, rejected);
  world.away.clear();
  await sweepConsents(world.deps);
  await restored(world, rejected);

  expect(
    world
      .types()
      .filter((type) => type.startsWith("consent."))
      .at(-1),
  ).toBe("consent.rejected");
});
