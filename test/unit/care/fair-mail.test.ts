import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { sharedUsage, type UsageBoard } from "../../../shared/base/usage.ts";
import { fairMail } from "../../../shared/care/fair-mail.ts";
import type { PersonMail } from "../../../shared/care/ports.ts";
import { alertGate } from "../../../shared/consent/alerts/alert-gate.ts";
import { memoryMail } from "../../doubles/memory-mail.ts";
import { later, NOON, newId } from "../../support/samples.ts";

const ALONE: UsageBoard = {
  say: async () => undefined,
  all: async () => [],
  forget: async () => undefined,
};
const LIMITS = { perMinute: 30, perHour: 30 };
const MINUTE = 60_000;

function world(mail: PersonMail = memoryMail()) {
  let now = NOON;
  const runtime = { now: () => now, newId };
  const usage = sharedUsage(ALONE, runtime);
  const gate = alertGate(usage, runtime, { budget: 1_000, limits: { email: LIMITS } });
  const letters = fairMail(mail, gate, usage, LIMITS);
  const [alerts] = gate.paced([{ name: "email", send: async () => undefined }]);
  return {
    gate,
    pass: (milliseconds: number) => {
      now = later(milliseconds, now);
    },
    /** How many of so many letters of a subscription's go out. */
    letters: async (subscription: string, count: number): Promise<number> => {
      let out = 0;
      for (let at = 0; at < count; at += 1) {
        const letter = { id: newId(), subscription, to: "ann@contoso.example" };
        const content = { subject: "s", text: "t", html: "h" };
        out += await letters.send({ ...letter, ...content }).then(
          () => 1,
          (error: unknown) => {
            expect(error).toMatchObject({ executed: "no", throttled: true });
            return 0;
          },
        );
      }
      return out;
    },
    /** How many alerts about so many subscriptions, each with one, go out. */
    alerts: async (count: number): Promise<number> => {
      let out = 0;
      for (let at = 0; at < count; at += 1) {
        const subscription = `customer-${at}`;
        if (gate.heldMs("email", subscription, false) > 0) continue;
        gate.count("email", subscription);
        await alerts?.send({
          id: newId(),
          stage: "poison",
          sentAt: now,
          queue: "consent",
          count: 1,
          messageId: "m",
          reason: "r",
        });
        out += 1;
      }
      return out;
    },
  };
}

describe("letters to customers' people", () => {
  test("of one customer leave room to others', and all of them to operators' alerts", async () => {
    const { letters, alerts } = world();
    // A third of what the service takes is for letters, and half of that for those who have had few.
    expect(await letters("greedy", 50)).toBe(5);
    expect(await letters("quiet", 3)).toBe(3);
    expect(await letters("greedy", 3)).toBe(0);
    let all = 8;
    for (let at = 0; at < 40; at += 1) all += await letters(`other-${at}`, 1);
    expect(all).toBe(10);
    expect(await alerts(60)).toBe(18);
  });

  test("go on when the hour is over, and are told how long that takes", async () => {
    const mail = memoryMail();
    const { letters, pass } = world(mail);
    await letters("greedy", 50);
    pass(10 * MINUTE);
    expect(await letters("greedy", 1)).toBe(0);
    pass(56 * MINUTE);
    expect(await letters("greedy", 1)).toBe(1);
    expect(mail.taken).toHaveLength(6);
  });

  test("wait when alerts have taken all there is", async () => {
    const { letters, alerts } = world();
    expect(await alerts(40)).toBe(28);
    expect(await letters("quiet", 3)).toBe(2);
  });

  test("and alerts keep each other's pause", async () => {
    let refuses = true;
    const { letters, gate, pass } = world({
      send: async () => {
        const known = { executed: "no", throttled: true, retryAfterSeconds: 90 } as const;
        if (refuses) throw new RemoteUnavailable("alerts", known);
        return "taken";
      },
    });
    expect(await letters("one", 1)).toBe(0);
    refuses = false;
    expect(gate.heldMs("email", "two", false)).toBe(90_000);
    expect(await letters("two", 1)).toBe(0);
    pass(91_000);
    expect(await letters("two", 1)).toBe(1);
  });
});
