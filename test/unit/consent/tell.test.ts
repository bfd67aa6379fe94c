import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import type { Announcement } from "../../../shared/consent/alerts/announcements.ts";
import { type Telling, tell } from "../../../shared/consent/alerts/tell.ts";
import type { ConsentCase } from "../../../shared/consent/consent-case.ts";
import type { ConsentDeps } from "../../../shared/consent/consent-deps.ts";
import type { Told } from "../../../shared/consent/told.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { NOON } from "../../support/samples.ts";

/** Who is told what in which order, who is left alone, and what is known of it afterwards. */

const REQUESTED: Announcement = { stage: "requested", mark: "", at: NOON };
const REMINDED: Announcement = { stage: "reminded", mark: "50%", at: NOON };
const GRANTED: Announcement = { stage: "granted", mark: "d-1", at: NOON };
const EVERYBODY = ["webhook", "email", "events"];

let world: ConsentWorld;
let subject: ConsentCase;
beforeEach(async () => {
  world = consentWorld();
  const { id } = await world.client();
  subject = ((await world.deps.cases.get("pending", id)) ?? expect.unreachable()).found;
});

const telling = (
  announcements: readonly Announcement[],
  told: Told = {},
  sofar?: Telling,
  deps: Partial<ConsentDeps> = {},
) => tell({ ...world.deps, ...deps }, subject, announcements, told, sofar);
/** Held back for so long, by the channel's name. */
const holding = (heldMs: Readonly<Record<string, number>>) => ({
  gate: { ...world.deps.gate, heldMs: (channel: string) => heldMs[channel] ?? 0 },
});
const stagesIn = (alerts: ConsentWorld["alerts"]) => alerts.map(({ stage }) => stage);

describe("telling", () => {
  test("brings everybody what they have not had, in order, and the events in one transfer", async () => {
    const told = { "requested:": ["webhook"] };

    expect(await telling([REQUESTED, REMINDED], told)).toEqual({
      told: { "requested:": EVERYBODY, "reminded:50%": EVERYBODY },
      progress: true,
    });

    expect(stagesIn(world.alerts)).toEqual(["reminded"]);
    expect(stagesIn(world.mails)).toEqual(["requested", "reminded"]);
    expect(world.types()).toEqual(["client.created", "consent.requested", "consent.reminded"]);
    expect(world.calls.transfers).toBe(1);
  });

  test("is no progress where everybody has had it, and costs no transfer", async () => {
    const told = { "requested:": EVERYBODY };

    expect(await telling([REQUESTED], told)).toEqual({ told, progress: false });

    expect([world.alerts, world.mails, world.calls.transfers]).toEqual([[], [], 0]);
  });

  test("leaves people out of what was their own decision", async () => {
    const { told } = await telling([GRANTED]);

    expect(told).toEqual({ "granted:d-1": ["events"] });
    expect([world.alerts, world.mails, world.types()]).toEqual([[], [], ["consent.granted"]]);
  });

  test("waits until it is known what was sent before this process", async () => {
    let isReady = false;
    const ready = async () => {
      isReady = true;
    };
    const heldMs = () => (isReady ? 0 : 60_000);
    const gate = { ...world.deps.gate, ready, heldMs };
    expect(await telling([REQUESTED], {}, undefined, { gate })).not.toHaveProperty("heldBack");
  });
});

describe("a target that is away", () => {
  test("is tried once, hears nothing out of order, and is named, with the pause it asks for", async () => {
    const observation = newObservation();
    world.away.add("webhook");
    world.pauses.set("webhook", 600);

    const told = await observe(observation, () => telling([REQUESTED, REMINDED]));

    expect(told).toEqual({
      told: { "requested:": ["email", "events"], "reminded:50%": ["email", "events"] },
      progress: true,
      failed: { targets: ["webhook"], retryAfterSeconds: 600 },
    });
    expect([world.tries("webhook"), world.tries("email")]).toEqual([1, 2]);
    expect(observation.notes).toEqual(["not-told:webhook"]);
  });

  test("asks for no pause where it says none, and costs its subscription nothing of its budget", async () => {
    for (const service of ["webhook", "events"] as const) world.away.add(service);

    const { failed, progress } = await telling([REQUESTED]);

    expect(failed).toEqual({ targets: ["webhook", "events"], retryAfterSeconds: 0 });
    expect(progress).toBe(true);
    const sentOn = (name: "webhook" | "email") => world.deps.gate.sent(name, "contoso");
    expect([sentOn("webhook"), sentOn("email")]).toEqual([0, 1]);
  });

  test("with all others is no progress", async () => {
    for (const service of ["webhook", "email", "events"] as const) world.away.add(service);

    const { told, progress, failed } = await telling([REQUESTED]);

    expect([told, progress]).toEqual([{}, false]);
    expect(failed?.targets).toEqual(EVERYBODY);
  });

  test("in the midst has had what came before", async () => {
    const [webhook, email] = world.deps.channels;
    if (!webhook || !email) return expect.unreachable();
    const once: typeof webhook = {
      name: "webhook",
      send: async (alert) => {
        if (alert.stage === "reminded") world.away.add("webhook");
        await webhook.send(alert);
      },
    };

    const { told } = await telling([REQUESTED, REMINDED], {}, undefined, {
      channels: [once, email],
    });

    expect(told).toEqual({ "requested:": EVERYBODY, "reminded:50%": ["email", "events"] });
  });

  test("for a fault of ours is a defect, whatever else was told", async () => {
    const defect = new TypeError("A mistake");
    const send = async (): Promise<never> => {
      throw defect;
    };
    world.away.add("webhook");
    const channels = [...world.deps.channels, { name: "teams" as const, send }];

    const told = await telling([REQUESTED], {}, undefined, { channels });

    expect(told).toMatchObject({ failed: { targets: ["webhook", "teams"] }, progress: true });
    expect(told.defect).toBe(defect);
  });
});

describe("what the gate holds back", () => {
  test("is named with the shortest time, and nothing after it goes out on that channel", async () => {
    const told = await telling(
      [REQUESTED, REMINDED],
      {},
      undefined,
      holding({ webhook: 90_000, email: 60_000 }),
    );

    expect(told).toEqual({
      told: { "requested:": ["events"], "reminded:50%": ["events"] },
      progress: true,
      heldBack: { targets: ["webhook", "email"], forMs: 60_000 },
    });
    expect([world.tries("webhook"), world.tries("email")]).toEqual([0, 0]);
  });

  test("holds back no more than what it is asked about: what somebody did in the directory has no budget", async () => {
    const asked: unknown[] = [];
    const heldMs = (...about: readonly unknown[]) => {
      asked.push(about);
      return 0;
    };
    const channels = world.deps.channels.slice(0, 1);
    const deps = { gate: { ...world.deps.gate, heldMs }, channels };
    await telling([REQUESTED, { stage: "deleted", mark: "", at: NOON }], {}, undefined, deps);
    expect(asked).toEqual([
      ["webhook", "contoso", true],
      ["webhook", "contoso", false],
    ]);
  });
});

describe("after what was told before", () => {
  const sofar: Telling = {
    ...{ told: {}, progress: false },
    failed: { targets: ["webhook"], retryAfterSeconds: 30 },
  };

  test("who failed is not told now, and stays named with its pause", async () => {
    expect(await telling([REMINDED], {}, sofar)).toEqual({
      ...{ told: { "reminded:50%": ["email", "events"] }, progress: true },
      failed: { targets: ["webhook"], retryAfterSeconds: 30 },
    });
    expect(world.tries("webhook")).toBe(0);
  });

  test("who was held back is not told now, and stays so for the shortest time", async () => {
    const heldBack = { targets: ["email"], forMs: 60_000 };
    const before: Telling = { told: {}, progress: true, heldBack };

    expect(await telling([REMINDED], {}, before, holding({ webhook: 90_000 }))).toEqual({
      ...{ told: { "reminded:50%": ["events"] }, progress: true },
      heldBack: { targets: ["email", "webhook"], forMs: 60_000 },
    });
    expect(await telling([REMINDED], {}, before, holding({ webhook: 30_000 }))).toMatchObject({
      heldBack: { targets: ["email", "webhook"], forMs: 30_000 },
    });
    expect(world.tries("email")).toBe(0);
  });

  test("the longest pause counts, and who fails now stands behind those who did", async () => {
    for (const [seconds, longest] of [
      [10, 30],
      [60, 60],
    ] as const) {
      world = consentWorld();
      world.away.add("email");
      world.pauses.set("email", seconds);
      const { failed } = await telling([REMINDED], {}, sofar);
      expect(failed).toEqual({ targets: ["webhook", "email"], retryAfterSeconds: longest });
    }
  });

  test("its progress and its fault of ours stay, the first fault first", async () => {
    const told = { "reminded:50%": EVERYBODY };
    const first = new TypeError("The first");
    const before: Telling = { ...sofar, progress: true, defect: first };
    const send = async (): Promise<never> => {
      throw new TypeError("The second");
    };

    expect(await telling([REMINDED], told, before)).toEqual({ ...before, told });
    const channels = [{ name: "teams" as const, send }];
    expect((await telling([REMINDED], {}, before, { channels })).defect).toBe(first);
  });
});
