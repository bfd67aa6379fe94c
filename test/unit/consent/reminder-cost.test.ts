import { expect, test } from "vitest";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { later } from "../../support/samples.ts";

/** docs/cost-and-limits.md */
test("a reminder costs five requests to the tables, one call of the directory and one transfer of events", async () => {
  const world = consentWorld();
  const record = await world.client();
  await checkConsent(world.deps, record.id);
  const { see, transfers } = world.calls;
  world.counts.requests = 0;
  world.setNow(later(13 * 3_600_000));

  expect(await checkConsent(world.deps, record.id)).toBe("waiting");

  expect(world.stages()).toEqual(["requested", "reminded"]);
  expect(world.counts.requests).toBe(5);
  expect(world.calls.see - see).toBe(1);
  expect(world.calls.transfers - transfers).toBe(1);
  expect(world.looks).toEqual([]);
});
