import { expect, test } from "vitest";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { decided } from "../../support/decided-client.ts";
import { later } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;

test.each(["pending", "granted", "rejected", "revoked"] as const)(
  "a %s client whose customer has deleted it comes off its list without the message that is to take it off, and is told of by no pass",
  async (state) => {
    const world = consentWorld();
    const record = await decided(world, state, "11111111-1111-4111-8111-111111111111");
    await sweepConsents(world.deps);
    await world.deps.records.remove(record, later(0));
    world.statuses.set(record.id, { status: "absent" });
    const told = world.types().length;

    world.setNow(later(25 * HOUR_MS));
    await sweepConsents(world.deps);
    await sweepRevocations(world.deps);

    expect(await world.deps.cases.find(record.id)).toEqual([]);
    expect(world.types().slice(told)).toEqual([]);
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
  },
);
