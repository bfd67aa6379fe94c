import { expect, test } from "vitest";
import { DAY, PLAN, rotationWorld } from "./support/rotation-world.ts";

/** What `latchkey rotate` does where it is not told what is in the sink. */

test("while what a sink holds cannot be read, nothing that may be in it is removed", async () => {
  const world = rotationWorld();
  const removed: string[] = [];
  const remove = async (keyId: string) => {
    removed.push(keyId);
    await world.ports.remove(keyId);
  };
  const look = async () => ({ kind: "nothing" as const, isUnsure: true });
  const sink = { ...world.ports.sink, look };
  for (let run = 0; run < 3; run += 1) {
    await expect(world.run(PLAN, { sink, remove })).rejects.toMatchObject({ exit: 7 });
    world.pass(DAY);
    expect(world.sinkWorks()).toBe(true);
  }
  expect(removed).toEqual([]);
  await world.run();
  expect(world.secrets().filter(({ retiresAt }) => !retiresAt)).toHaveLength(1);
  expect(world.sinkWorks()).toBe(true);
});
