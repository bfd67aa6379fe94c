import { describe, expect, test } from "vitest";
import { Fault } from "../../cli/source/fault.ts";
import { assess, heldByTime } from "../../cli/source/rotate/assess.ts";
import { rotate } from "../../cli/source/rotate/rotate.ts";
import {
  DAY,
  PLAN,
  type RotationWorld,
  rotationWorld,
  SECOND,
  type WorldOptions,
} from "./support/rotation-world.ts";

/** The rules of `latchkey rotate`, over ports in memory. */

/** More than a run has steps. */
const ENOUGH = 40;
const active = (world: RotationWorld) => world.secrets().filter(({ retiresAt }) => !retiresAt);

describe("a run", () => {
  test("takes its steps in this order and no other", async () => {
    const world = rotationWorld();
    await world.run();
    world.pass(31 * DAY);
    world.steps.length = 0;
    await world.run();
    expect(world.steps.join(" ")).toBe("secrets look works make works write look works retire");
  });

  test("that is not due changes nothing", async () => {
    const world = rotationWorld();
    const { keyId } = await world.run();
    world.pass(29 * DAY);
    expect(await world.run()).toMatchObject({ rotated: false, keyId, retired: [], removed: [] });
    expect(world.secrets()).toHaveLength(1);
  });

  test("gives the old one its grace, or none", async () => {
    for (const [graceMs, left] of [
      [DAY, 2],
      [0, 1],
    ] as const) {
      const world = rotationWorld();
      const first = await world.run();
      world.pass(31 * DAY);
      expect(await world.run({ ...PLAN, graceMs })).toMatchObject({ retired: [first.keyId] });
      expect(world.secrets()).toHaveLength(left);
      world.pass(2 * DAY);
      expect(world.secrets()).toHaveLength(1);
      expect(world.sinkWorks()).toBe(true);
    }
  });

  test("waits until the token endpoint takes the new secret; if it does not in time, all is as before", async () => {
    const slow = rotationWorld({ lagMs: 20 * SECOND });
    await slow.run();
    expect(slow.sinkWorks()).toBe(true);

    const never = rotationWorld({ lagMs: 10 * 60 * SECOND });
    await expect(never.run()).rejects.toThrow("did not take the new secret in time");
    expect([never.secrets(), never.sink()]).toEqual([[], undefined]);
  });

  test("takes the place of what was put there by hand, which goes", async () => {
    const world = rotationWorld();
    world.byHand();
    world.pass(31 * DAY);
    expect(await world.run()).toMatchObject({ rotated: true, retired: ["key-1"] });
    world.pass(2 * DAY);
    expect(world.secrets().map(({ displayName }) => displayName)).toEqual([PLAN.name]);
  });

  test("leaves secrets of other names alone", async () => {
    const world = rotationWorld();
    world.create("another program's");
    await world.run();
    world.pass(31 * DAY);
    await world.run({ ...PLAN, graceMs: 0 });
    expect(world.secrets().map(({ displayName }) => displayName)).toEqual([
      "another program's",
      PLAN.name,
    ]);
  });

  test("rotates at once what does not work, expires within a day, or is retiring", async () => {
    for (const spoil of [
      (world: RotationWorld) => world.put("999-removed-by-somebody"),
      (world: RotationWorld) => world.pass(180 * DAY - 2 * 3_600_000),
      (world: RotationWorld) => world.ports.retire("key-1", new Date(world.now().getTime() + DAY)),
    ]) {
      const world = rotationWorld();
      await world.run();
      await spoil(world);
      expect(await world.run({ ...PLAN, everyMs: 400 * DAY })).toMatchObject({ rotated: true });
      expect(world.sinkWorks()).toBe(true);
    }
  });

  test("a sink that refuses leaves nothing behind; where nobody knows, the new secret stays", async () => {
    const world = rotationWorld();
    await expect(world.refuseWrites("denied")).rejects.toThrow("No.");
    expect(world.secrets()).toEqual([]);
    await expect(world.refuseWrites("notNow")).rejects.toThrow("No.");
    expect(world.secrets()).toHaveLength(1);
  });

  test("the old one stays when the sink holds something else than was written", async () => {
    const world = rotationWorld();
    const { keyId } = await world.run();
    world.pass(31 * DAY);
    const deaf = { ...world.ports.sink, write: async () => undefined };
    await expect(rotate({ ...world.ports, sink: deaf }, PLAN)).rejects.toMatchObject({ exit: 7 });
    expect(active(world).map((one) => one.keyId)).toContain(keyId);
    expect(world.sinkWorks()).toBe(true);
  });

  test("with two places: one that is going makes room, one that is not never does", async () => {
    const world = rotationWorld({ most: 2 });
    await world.run();
    world.pass(31 * DAY);
    await world.run({ ...PLAN, graceMs: 30 * DAY });
    world.pass(29 * DAY);
    expect(await world.run({ ...PLAN, everyMs: DAY })).toMatchObject({ removed: ["key-1"] });

    const full = rotationWorld({ most: 2 });
    full.create("one");
    full.create("another");
    await expect(full.run()).rejects.toMatchObject({ exit: 5 });
    expect(full.secrets()).toHaveLength(2);
  });
});

const byHand = (world: RotationWorld) => {
  world.byHand();
  world.pass(31 * DAY);
};
const rotatedOnce = async (world: RotationWorld) => {
  await world.run();
  world.pass(31 * DAY);
};

test("with two places, one that was left by a run that died after its proof makes room", async () => {
  for (const graceMs of [0, DAY]) {
    const world = rotationWorld({ most: 2 });
    await rotatedOnce(world);
    const retiring = 8;
    expect(await world.dies(retiring, false)).toBe(false);
    expect(active(world)).toHaveLength(2);
    world.pass(60 * SECOND);
    expect(await world.run({ ...PLAN, everyMs: 0, graceMs })).toMatchObject({ rotated: true });
    expect(active(world)).toHaveLength(1);
  }
});

test("what another run may be about to write is left alone until that one must have ended", async () => {
  const world = rotationWorld();
  await rotatedOnce(world);
  // It dies right after its secret was made.
  expect(await world.dies(3, true)).toBe(false);
  const [, made] = world.secrets();
  let removedAt = 0;
  const remove = async (keyId: string) => {
    removedAt = world.now().getTime();
    await world.ports.remove(keyId);
  };
  const { removed } = await world.run(PLAN, { remove });
  expect(removed).toEqual([made?.keyId]);
  expect(removedAt - (made?.createdAt.getTime() ?? 0)).toBeGreaterThanOrEqual(PLAN.settleMs);
});

test("a secret whose answer was lost is removed, and another one made", async () => {
  const world = rotationWorld();
  let asked = 0;
  const make = async () => {
    asked += 1;
    if (asked > 1) return world.ports.make();
    return { kind: "unread" as const, keyId: world.create(PLAN.name).keyId };
  };
  await world.run(PLAN, { make });
  expect(world.secrets().map(({ keyId }) => keyId)).toEqual(["key-2"]);
  expect(world.sinkWorks()).toBe(true);
});

test("of a sink that shows nothing, what was made just after it was written to may be in it: clocks differ", () => {
  const world = rotationWorld();
  const at = world.now();
  const madeAfter = (seconds: number) => {
    const secret = {
      ...world.create(PLAN.name),
      createdAt: new Date(at.getTime() + seconds * SECOND),
    };
    const held = { kind: "written" as const, at };
    return assess([secret], { name: PLAN.name, held, works: false, now: at });
  };
  expect(madeAfter(240)).toMatchObject({ current: {}, lost: [] });
  expect(madeAfter(360)).toMatchObject({ lost: [{}], superseded: [] });
});

test("with two places and a sink that shows nothing, what a run that died has left is named: the one that is not in the sink", async () => {
  let refusals = 0;
  for (const finishes of [false, true])
    for (let at = 0; at < ENOUGH; at += 1) {
      const world = rotationWorld({ sink: "write-only", most: 2 });
      await world.run();
      world.pass(10 * SECOND);
      const now = { ...PLAN, everyMs: 0, graceMs: 0 };
      if (await world.dies(at, finishes, now)) break;
      const [first, second] = world.secrets();
      const refused = await world.run(now).catch((error: unknown) => error);
      if (!(refused instanceof Fault)) continue;
      const [inSink, other] = first?.value === world.sink() ? [first, second] : [second, first];
      expect(refused).toMatchObject({
        exit: 5,
        message: expect.stringMatching(`holds ${inSink?.keyId} .* and not ${other?.keyId} `),
      });
      refusals += 1;
      await world.ports.remove(other?.keyId ?? "");
      expect(await world.run(now)).toMatchObject({ rotated: true });
      expect(world.sinkWorks()).toBe(true);
    }
  // Between the new secret and the removal of the old one, before the sink is written to and after.
  expect(refusals).toBeGreaterThanOrEqual(8);
});

test("what was made in the second in which a sink was written to may be in it or not: that is not said", () => {
  const world = rotationWorld();
  const at = world.now();
  const made = (milliseconds: number) => ({
    ...world.create(PLAN.name),
    createdAt: new Date(at.getTime() + milliseconds),
  });
  const [older, newer] = [made(-1), made(SECOND)];
  expect(heldByTime([older, newer], at)).toBe(older);
  expect(heldByTime([older, made(999)], at)).toBeUndefined();
  expect(heldByTime([newer], at)).toBeUndefined();
});

/** How each world begins, and how many secrets there are at most, whatever happens. */
const BEGINNINGS: readonly (readonly [
  name: string,
  options: WorldOptions,
  begin: (world: RotationWorld) => unknown,
  most: number,
])[] = [
  ["an empty sink", {}, () => undefined, 2],
  ["a sink filled by hand", {}, byHand, 2],
  ["an old secret", {}, rotatedOnce, 2],
  ["two places", { most: 2 }, rotatedOnce, 2],
  ["a sink that shows nothing", { sink: "write-only" }, rotatedOnce, 3],
];

describe.each(BEGINNINGS)("killed at any step, with %s", (_name, options, begin, most) => {
  const begun = async () => {
    const world = rotationWorld(options);
    await begin(world);
    return { world, worked: world.sinkWorks() };
  };
  /** A sink that shows nothing keeps what may be in it: one more for each run that died. */
  const moreFor = (kills: number) => (options.sink === "write-only" ? kills - 1 : 0);
  const settled = async (world: RotationWorld, kills: number) => {
    await world.run();
    expect(world.sinkWorks()).toBe(true);
    expect(active(world)).toHaveLength(1);
    expect(world.mostAtOnce()).toBeLessThanOrEqual(most + moreFor(kills));
    world.pass(2 * DAY);
    expect(world.secrets()).toHaveLength(1);
    expect(world.sinkWorks()).toBe(true);
  };

  test("once, and run again: the sink has always held a secret that works, and nothing is left", async () => {
    let kills = 0;
    for (const finishes of [false, true])
      for (let at = 0; at < ENOUGH; at += 1) {
        const { world, worked } = await begun();
        const ended = await world.dies(at, finishes);
        if (worked) expect(world.sinkWorks()).toBe(true);
        if (ended) break;
        kills += 1;
        await settled(world, 1);
      }
    expect(kills).toBeGreaterThan(12);
  });

  test("twice, at any two steps", async () => {
    for (const finishes of [false, true])
      for (let first = 0; first < ENOUGH; first += 1) {
        let ended = false;
        for (let second = 0; second < ENOUGH; second += 1) {
          const { world, worked } = await begun();
          ended = await world.dies(first, finishes);
          if (ended) break;
          const through = await world.dies(second, !finishes);
          if (worked) expect(world.sinkWorks()).toBe(true);
          if (through) break;
          await settled(world, 2);
        }
        if (ended) break;
      }
  });
});
