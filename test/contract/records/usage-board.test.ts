import { beforeEach, describe, expect, test } from "vitest";
import { usageBoard } from "../../../shared/adapters/records/usage-board.ts";
import type { HostUsage, UsageBoard } from "../../../shared/base/usage.ts";
import { later, NOON } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

const counts = (amounts: Readonly<Record<string, number>>, slot = 7) =>
  new Map([[slot, new Map(Object.entries(amounts))]]);
const said = (host: string, saidAt: Date, hour: Readonly<Record<string, number>>): HostUsage => ({
  host,
  saidAt,
  usage: { minute: new Map(), tenMinutes: counts({ a: 1 }), hour: counts(hour) },
});

describe.each(tableTargets)("The usage board $name", ({ newTable }) => {
  let board: UsageBoard;
  beforeEach(async () => {
    board = usageBoard(await newTable());
  });

  test("shows what each host has said last, and forgets one that has gone", async () => {
    await board.say(said("one", NOON, { x: 1 }));
    await board.say(said("one", later(1), { x: 2, "y:1": 3 }));
    await board.say(said("two", NOON, {}));
    const all = await board.all();
    expect(all).toContainEqual(said("one", later(1), { x: 2, "y:1": 3 }));
    expect(all).toHaveLength(2);
    await board.forget("one");
    await board.forget("one");
    expect((await board.all()).map(({ host }) => host)).toEqual(["two"]);
  });

  test("holds as many keys as fit, and of more those that used most", async () => {
    const many = Object.fromEntries(
      Array.from({ length: 30_000 }, (_, at) => [`key ${at}`, at < 100 ? 50 : 1]),
    );
    await board.say(said("one", NOON, many));
    const kept = (await board.all())[0]?.usage.hour.get(7);
    expect(kept?.get("key 99")).toBe(50);
    expect(kept?.size).toBeLessThan(30_000);
    await board.say(said("one", NOON, Object.fromEntries(Object.entries(many).slice(0, 9_000))));
    expect((await board.all())[0]?.usage.hour.get(7)?.size).toBe(9_000);
  });
});
