import { expect, test } from "vitest";
import { type Blow, trailOf } from "../../faults/support/trail.ts";
import { later } from "../../support/samples.ts";
import { soundWorld } from "./sound-world.ts";

test("of a client that is damaged all is shown, and of no other anything", () => {
  const { found, wishes } = soundWorld();
  const wish = wishes.find(({ clientId }) => clientId);
  const other = wishes.findLast(({ clientId }) => clientId);
  if (!wish || !other || wish.clientId === other.clientId)
    throw new Error("The sound world lacks wishes for clients");
  const blows: Blow[] = [wish, other].map((one) => ({
    ...{ at: later(0), wish: one, struck: "after clients: PATCH", mishap: "none" },
  }));

  const trail = trailOf(
    { lost: [wish.clientId], renamed: `twice ${wish.clientId}` },
    { found, wishes, blows },
  );

  const kinds = trail.map((line) => line.split(":")[0]);
  expect(kinds[0]).toBe(`what is known of ${wish.clientId}`);
  expect(new Set(kinds.slice(1))).toEqual(new Set(["struck", "asked", "on record", "told"]));
  expect(trail.join("\n")).not.toContain(other.clientId);
  expect(trailOf({ lost: [] }, { found, wishes, blows })).toEqual([]);
});
