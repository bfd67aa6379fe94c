import { beforeEach, describe, expect, test, vi } from "vitest";
import { timeLeftMs, withDeadline } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { VersionedAccount } from "../../../shared/operations/admission/ports.ts";
import {
  type Asking,
  type Carry,
  type Shared,
  type SharedLine,
  sharedLine,
} from "../../../shared/operations/admission/shared-turn.ts";
import { failure } from "../../support/failure.ts";

const accountOf = (writes: number): VersionedAccount => ({
  account: { subscription: "contoso", clients: 0, minute: 0, writes },
  version: `v${writes}`,
});

const asking = (mark: string, besides: readonly string[] = []): Asking => ({
  account: accountOf(0),
  marks: [mark, ...besides],
  rows: 3,
  count: () => undefined,
});

/** With more of its own than others have, or one that has been refused together with others. */
const odd = (mark: string, how: Partial<Pick<Asking, "rows" | "alone">>) =>
  line.admit("contoso", { ...asking(mark), ...how }, carry);

const marksOf = (all: readonly Asking[]) => all.map(({ marks }) => marks[0]);

let line: SharedLine;
/** Who had each turn. */
let turns: (string | undefined)[][];
/** Answers each with a version of its own. */
const carry: Carry<Asking, Shared> = async (all) => {
  turns.push(marksOf(all));
  return all.map(({ marks: [mark = ""] }) => ({
    state: "admitted",
    account: accountOf(1),
    version: mark,
  }));
};
const share = (mark: string, besides?: readonly string[], how = carry) =>
  line.admit("contoso", asking(mark, besides), how);
const versions = (answers: readonly Awaited<ReturnType<SharedLine["admit"]>>[]) =>
  answers.map((answer) => answer?.state === "admitted" && answer.version);

/** Keeps the line until it is called. */
async function occupied(): Promise<(next?: VersionedAccount) => void> {
  const { leave } = await line.enter("contoso");
  return leave;
}

beforeEach(() => {
  line = sharedLine();
  turns = [];
});

test("all who wait when it is their turn have it together, and each hears what came of their own", async () => {
  const leave = await occupied();
  const all = ["a", "b", "c"].map((mark) => share(mark));
  leave();

  expect(versions(await Promise.all(all))).toEqual(["a", "b", "c"]);
  expect(turns).toEqual([["a", "b", "c"]]);
});

test("who comes while a turn is under way has the next, with all others that came", async () => {
  let end = (): void => undefined;
  const lasting: Carry<Asking, Shared> = async (all, turn) => {
    await new Promise<void>((resolve) => {
      end = resolve;
    });
    return carry(all, turn);
  };
  const first = share("a", [], lasting);
  await new Promise((resolve) => setImmediate(resolve));
  const others = ["b", "c"].map((mark) => share(mark));
  end();
  await Promise.all([first, ...others]);

  expect(turns).toEqual([["a"], ["b", "c"]]);
});

test("two who have something in common go one after the other, and hold up nobody else", async () => {
  const leave = await occupied();
  const all = [share("a", ["key"]), share("b", ["key"]), share("c"), share("d", ["c"])];
  leave();

  expect(versions(await Promise.all(all))).toEqual(["a", "b", "c", "d"]);
  expect(turns).toEqual([
    ["a", "c"],
    ["b", "d"],
  ]);
});

test("no more go together than fit into one transaction", async () => {
  const leave = await occupied();
  const all = Array.from({ length: 31 }, (_, number) => share(`${number}`));
  leave();
  await Promise.all(all);

  expect(turns.map(({ length }) => length)).toEqual([30, 1]);
});

test("a turn is given the account by who was there before, and hands on what it leaves", async () => {
  const known: (VersionedAccount | undefined)[] = [];
  const handing: Carry<Asking, Shared> = async (all, turn) => {
    known.push(turn.known);
    turn.leave(accountOf(2));
    return carry(all, turn);
  };
  const leave = await occupied();
  const shared = share("a", [], handing);
  const after = line.enter("contoso");
  leave(accountOf(1));
  await shared;

  expect(known).toEqual([accountOf(1)]);
  expect((await after).known).toEqual(accountOf(2));
});

test("the account is handed on from turn to turn, and to who stands in the line between two", async () => {
  const known: (number | undefined)[] = [];
  const handing: Carry<Asking, Shared> = async (all, turn) => {
    known.push(turn.known?.account.writes);
    turn.leave(accountOf(known.length));
    return carry(all, turn);
  };
  const leave = await occupied();
  const all = [share("a", ["key"], handing), share("b", ["key"], handing)];
  const other = line.enter("contoso").then((turn) => {
    known.push(turn.known?.account.writes);
    turn.leave(accountOf(9));
  });
  leave();
  await Promise.all([...all, other]);

  expect(known).toEqual([undefined, 1, 9]);
});

test("who comes when the last of a turn has just been answered is let in as well", async () => {
  const after: Promise<unknown>[] = [];
  const first = share("a").then(() => after.push(share("b")));
  await first;
  for (let ticks = 0; ticks < 10; ticks += 1) {
    after.push(share(`c${ticks}`));
    await undefined;
  }

  expect(await Promise.all(after)).toHaveLength(11);
});

test("a turn that fails is over for all who had it, and for nobody else", async () => {
  const broken = new Error("Broken");
  const failing: Carry<Asking, Shared> = async () => {
    throw broken;
  };
  const leave = await occupied();
  const together = [share("a", ["key"], failing), share("b")].map(failure);
  const next = share("c", ["key"]);
  leave();

  expect(await Promise.all(together)).toEqual([broken, broken]);
  expect(versions([await next])).toEqual(["c"]);
  // And the line is free again.
  expect((await line.enter("contoso")).known).toBeUndefined();
});

test("one subscription does not wait for another", async () => {
  await occupied();

  expect(versions([await line.admit("fabrikam", asking("a"), carry)])).toEqual(["a"]);
});

describe("a transaction", () => {
  test("has no more than a hundred rows, the account's among them", async () => {
    const leave = await occupied();
    const all = [
      ...["a", "b", "c", "d"].map((mark) => odd(mark, { rows: 33 })),
      odd("e", { rows: 1 }),
    ];
    leave();
    await Promise.all(all);

    expect(turns).toEqual([
      ["a", "b", "c"],
      ["d", "e"],
    ]);
  });

  test("is one's own who has been refused together with others, first or not", async () => {
    const leave = await occupied();
    const all = [
      share("a"),
      odd("b", { alone: true }),
      share("c"),
      odd("d", { alone: true }),
      share("e"),
    ];
    leave();
    await Promise.all(all);

    expect(turns).toEqual([["a", "c", "e"], ["b"], ["d"]]);
  });
});

describe("time", () => {
  test("no timer is left of who had their turn", async () => {
    vi.useFakeTimers();
    try {
      const leave = await occupied();
      const all = [share("a", ["key"]), share("b", ["key"])];
      expect(vi.getTimerCount()).toBeGreaterThan(0);
      leave();
      await Promise.all(all);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  test("who gives up in the line, while the turn before is left and not over, is told once", async () => {
    let end = (): void => undefined;
    const early: Carry<Asking, Shared> = async (all, turn) => {
      turn.leave();
      await new Promise<void>((resolve) => {
        end = resolve;
      });
      return carry(all, turn);
    };
    const leave = await occupied();
    const first = share("a", ["key"], early);
    const impatient = failure(withDeadline(10, () => share("b", ["key"])));
    const other = line.enter("contoso");
    leave();
    const inFront = await other;
    expect(await impatient).toMatchObject({ executed: "no" });
    inFront.leave();
    end();
    await first;

    expect(versions([await share("c")])).toEqual(["c"]);
  });

  test("who waits longer than theirs is told so, and those who came with them have their turn", async () => {
    const leave = await occupied();
    const impatient = failure(withDeadline(10, () => share("a")));
    const patient = share("b");
    const error = await impatient;
    leave();

    expect(error).toBeInstanceOf(RemoteUnavailable);
    expect(error).toMatchObject({ service: "records", executed: "no", retryAfterSeconds: 1 });
    expect(versions([await patient])).toEqual(["b"]);
    expect(turns).toEqual([["b"]]);
  });

  test("who waits behind others for longer than theirs is told so, and is counted nowhere", async () => {
    const leave = await occupied();
    const first = share("a");
    const impatient = failure(withDeadline(10, () => share("b")));
    const error = await impatient;
    leave();
    await first;

    expect(error).toMatchObject({ service: "records", executed: "no" });
    expect(turns).toEqual([["a"]]);
  });

  test("a turn together lasts no longer than any of them has", async () => {
    const left: number[] = [];
    const measuring: Carry<Asking, Shared> = async (all, turn) => {
      left.push(timeLeftMs(60_000));
      return carry(all, turn);
    };
    const leave = await occupied();
    const all = [
      withDeadline(8_000, () => share("a", [], measuring)),
      withDeadline(4_000, () => share("b", [], measuring)),
    ];
    leave();
    await Promise.all(all);

    expect(turns).toEqual([["a", "b"]]);
    expect(left[0]).toBeLessThanOrEqual(4_000);
  });

  test("who has hardly any left has their turn alone, first or not", async () => {
    const leave = await occupied();
    const all = [
      share("a"),
      withDeadline(499, () => share("b")),
      share("c"),
      withDeadline(499, () => share("d")),
      share("e"),
    ];
    leave();

    expect(versions(await Promise.all(all))).toEqual(["a", "b", "c", "d", "e"]);
    expect(turns).toEqual([["a", "c", "e"], ["b"], ["d"]]);
  });
});
