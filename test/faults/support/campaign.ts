import type { Cloud } from "../../../infra/local/cloud.ts";
import type { Faults } from "../../../infra/local/faults/faults.ts";
import { seeded } from "../../support/random.ts";
import type { Ask } from "./asks.ts";
import { askAgain, lookedAfter, quiet, settle, tellAll } from "./calm.ts";
import { type KillSwitch, type Moment, moments } from "./kill-switch.ts";
import { retryParked } from "./retry-parked.ts";
import { createCallers, createStage } from "./stage.ts";
import type { Blow } from "./trail.ts";
import type { Wish } from "./wish.ts";
import { startPair } from "./worker.ts";

/** What may stand against a change while a process dies over it: of the directory, of the tables or of the bus; or nothing. */
const MISHAPS: readonly Faults[] = [
  {},
  {},
  {},
  {},
  { directory: { lostOwnership: "all" } },
  { directory: { quotaExceeded: true } },
  { directory: { refusedNames: ["rename", "create", "register"] } },
  { directory: { tokensRevoked: "challenge" } },
  { directory: { mangled: { share: 0.5, how: "truncated" } } },
  { directory: { throttle: { share: 0.5, retryAfterSeconds: 1 } } },
  { directory: { listLagMs: 2_000 } },
  { directory: "down" },
  { tables: { cutAfterCommit: { share: 0.3 } } },
  { tables: "down" },
  { bus: { cutAfterCommit: { share: 0.3 } } },
  { bus: "down" },
];

/** Of three, one is met only by whoever looks after what was left, who may have to set it aside. */
const LATE = [false, false, true];

interface Plan {
  readonly ask: Ask;
  readonly step: number;
  readonly moment: Moment;
}

type Steps = Partial<Readonly<Record<Ask, readonly string[]>>>;

export interface Campaign {
  readonly wishes: readonly Wish[];
  readonly blows: readonly Blow[];
  /** Remote calls of each operation so far, in the order in which a healthy run makes them, the consumer's included. */
  readonly steps: Steps;
  readonly kills: number;
  readonly answersLost: number;
  /** How often each mishap was on while the blow fell. */
  readonly mishaps: Readonly<Record<string, number>>;
}

/**
 * Strikes at every step of every operation in turn, until `kills` processes have died: with and without `If-Match`, and with
 * whatever the directory may refuse. Then waits until nothing is under way, and asks again for whatever got no answer.
 */
export async function runCampaign(
  cloud: Cloud,
  killSwitch: KillSwitch,
  options: {
    readonly seed: number;
    readonly kills: number;
    /** What is struck; what has to be done before it is done unharmed. */
    readonly asks: readonly Ask[];
  },
): Promise<Campaign> {
  const pair = await startPair(cloud);
  const callers = await createCallers(cloud, pair);
  // The first time it looks at a whole month, and what is learnt here is how often it calls from then on.
  await callers.asker.care();
  const random = seeded(options.seed);
  const pick = <T>(among: readonly T[]): T => among[Math.floor(random() * among.length)] as T;
  const { wishes, make, prepare } = createStage(cloud, callers, pick, pair);

  const steps: Partial<Record<Ask, readonly string[]>> = {};
  const learn = async (ask: Ask): Promise<readonly string[]> => {
    const { ifMatch: _, ...wish } = await prepare(ask);
    killSwitch.watch();
    await make(wish);
    await quiet(cloud, wishes, pair);
    const calls = [...killSwitch.calls];
    steps[ask] = calls;
    return calls;
  };

  let answersLost = 0;
  const mishaps: Record<string, number> = {};
  const fallen: Blow[] = [];
  for await (const blow of blows(options.asks, learn, random)) {
    if (pair.kills() >= options.kills) break;
    const wish = await prepare(blow.ask);
    const mishap = pick(MISHAPS);
    const name = Object.entries(mishap).map(nameOf).join() || "none";
    const isLate = name !== "none" && pick(LATE);
    const when = isLate ? `${name}, late` : name;
    mishaps[when] = (mishaps[when] ?? 0) + 1;
    let answered = false;
    killSwitch.arm(blow.step, blow.moment, () => {
      // Once the caller has its answer, the step is the consumer's, on either host.
      if (answered) pair.killBoth();
      else pair.killFirst();
    });
    const struck = `${blow.moment} ${steps[blow.ask]?.[blow.step]}`;
    fallen.push({ at: new Date(), wish, struck, mishap: when });
    await cloud.setFaults(isLate ? {} : mishap);
    await make(wish);
    answered = true;
    if (isLate) {
      await cloud.setFaults(mishap);
      await lookedAfter(cloud);
    }
    await cloud.setFaults({});
    await quiet(cloud, wishes, pair);
    killSwitch.watch();
    await pair.revive();
    await quiet(cloud, wishes, pair, "at-once");
    if (blow.moment === "answer-lost") answersLost += 1;
  }
  await settle(cloud, pair);
  await retryParked(callers.asker);
  await askAgain(callers.asker, wishes);
  await settle(cloud, pair);
  await quiet(cloud, wishes, pair, "at-once");
  await tellAll(cloud, pair);
  return { wishes, blows: fallen, steps, kills: pair.kills(), answersLost, mishaps };
}

const nameOf = ([what, fault]: [string, unknown]): string =>
  [what, ...(typeof fault === "object" ? Object.keys(fault ?? {}) : [fault])].join(" ");

/** Of one operation in a round: the steps of those on a whole subscription are much the same from client to client. */
const OF_ONE_ASK = 60;

/**
 * Every step of every operation at every moment, shuffled, again and again; but first of all one of every operation.
 *
 * @param learn which steps it has
 */
async function* blows(
  asks: readonly Ask[],
  learn: (ask: Ask) => Promise<readonly string[]>,
  random: () => number,
): AsyncGenerator<Plan> {
  const drawn = <T>(from: T[]): T[] => from.splice(Math.floor(random() * from.length), 1);
  const all: Plan[] = [];
  for (const left = [...asks]; left.length > 0; )
    for (const ask of drawn(left)) {
      const steps = await learn(ask);
      const every = steps.flatMap((_, step) => moments.map((moment) => ({ ask, step, moment })));
      yield* drawn(every);
      for (let some = 0; some < OF_ONE_ASK && every.length > 0; some += 1)
        all.push(...drawn(every));
    }
  for (;;) for (const round = [...all]; round.length > 0; ) yield* drawn(round);
}
