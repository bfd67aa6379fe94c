import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { AlertChannel } from "../../../shared/consent/alerts/alert.ts";
import { type DigestDeps, digests, type Owed } from "../../../shared/consent/alerts/digest.ts";
import { memoryChannel } from "../../doubles/memory-channel.ts";
import { aDigestItem, aDigestStop, QUEUE_URL } from "../../support/alert-samples.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { later, NOON } from "../../support/samples.ts";

const MINUTE = 60_000;

let webhook: ReturnType<typeof memoryChannel>;
let email: ReturnType<typeof memoryChannel>;
let marked: string[];
beforeEach(() => {
  webhook = memoryChannel("webhook");
  email = memoryChannel("email");
  marked = [];
});

/** Where everything is held back for a minute; what else the gate says is its own. */
function deps(changes: Partial<DigestDeps["gate"]> = {}): DigestDeps {
  const { gate, runtime } = consentWorld().deps;
  return {
    ...{ channels: [webhook, email], runtime, queueUrl: QUEUE_URL },
    gate: { ...gate, heldMs: () => MINUTE, ...changes },
  };
}
const owed = (key: string, changes: Partial<Owed> = {}): Owed => ({
  ...{ subscription: "contoso", keys: [key], item: aDigestItem({ displayName: key }) },
  mark: async () => void marked.push(key),
  ...changes,
});
/** The digest of these, on the webhook alone. */
async function digestOf(all: readonly Owed[], using = deps()) {
  const held = digests({ ...using, channels: [webhook] });
  for (const one of all) held.add(one.subscription, () => one);
  const told = await held.send();
  const digest = webhook.taken.at(-1);
  return digest?.stage === "digest" ? { ...digest, told } : expect.unreachable();
}

describe("a digest", () => {
  test("is of what is held back for a minute or more, and asks for nothing of the rest", () => {
    for (const [heldMs, isDue] of [
      [MINUTE - 1, false],
      [MINUTE, true],
    ] as const) {
      let asked = 0;
      const held = digests(deps({ heldMs: () => heldMs }));
      held.add("contoso", () => {
        asked += 1;
        return owed("a");
      });
      expect(held.areDue()).toBe(isDue);
      expect(asked).toBe(isDue ? 2 : 0);
    }
  });

  test("asks the gate for each channel and subscription, as for what a customer can bring about", () => {
    const asked: unknown[] = [];
    const heldMs = (...about: readonly unknown[]) => {
      asked.push(about);
      return MINUTE;
    };
    digests(deps({ heldMs })).add("contoso", () => undefined);
    expect(asked).toEqual([
      ["webhook", "contoso", true],
      ["email", "contoso", true],
    ]);
  });

  test("is none of a subscription's that has stood in one within the hour, on that channel", async () => {
    const using = deps({ wasDigested: (channel) => channel === "webhook" });
    const held = digests(using);
    held.add("contoso", () => owed("a"));

    expect(await held.send()).toBe(1);

    expect([webhook.taken.length, email.taken.length]).toEqual([0, 1]);
  });

  test("is not due with nothing to tell, nor while the channel may have none", async () => {
    const nothing = digests(deps());
    nothing.add("contoso", () => undefined);
    const notNow = digests(deps({ mayDigest: () => false }));
    notNow.add("contoso", () => owed("a"));
    for (const held of [nothing, notNow]) {
      expect(held.areDue()).toBe(false);
      expect(await held.send()).toBe(0);
    }
    expect([...webhook.taken, ...email.taken, ...marked]).toEqual([]);
  });

  test("says what there is, and is counted for its subscriptions before it goes out", async () => {
    const counted: unknown[] = [];
    const countDigest = (...about: readonly unknown[]) => {
      counted.push({ about, out: webhook.taken.length });
      return () => expect.unreachable();
    };
    const stop = aDigestStop();
    const { item: _, ...stopped } = owed("b", { subscription: "fabrikam", stop });

    const digest = await digestOf([owed("a"), stopped], deps({ countDigest }));

    expect(digest).toEqual({
      id: expect.stringMatching(/^digest:webhook:[0-9a-f]{32}$/),
      stage: "digest",
      sentAt: NOON,
      count: 2,
      items: [aDigestItem({ displayName: "a" })],
      stops: [stop],
      queueUrl: QUEUE_URL,
      told: 2,
    });
    expect(counted).toEqual([{ about: ["webhook", ["contoso", "fabrikam"]], out: 0 }]);
    expect(marked).toEqual(["a", "b"]);
  });

  test("has no stops where operators have stopped nothing", async () => {
    expect(await digestOf([owed("a")])).not.toHaveProperty("stops");
  });

  test("has the same id for the same things in another order, and another for others", async () => {
    const idOf = async (...keys: readonly string[]) =>
      (await digestOf([owed("first", { keys: [...keys] })])).id;
    const ab = await idOf("a", "b");
    expect(await idOf("b", "a")).toBe(ab);
    expect((await digestOf([owed("b"), owed("a")])).id).toBe(ab);
    expect(await idOf("ab")).not.toBe(ab);
    expect(await idOf("a")).not.toBe(ab);
  });

  test("names whom least was told of first, and fifty at most; all are counted and noted", async () => {
    const sent = (_: AlertChannel["name"], subscription: string) => Number(subscription);
    const many = Array.from({ length: 51 }, (_, at) =>
      owed(`${at}`, { subscription: `${50 - at}` }),
    );

    const digest = await digestOf(many, deps({ sent }));

    expect(digest).toMatchObject({ count: 51, told: 51 });
    expect(digest.items.map(({ displayName }) => displayName)).toEqual(
      Array.from({ length: 50 }, (_, at) => `${50 - at}`),
    );
    expect(marked).toHaveLength(51);
  });
});

test("what a digest has told of is noted of several at once: of thousands there is no time to do it one by one", async () => {
  let running = 0;
  let most = 0;
  const mark = async () => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
  };
  await digestOf(Array.from({ length: 20 }, (_, at) => owed(`${at}`, { mark })));
  expect(most).toBe(8);
});

describe("a digest that does not go out", () => {
  test("is tried again with the channel's next one, and not an hour later", async () => {
    const world = consentWorld();
    const gate = { ...world.deps.gate, heldMs: () => MINUTE };
    const using = { ...deps(), channels: [webhook], gate };
    const sweep = async () => {
      const held = digests(using);
      held.add("contoso", () => owed("a"));
      return held.areDue() ? held.send() : "not due";
    };
    webhook.refuse(true);
    expect(await sweep()).toBe(0);
    webhook.refuse(false);
    expect(await sweep()).toBe("not due");

    world.setNow(later(12 * MINUTE));

    expect(await sweep()).toBe(1);
    expect(await sweep()).toBe("not due");
  });

  test("on one channel is noted, marks nothing there and is sent on the others", async () => {
    const observation = newObservation();
    webhook.refuse(true);
    const held = digests(deps());
    held.add("contoso", ({ name }) => owed(name));

    expect(await observe(observation, () => held.send())).toBe(1);

    expect(observation.notes).toEqual(["not-told:webhook"]);
    expect(marked).toEqual(["email"]);
    expect(email.taken).toHaveLength(1);
  });

  test("for a fault of ours throws, when the others are told", async () => {
    const send = async (): Promise<never> => {
      throw new TypeError("A mistake");
    };
    const channels = [{ name: "teams" as const, send }, email];
    const held = digests({ ...deps(), channels });
    held.add("contoso", ({ name }) => owed(name));

    await expect(held.send()).rejects.toThrow("A mistake");

    expect(marked).toEqual(["email"]);
  });

  test("is the last where the tables are away: what cannot be noted is told no further", async () => {
    const mark = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "unknown" });
    };
    const held = digests(deps());
    held.add("contoso", () => owed("a", { mark }));

    await expect(held.send()).rejects.toThrow(RemoteUnavailable);

    expect([webhook.taken.length, email.taken.length]).toEqual([1, 0]);
  });
});
