import { expect, test } from "vitest";
import { rescheduleBody } from "../../../functions/http/credentials/reschedule.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { clientWorld } from "../../support/client-world.ts";
import { underWay } from "../../support/product.ts";

/** Times at the ends of what can be written: whatever is taken is kept, and can be read again. */

const body = rescheduleBody("RescheduleRequest");
const taken = (time: string) =>
  ["retiresAt", "snoozedUntil"].map((member) => body.safeParse({ [member]: time }).success);

test.each([
  "0000-01-01T00:00:00+00:01",
  "0000-01-01T23:58:59.999+23:59",
  "9999-12-31T23:59:59-00:01",
  "9999-12-31T00:01:00-23:59",
])("%s has no year of four digits in UTC, and is refused", (time) => {
  expect(taken(time)).toEqual([false, false]);
});

test("what is no time is refused as that, once", () => {
  const message = "must be a time as in RFC 3339, or null";
  for (const retiresAt of ["", "tomorrow", "2026-13-01T00:00:00Z", "2026-11-22"])
    expect(body.safeParse({ retiresAt }).error?.issues, retiresAt).toMatchObject([{ message }]);
});

test.each([
  "0000-01-01T00:00:00Z",
  "0000-01-01T23:59:00+23:59",
  "9999-12-31T23:59:59.999Z",
  "9999-12-31T00:00:59-23:59",
])("%s is taken, and what comes of it holds nobody up", async (time) => {
  expect(taken(time)).toEqual([true, true]);
  const world = await clientWorld();
  const { keyId } = await world.added();

  const moved = await moveRetirement(world, { ...world.own, keyId, retiresAt: new Date(time) });

  expect(moved.ok).toBe(true);
  expect(await underWay(world)).toEqual([]);
  expect(await world.rename()).toMatchObject({ ok: true });
});
