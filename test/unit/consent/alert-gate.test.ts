import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { sharedUsage, type UsageBoard } from "../../../shared/base/usage.ts";
import type { Alert, AlertChannel } from "../../../shared/consent/alerts/alert.ts";
import {
  alertGate,
  type GateOptions,
  heldBack,
  lettersOn,
  singlesOf,
} from "../../../shared/consent/alerts/alert-gate.ts";
import { failure } from "../../support/failure.ts";
import { later, NOON, newId } from "../../support/samples.ts";

/** Which alert may go out now: by whose budget, by what a receiver takes, and by the pause it has asked for. */

const MINUTE = 60_000;
const ALONE: UsageBoard = {
  say: async () => undefined,
  all: async () => [],
  forget: async () => undefined,
};
const ALERT: Alert = {
  ...{ id: "a", stage: "poison", sentAt: NOON, queue: "consent", count: 1 },
  ...{ messageId: "m", reason: "r" },
};
const throttled = (retryAfterSeconds: number) =>
  new RemoteUnavailable("alerts", { executed: "no", throttled: true, retryAfterSeconds });

function world(options: Partial<GateOptions> = {}) {
  let now = NOON;
  const runtime = { now: () => now, newId };
  const usage = sharedUsage(ALONE, runtime);
  const gate = alertGate(usage, runtime, { budget: 1_000, limits: {}, ...options });
  /** What the receivers answer with; they take it while there is nothing. */
  const refusals = new Map<AlertChannel["name"], Error>();
  const channel = (name: AlertChannel["name"]): AlertChannel => ({
    name,
    send: async () => {
      const refusal = refusals.get(name);
      if (refusal) throw refusal;
    },
  });
  const [webhook = channel("webhook"), email = channel("email")] = gate.paced([
    channel("webhook"),
    channel("email"),
  ]);
  /** Alerts about a subscription that go out by mail, whatever the gate says. */
  const mail = async (subscription: string, times = 1) => {
    for (let time = 0; time < times; time += 1) {
      gate.count("email", subscription);
      await email.send(ALERT);
    }
  };
  const pass = (milliseconds: number) => {
    now = later(milliseconds, now);
  };
  return { ...{ gate, usage, webhook, email, mail, pass, refusals } };
}

describe("a budget", () => {
  test("is each subscription's on each channel, and free again when the hour of its first alert is over", () => {
    const { gate, pass } = world({ budget: 2 });
    gate.count("webhook", "greedy");
    pass(10 * MINUTE);
    expect(gate.heldMs("webhook", "greedy", true)).toBe(0);
    gate.count("webhook", "greedy");

    expect(gate.heldMs("webhook", "greedy", true)).toBe(55 * MINUTE);
    expect(gate.heldMs("webhook", "greedy", false)).toBe(0);
    expect(gate.heldMs("webhook", "quiet", true)).toBe(0);
    expect(gate.heldMs("email", "greedy", true)).toBe(0);
    expect([gate.sent("webhook", "greedy"), gate.sent("email", "greedy")]).toEqual([2, 0]);
    pass(55 * MINUTE + 1);
    expect(gate.heldMs("webhook", "greedy", true)).toBe(0);
  });

  test("has back what did not go out", () => {
    const { gate } = world({ budget: 1 });
    const takeBack = gate.count("webhook", "contoso");
    takeBack();
    expect(gate.heldMs("webhook", "contoso", true)).toBe(0);
    expect(gate.sent("webhook", "contoso")).toBe(0);
  });

  test.each([
    ["a fifth of what the receiver takes", 50, 1_000, 10],
    ["no more than it is set to", 50, 3, 3],
    ["one at the least", 4, 1_000, 1],
    ["whole alerts", 9, 1_000, 1],
  ])("of singles is %s", (_what, perHour, budget, singles) => {
    expect(singlesOf(perHour, budget)).toBe(singles);
  });

  test("follows what the receiver takes also where others have had more, and there is room", async () => {
    const { gate, mail } = world({ limits: { email: { perMinute: 100, perHour: 9 } } });
    await mail("contoso");
    await mail("another", 2);
    expect(gate.heldMs("email", "contoso", false)).toBe(0);
    expect(gate.heldMs("email", "contoso", true)).toBeGreaterThan(50 * MINUTE);
  });
});

describe("what a receiver takes", () => {
  const LIMITS = { email: { perMinute: 10, perHour: 1_000 } };

  test("is shared by how much each has had beside whoever has had the most", async () => {
    const { gate, mail } = world({ limits: LIMITS });
    await mail("greedy", 4);
    await mail("modest", 1);
    // Of ten a minute: two for whoever has had the most, eight for one who has had a quarter of that, all for a new one.
    expect(gate.heldMs("email", "greedy", false)).toBeGreaterThan(0);
    expect(gate.heldMs("email", "modest", false)).toBe(0);
    await mail("some", 3);
    expect(gate.heldMs("email", "modest", false)).toBeGreaterThan(0);
    expect(gate.heldMs("email", "new", false)).toBe(0);
    await mail("others", 2);
    expect(gate.heldMs("email", "new", false)).toBeGreaterThan(0);
  });

  test("is nobody's by far where all have had as much", async () => {
    const { gate, mail } = world({ limits: LIMITS });
    await mail("one", 2);
    await mail("another", 2);
    expect(gate.heldMs("email", "one", false)).toBeGreaterThan(0);
  });

  test("of what another channel's receiver takes nothing is used", async () => {
    const { gate, mail } = world({ limits: { ...LIMITS, webhook: LIMITS.email } });
    await mail("contoso", 10);
    expect(gate.heldMs("webhook", "contoso", false)).toBe(0);
  });

  test("is less by the letters that were sent over it, and over no other", () => {
    const { gate, usage } = world({ limits: { ...LIMITS, webhook: LIMITS.email } });
    for (let letter = 0; letter < 10; letter += 1) usage.add("minute", lettersOn("email"));
    // One is always let through, so that alerts are never silenced by letters.
    expect(gate.heldMs("email", "contoso", false)).toBe(0);
    usage.add("minute", "alerts:email");
    usage.add("minute", "alerts:webhook");
    expect(gate.heldMs("email", "contoso", false)).toBeGreaterThan(0);
    expect(gate.heldMs("webhook", "contoso", false)).toBe(0);
  });

  test("of an hour keeps two for digests", async () => {
    const { gate, mail } = world({ limits: { email: { perMinute: 100, perHour: 4 } } });
    await mail("one");
    expect(gate.heldMs("email", "new", false)).toBe(0);
    await mail("two");
    expect(gate.heldMs("email", "new", false)).toBeGreaterThan(50 * MINUTE);
    expect(gate.mayDigest("email")).toBe(true);
  });

  test("is used by what it refuses, too", async () => {
    const { gate, email, refusals } = world({ limits: { email: { perMinute: 1, perHour: 100 } } });
    refusals.set("email", new Error("No"));
    await failure(email.send(ALERT));
    expect(gate.heldMs("email", "contoso", false)).toBeGreaterThan(0);
  });
});

describe("a pause", () => {
  test("that a receiver asks for is kept by all that is sent to it, and by nothing else", async () => {
    const { gate, webhook, email, pass, refusals } = world();
    refusals.set("webhook", throttled(90));
    await failure(webhook.send(ALERT));
    refusals.clear();
    pass(500);

    expect(gate.heldMs("webhook", "contoso", false)).toBe(89_500);
    expect(gate.mayDigest("webhook")).toBe(false);
    expect(await failure(webhook.send(ALERT))).toMatchObject({
      ...{ service: "alerts", executed: "no", throttled: true, retryAfterSeconds: 90 },
    });
    expect(gate.heldMs("email", "contoso", false)).toBe(0);
    await email.send(ALERT);
    pass(89_500);
    expect(gate.heldMs("webhook", "contoso", false)).toBe(0);
    await webhook.send(ALERT);
  });

  test("is none that nobody asked for", async () => {
    const { gate, webhook, email, refusals } = world();
    const away = new RemoteUnavailable("alerts", { executed: "unknown" });
    refusals.set("webhook", away).set("email", new TypeError("A mistake"));
    expect(await failure(webhook.send(ALERT))).toBe(away);
    expect(await failure(email.send(ALERT))).toBeInstanceOf(TypeError);
    expect(gate.heldMs("webhook", "contoso", false)).toBe(0);
    expect(gate.heldMs("email", "contoso", false)).toBe(0);
  });

  test("is kept by a receiver with limits as well", async () => {
    const { gate, email, refusals } = world({ limits: { email: { perMinute: 10, perHour: 10 } } });
    refusals.set("email", throttled(1_000));
    await failure(email.send(ALERT));
    expect(gate.heldMs("email", "contoso", true)).toBe(1_000_000);
  });

  test("is said in whole seconds, and never as over before it is", () => {
    expect(heldBack(1)).toMatchObject({ retryAfterSeconds: 1 });
    expect(heldBack(60_001)).toMatchObject({ service: "alerts", retryAfterSeconds: 61 });
  });
});

describe("a digest", () => {
  test("goes out on a channel once in ten minutes", () => {
    const { gate, pass } = world();
    expect(gate.mayDigest("webhook")).toBe(true);
    gate.countDigest("webhook", ["contoso"]);
    expect(gate.mayDigest("webhook")).toBe(false);
    expect(gate.mayDigest("email")).toBe(true);
    pass(9 * MINUTE);
    expect(gate.mayDigest("webhook")).toBe(false);
    pass(2 * MINUTE);
    expect(gate.mayDigest("webhook")).toBe(true);
  });

  test("has told of a subscription for an hour, on its channel", () => {
    const { gate, pass } = world();
    gate.countDigest("webhook", ["contoso", "contoso", "fabrikam"]);
    const told = (channel: AlertChannel["name"]) =>
      ["contoso", "fabrikam", "other"].map((name) => gate.wasDigested(channel, name));
    expect(told("webhook")).toEqual([true, true, false]);
    expect(told("email")).toEqual([false, false, false]);
    pass(54 * MINUTE);
    expect(told("webhook")).toEqual([true, true, false]);
    pass(12 * MINUTE);
    expect(told("webhook")).toEqual([false, false, false]);
  });

  test("leaves the minute to first alerts, and takes of the hour what is left", async () => {
    const minute = world({ limits: { email: { perMinute: 10, perHour: 1_000 } } });
    await minute.mail("one", 2);
    expect(minute.gate.heldMs("email", "new", false)).toBe(0);
    expect(minute.gate.mayDigest("email")).toBe(false);
    minute.pass(2 * MINUTE);
    expect(minute.gate.mayDigest("email")).toBe(true);

    const hour = world({ limits: { email: { perMinute: 1_000, perHour: 5 } } });
    await hour.mail("one", 4);
    expect(hour.gate.mayDigest("email")).toBe(true);
    await hour.mail("one");
    expect(hour.gate.mayDigest("email")).toBe(false);
  });
});
