import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type Account,
  countChange,
  countDeleted,
  givePlaceBack,
} from "../../../shared/operations/admission/account.ts";

const NOW = new Date("2026-03-02T12:00:15.500Z");
const MINUTE = Math.floor(NOW.getTime() / 60_000);
const limits = { maxClients: 10, writesPerMinute: 30, maxDeleted: 3 };
const account = (changes: Partial<Account>): Account => ({
  subscription: "contoso",
  clients: 0,
  minute: MINUTE,
  writes: 0,
  ...changes,
});

describe("a subscription", () => {
  test("is charged a write for a change, and a place besides for a client", () => {
    expect(countChange(account({}), false, limits, NOW)).toMatchObject({
      ok: true,
      value: { clients: 0, writes: 1 },
    });
    expect(countChange(account({}), true, limits, NOW)).toMatchObject({
      ok: true,
      value: { clients: 1, writes: 1 },
    });
  });

  test("with all its clients can change them and make no more", () => {
    const full = account({ clients: 10 });

    expect(countChange(full, false, limits, NOW).ok).toBe(true);
    expect(countChange(full, true, limits, NOW)).toEqual({
      ok: false,
      refusal: { reason: "client-limit-reached", limit: 10 },
    });
  });

  test("that has used up its minute is told when the next one begins", () => {
    expect(countChange(account({ writes: 30 }), false, limits, NOW)).toEqual({
      ok: false,
      refusal: { reason: "rate-limited", limit: 30, retryAfterSeconds: 45 },
    });
  });

  test("begins each minute anew", () => {
    const before = account({ writes: 30, minute: MINUTE - 1 });

    expect(countChange(before, false, limits, NOW)).toMatchObject({
      ok: true,
      value: { minute: MINUTE, writes: 1 },
    });
  });

  test("is counted by hosts whose clocks are a second apart as by one, at the turn of the minute", () => {
    const turn = (MINUTE + 1) * 60_000;
    let current = account({});
    let admitted = 0;
    for (let at = 0; at < 100; at += 1) {
      const ahead = at % 2 === 0 ? 500 : -500;
      const counted = countChange(current, false, limits, new Date(turn + ahead));
      if (!counted.ok) continue;
      admitted += 1;
      current = counted.value;
    }

    expect(admitted).toBe(limits.writesPerMinute);
    expect(current.minute).toBe(MINUTE + 1);
  });

  test.each([
    [1, "counts into that minute", { minute: MINUTE + 1, writes: 8 }],
    [2, "counts into that minute", { minute: MINUTE + 2, writes: 8 }],
    [3, "does not believe it", { minute: MINUTE, writes: 1 }],
    [60 * 24, "does not believe it", { minute: MINUTE, writes: 1 }],
  ])("whose account is %i minutes ahead of the clock %s", (ahead, _, expected) => {
    const counted = countChange(account({ minute: MINUTE + ahead, writes: 7 }), false, limits, NOW);

    expect(counted).toMatchObject({ ok: true, value: expected });
  });

  test("that has used up the minute of a faster clock is told when that one is over", () => {
    const ahead = account({ minute: MINUTE + 1, writes: 30 });

    expect(countChange(ahead, false, limits, NOW)).toMatchObject({
      refusal: { reason: "rate-limited", retryAfterSeconds: 105 },
    });
  });

  test("is noted for the day of its last change", () => {
    const counted = countChange(account({ activeOn: "2026-03-01" }), false, limits, NOW);

    expect(counted).toMatchObject({ value: { activeOn: "2026-03-02" } });
  });

  test("has one client fewer when it gives a place back, and never fewer than none", () => {
    expect(givePlaceBack(account({ clients: 2, writes: 3 }))).toEqual(
      account({ clients: 1, writes: 3 }),
    );
    expect(givePlaceBack(account({ clients: 0 })).clients).toBe(0);
  });

  test("makes no more clients while the directory keeps as many deleted ones as it may, and goes on with the others", () => {
    const day = 86_400_000;
    const at = (days: number) => new Date(NOW.getTime() + days * day);
    let one = account({ clients: 5 });
    for (const deletedAt of [at(0), at(0), at(2)]) one = countDeleted(one, deletedAt);

    expect(one).toMatchObject({
      clients: 2,
      deletedOn: { "2026-03-02": 2, "2026-03-04": 1 },
    });
    expect(countChange(one, false, limits, at(3)).ok).toBe(true);
    const full = countChange(one, true, limits, at(3));
    if (full.ok || full.refusal.reason !== "deleted-limit-reached") return expect.unreachable();
    expect(full.refusal.limit).toBe(3);
    const { retryAfterSeconds } = full.refusal;
    expect(new Date(at(3).getTime() + retryAfterSeconds * 1000).toISOString()).toMatch(
      /^2026-04-02T00:00:00/,
    );
    expect(countChange(one, true, limits, at(31)).ok).toBe(true);
    expect(Object.keys(countDeleted(one, at(40)).deletedOn ?? {})).toEqual(["2026-04-11"]);
  });

  test("never gets past either limit, whatever it asks for and when", () => {
    const asks = fc.array(fc.record({ takesSlot: fc.boolean(), afterMs: fc.nat(20_000) }));
    fc.assert(
      fc.property(asks, (steps) => {
        let current = account({});
        let now = NOW.getTime();
        for (const { takesSlot, afterMs } of steps) {
          now += afterMs;
          const admitted = countChange(
            current,
            takesSlot,
            { maxClients: 3, writesPerMinute: 5, maxDeleted: 100 },
            new Date(now),
          );
          if (admitted.ok) current = admitted.value;
          expect(current.clients).toBeLessThanOrEqual(3);
          expect(current.writes).toBeLessThanOrEqual(5);
        }
      }),
    );
  });
});
