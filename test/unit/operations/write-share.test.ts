import { describe, expect, test } from "vitest";
import { usageBoard } from "../../../shared/adapters/records/usage-board.ts";
import { sharedUsage, type Usage, type UsageBoard } from "../../../shared/base/usage.ts";
import {
  writeShare,
  writesForOperators,
} from "../../../shared/operations/admission/write-share.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { aClient, testProduct, testRuntime } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

const WRITES = 60;

function hosts(count: number) {
  const runtime = testRuntime();
  const table = memoryTable();
  const board = usageBoard(table);
  const usages = Array.from({ length: count }, () => sharedUsage(board, runtime));
  const shares = usages.map((usage) => writeShare(usage, WRITES));
  const exchange = async () => {
    for (const usage of usages) await usage.exchange();
    for (const usage of usages) await usage.exchange();
  };
  /** So many of these asks were let in. */
  const ask = (subscription: string, times: number, host = 0): number => {
    let taken = 0;
    for (let at = 0; at < times; at += 1) if (shares[host]?.take(subscription).ok) taken += 1;
    return taken;
  };
  return { runtime, table, board, usages, shares, exchange, ask };
}

describe("of the directory's writes", () => {
  test("one that asks without end gets half, and the others' first ones are not refused", () => {
    const { ask } = hosts(1);
    expect(ask("greedy", 1_000)).toBe(WRITES / 2);
    for (const quiet of ["a", "b", "c", "d"]) expect(ask(quiet, 3)).toBe(3);
  });

  test("nobody gets more for what else is counted", () => {
    const { ask, usages } = hosts(1);
    for (let at = 0; at < 1_000; at += 1) usages[0]?.add("tenMinutes", "mails");
    expect(ask("greedy", 1_000)).toBe(WRITES / 2);
  });

  test("what operators spend is spent, and asks for nobody's share", () => {
    const { ask, shares } = hosts(1);
    for (let at = 0; at < WRITES / 2; at += 1) shares[0]?.count();
    // The first ones of whoever is new are never too many.
    expect(ask("greedy", 1_000)).toBe(WRITES / 12);
  });

  test("several that ask without end get half and little more, minute after minute", () => {
    const { ask, runtime } = hosts(1);
    const crowd = Array.from({ length: 10 }, (_, at) => `greedy ${at}`);
    for (let minute = 0; minute < 3; minute += 1) {
      let taken = 0;
      for (let round = 0; round < 100; round += 1) for (const one of crowd) taken += ask(one, 1);
      expect(taken).toBeLessThanOrEqual(WRITES * 0.75);
      if (minute > 0) {
        expect(taken).toBeLessThanOrEqual(WRITES / 2);
        for (const quiet of ["a", "b", "c", "d"]) expect(ask(`${quiet}${minute}`, 3)).toBe(3);
      }
      runtime.pass(66_000);
    }
  });

  test("two that ask as much get as much", () => {
    const { ask, runtime } = hosts(1);
    const got = [0, 0];
    for (let minute = 0; minute < 10; minute += 1) {
      // The second one always comes too late in the minute.
      got[0] = (got[0] ?? 0) + ask("first", 100);
      got[1] = (got[1] ?? 0) + ask("second", 100);
      runtime.pass(66_000);
    }
    const [first = 0, second = 0] = got;
    expect(second).toBeGreaterThan(first * 0.4);
  });

  test("who is refused is told when there is room, and there is", () => {
    const { ask, runtime, shares } = hosts(1);
    ask("greedy", 100);
    const refusal = shares[0]?.take("greedy");
    if (!refusal || refusal.ok) return expect.unreachable();
    expect(refusal.refusal).toMatchObject({ reason: "share-used-up", limit: WRITES });
    const { retryAfterSeconds } = refusal.refusal;
    expect(retryAfterSeconds).toBeGreaterThan(55);
    expect(retryAfterSeconds).toBeLessThanOrEqual(65);
    runtime.pass(retryAfterSeconds * 1000 + 1);
    expect(ask("greedy", 1)).toBe(1);
  });

  test("what was given back was not used", () => {
    const { shares, usages } = hosts(1);
    const taken = shares[0]?.take("a");
    if (!taken?.ok) return expect.unreachable();
    taken.value();
    taken.value();
    expect(usages[0]?.within("minute", "writes")).toBe(0);
    expect(usages[0]?.most("tenMinutes", "writes:")).toBe(0);
  });
});

describe("operators", () => {
  test("wait once they have used what is below half, until the first of it is over", () => {
    const { shares, runtime } = hosts(1);
    const [share] = shares;
    if (!share) return expect.unreachable();
    for (let at = 0; at < WRITES / 2 - 2; at += 1) share.count();
    expect(share.operatorsWaitMs()).toBe(0);
    runtime.pass(30_000);
    share.count();

    const waitMs = share.operatorsWaitMs();

    expect(waitMs).toBeGreaterThanOrEqual(30_000);
    runtime.pass(waitMs - 1);
    expect(share.operatorsWaitMs()).toBe(1);
    runtime.pass(2);
    expect(share.operatorsWaitMs()).toBe(0);
  });

  test("do not wait for what customers use, and what they gave back they may use again", () => {
    const { ask, shares, usages } = hosts(1);
    ask("greedy", 1_000);
    expect(shares[0]?.operatorsWaitMs()).toBe(0);
    const back = Array.from({ length: WRITES / 2 }, () => shares[0]?.count());
    expect(shares[0]?.operatorsWaitMs()).toBeGreaterThan(0);

    for (const giveBack of back) {
      giveBack?.();
      giveBack?.();
    }

    expect(shares[0]?.operatorsWaitMs()).toBe(0);
    expect(usages[0]?.within("minute", "writes")).toBe(WRITES / 2);
    expect(usages[0]?.within("minute", "operators")).toBe(0);
  });

  test.each([
    [1_000, 499],
    [60, 29],
    [5, 2],
    [2, 1],
    [1, 1],
  ])("have of %i writes %i: below half, and one where there is no half", (writes, theirs) => {
    expect(writesForOperators(writes)).toBe(theirs);
  });
});

describe("hosts count together", () => {
  test("what one gave away the other does not give away again", async () => {
    const { ask, exchange } = hosts(2);
    expect(ask("greedy", 100, 0)).toBe(30);
    ask("somebody", 1, 1);
    await exchange();
    expect(ask("greedy", 100, 1)).toBe(0);
    expect(ask("new", 2, 1)).toBe(2);
  });

  test("a host that begins hears what was used before it; one that died goes on counting until its time is over", async () => {
    const { ask, exchange, runtime, table, board } = hosts(1);
    ask("greedy", 100);
    await exchange();
    const fresh = sharedUsage(board, runtime);
    await fresh.ready();
    expect(writeShare(fresh, WRITES).take("greedy").ok).toBe(false);
    runtime.pass(66_000);
    expect(writeShare(fresh, WRITES).take("greedy").ok).toBe(true);
    expect((await table.page({ partition: "usage" }, 10)).rows).toHaveLength(1);
    runtime.pass(3 * 3_600_000);
    fresh.add("minute", "x");
    await fresh.exchange();
    expect((await board.all()).map(({ usage }) => [...usage.minute.keys()].length)).toEqual([1]);
  });

  test("a clock that is far ahead is not believed, one that is a little ahead is", async () => {
    const { ask, exchange, usages, runtime } = hosts(1);
    ask("a", 3);
    await exchange();
    const [usage] = usages;
    runtime.pass(-20_000);
    expect(usage?.within("minute", "writes")).toBe(3);
    runtime.pass(-3_600_000);
    expect(usage?.within("minute", "writes")).toBe(0);
  });

  test("nothing new costs no request, and tables that are away cost nobody anything", async () => {
    const runtime = testRuntime();
    let said = 0;
    let away = true;
    const board: UsageBoard = {
      say: async () => {
        if (away) throw new Error("The tables are away");
        said += 1;
      },
      all: async () => {
        if (away) throw new Error("The tables are away");
        return [];
      },
      forget: async () => undefined,
    };
    const usage: Usage = sharedUsage(board, runtime);
    await usage.ready();
    await usage.exchange();
    usage.add("minute", "x");
    await expect(usage.exchange()).rejects.toThrow("away");
    expect(usage.within("minute", "x")).toBe(1);
    away = false;
    await usage.exchange();
    await usage.exchange();
    expect(said).toBe(1);
  });
});

describe("a change", () => {
  test("is refused before anything is written when its share is used up, and a replay is answered all the same", async () => {
    const product = testProduct({ directoryWritesPerMinute: 2 });
    const idempotency = { keyHash: "k", fingerprint: "f" };
    const client = await aClient(product, { idempotency });

    const refused = await renameClient(product, {
      subscription: "contoso",
      clientId: client.id,
      displayName: "B",
      by: ANN,
    });
    expect(refused).toMatchObject({ ok: false, refusal: { reason: "share-used-up", limit: 2 } });
    expect((await product.records.client("contoso", client.id))?.record.revision).toBe(1);
    expect(await aClient(product, { idempotency })).toEqual(client);
    // Another customer's first is let in.
    expect((await aClient(product, { subscription: "fabrikam" })).subscription).toBe("fabrikam");
  });

  test("that comes to nothing before it is admitted takes no part of it", async () => {
    const product = testProduct({ directoryWritesPerMinute: 1_000, maxClients: 1 });
    await aClient(product);
    const before = product.usage.within("minute", "writes");
    const created = await createClient(product, {
      subscription: "contoso",
      displayName: "A",
      roles: ["api.read"],
      requestedBy: "Ann",
      by: ANN,
    });
    expect(created.ok).toBe(false);
    expect(product.usage.within("minute", "writes")).toBe(before);
  });
});

test("clients that are made and deleted again come to an end, which costs no request more", async () => {
  const product = testProduct({ maxDeleted: 2 });
  for (let round = 0; round < 2; round += 1) {
    const { id } = await aClient(product);
    await deleteClient(product, { subscription: "contoso", clientId: id, by: ANN });
  }
  const third = await createClient(product, {
    subscription: "contoso",
    displayName: "A",
    roles: ["api.read"],
    requestedBy: "Ann",
    by: ANN,
  });
  expect(third).toMatchObject({
    ok: false,
    refusal: { reason: "deleted-limit-reached", limit: 2 },
  });
  expect((await product.operations.account("contoso")).account.clients).toBe(0);
});
