import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Account, admit } from "../../../shared/operations/account.ts";

const NOW = new Date("2026-03-02T12:00:15.500Z");
const MINUTE = Math.floor(NOW.getTime() / 60_000);
const limits = { maxClients: 10, writesPerMinute: 30 };
const account = (changes: Partial<Account>): Account => ({
  subscription: "contoso",
  clients: 0,
  minute: MINUTE,
  writes: 0,
  ...changes,
});

describe("a subscription", () => {
  test("is charged a write for a change, and a place besides for a client", () => {
    expect(admit(account({}), false, limits, NOW)).toMatchObject({
      ok: true,
      value: { clients: 0, writes: 1 },
    });
    expect(admit(account({}), true, limits, NOW)).toMatchObject({
      ok: true,
      value: { clients: 1, writes: 1 },
    });
  });

  test("with all its clients can change them and make no more", () => {
    const full = account({ clients: 10 });

    expect(admit(full, false, limits, NOW).ok).toBe(true);
    expect(admit(full, true, limits, NOW)).toEqual({
      ok: false,
      refusal: { reason: "client-limit-reached", limit: 10 },
    });
  });

  test("that has used up its minute is told when the next one begins", () => {
    expect(admit(account({ writes: 30 }), false, limits, NOW)).toEqual({
      ok: false,
      refusal: { reason: "rate-limited", limit: 30, retryAfterSeconds: 45 },
    });
  });

  test("begins each minute anew", () => {
    const before = account({ writes: 30, minute: MINUTE - 1 });

    expect(admit(before, false, limits, NOW)).toMatchObject({
      ok: true,
      value: { minute: MINUTE, writes: 1 },
    });
  });

  test("never gets past either limit, whatever it asks for and when", () => {
    const asks = fc.array(fc.record({ takesSlot: fc.boolean(), afterMs: fc.nat(20_000) }));
    fc.assert(
      fc.property(asks, (steps) => {
        let current = account({});
        let now = NOW.getTime();
        for (const { takesSlot, afterMs } of steps) {
          now += afterMs;
          const admitted = admit(
            current,
            takesSlot,
            { maxClients: 3, writesPerMinute: 5 },
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
