import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import type { ConsentMessage } from "../../../shared/events/consent-message.ts";
import type { OperationMessage } from "../../../shared/events/operation-message.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";
import { seeded } from "../../support/random.ts";
import { crew } from "../crew.ts";
import { fatesOf, isCalm, type Odds } from "../fates.ts";
import { startProcess } from "../process.ts";
import { scheduler } from "../scheduler.ts";
import type { Simulated, Wish } from "../simulation.ts";
import { pick, subjectsOf } from "../subject.ts";
import { upkeepOf } from "../upkeep.ts";
import { ASKS, anyAsk } from "../wishes.ts";
import { anyOperation, anythingByHand } from "./administrators.ts";
import { type ConsentHost, startConsentHost } from "./host.ts";
import { CHANNELS, type ConsentOutside, consentOutside } from "./outside.ts";

/** What a host was at, and when. */
export interface Task {
  readonly what: string;
  readonly from: number;
  to: number;
}

export interface SimulatedConsents extends Simulated {
  readonly out: ConsentOutside;
  readonly tasks: readonly Task[];
  /** Operations whose first message nobody was given. */
  readonly lost: ReadonlySet<string>;
  /** When something went otherwise than it should. */
  readonly troubles: readonly number[];
}

/** Of what customers and operators ask for. */
const OFTEN: Readonly<Record<string, number>> = {
  ...{ create: 10, "create without a key": 4, rename: 4, delete: 2, restore: 4, purge: 0.5 },
  ...{ "stop own": 1, "resume own": 1, stop: 2, resume: 2, "restore by operators": 2 },
  ...{ "stop all": 0.5, "resume all": 1, offboard: 0.3, keep: 1 },
};
const WISHES = Object.fromEntries(
  Object.entries(ASKS).flatMap(([what, [, ask]]) => {
    const often = OFTEN[what];
    return often === undefined ? [] : [[what, [often, ask] as const]];
  }),
);
const MOST_DELIVERIES = 10;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

type Queued = { readonly body: ConsentMessage | OperationMessage; readonly at?: Date };

/**
 * So much is asked and decided while hosts die, services are away and the clock passes; then all is well, until nothing is left to be
 * done and every stage is over. The same seed is the same run.
 */
export async function simulateConsents(
  seed: number,
  asked: number,
  odds: Odds,
): Promise<SimulatedConsents> {
  const random = seeded(seed);
  const out = consentOutside(random);
  const turns = scheduler(random);
  const fates = fatesOf(random, odds);
  const [wishes, log, tasks, troubles]: [Wish[], string[], Task[], number[]] = [[], [], [], []];
  const delivered = new Map<Queued, number>();
  const over = new Set<Queued>();
  const lost = new Set<string>();
  const now = () => out.runtime.now().getTime();
  const note = (what: string): void => {
    if (!/^(pass|late|begins|ends|by hand|all) /.test(what)) troubles.push(now());
    log.push(`${out.runtime.now().toISOString()} ${what}`);
  };
  const newHost = () => startConsentHost(out, startProcess(out, turns, fates, note));
  const { begin, playUntil, quiet, running, thrown, deaths } = crew(turns, random, newHost, note);
  const start = (
    what: string,
    work: (host: ConsentHost) => Promise<unknown>,
    done: (answer: unknown) => void = () => undefined,
  ): void => {
    const task = { what, from: now(), to: Number.POSITIVE_INFINITY };
    tasks.push(task);
    void begin(what, work, (answer) => {
      task.to = now();
      if (answer === "died" || answer instanceof Error) troubles.push(now());
      done(answer);
    });
  };

  const someSubject = subjectsOf(out, { lifetimeDays: [30], graceHours: [0] });
  const { lookAfterParked } = upkeepOf(out, begin);
  const ask = async (): Promise<void> => {
    const [what, work] = anyAsk(WISHES, random);
    const about = await someSubject(`wish ${wishes.length}`);
    const wish: Wish = { ask: what, name: about.name };
    wishes.push(wish);
    start(
      `${wish.name}, ${what} of ${about.subscription}, ${about.clientId}`,
      (host) => work(host.product, about),
      (answer) => {
        wish.answer = answer;
      },
    );
  };
  const operate = async (): Promise<void> => {
    const [what, work] = anyOperation(random);
    const { name, clientId } = await someSubject(`reason ${tasks.length}`);
    start(`operators ${what} ${clientId}, ${name}`, (host) => work(host, clientId, name));
  };
  const byHand = async (): Promise<void> => {
    const there = pick(out.directory.all(), random);
    const [what, work] = anythingByHand(random);
    if (!there || (what === "delete" && !(await isListed(out, there.id)))) return;
    note(`by hand: ${what} ${there.id}`);
    await work(out, there.id);
  };

  const due = (): Queued[] =>
    [...out.checks.waiting, ...out.consentQueue.sent]
      .filter((one) => !over.has(one) && !delivered.has(one) && (one.at?.getTime() ?? 0) <= now())
      .toSorted((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
  const tries = new Map<Queued, number>();
  /** Comes again unless it was worked on to its end, and after so many times not at all. */
  const deliver = (one: Queued | undefined): void => {
    if (!one) return;
    delivered.set(one, (delivered.get(one) ?? 0) + 1);
    tries.set(one, (tries.get(one) ?? 0) + 1);
    const { body } = one;
    const isClock = (it: Queued["body"]): it is ConsentMessage =>
      it.type === "consent.requested" || it.type === "consent.look";
    start(
      `message ${JSON.stringify(body)}`,
      (host) => (isClock(body) ? host.tick(body) : host.handle(body)),
      (answer) => {
        const left = (delivered.get(one) ?? 1) - 1;
        if (left > 0) delivered.set(one, left);
        else delivered.delete(one);
        const isDone = answer !== "died" && !(answer instanceof Error);
        if (isDone || (tries.get(one) ?? 0) >= MOST_DELIVERIES) over.add(one);
        else out.runtime.pass(1_000);
      },
    );
  };
  /** Its lock was lost while somebody works on it, or after; or a host's clock goes wrong. */
  const deliverAgain = (): void =>
    deliver(pick([...over, ...delivered.keys(), ...out.consentQueue.sent], random));
  /** Set aside, or lost with its bus. */
  const lose = (): void => {
    const one = pick(
      due().filter(({ body }) => body.type === "consent.requested"),
      random,
    );
    if (!one) return;
    note(`lost: ${JSON.stringify(one.body)}`);
    over.add(one);
    lost.add(one.body.operationId);
  };
  const sweep = (): void => start("sweep", (host) => host.sweep());
  const pass = (): void => {
    start("hourly pass", (host) => host.pass());
    void begin("keep house", (host) => host.keepHouse());
  };
  const reconcile = (): void => start("reconcile", (host) => host.reconcile());
  const setMood = (): void => {
    const name = pick(CHANNELS, random);
    if (name)
      out.moods.set(
        name,
        pick(["takes", "takes", "away", "throttles"] as const, random) ?? "takes",
      );
  };

  const something = async (): Promise<void> => {
    const dice = random();
    if (dice < 0.24) await ask();
    else if (dice < 0.3) await operate();
    else if (dice < 0.38) await byHand();
    else if (dice < 0.56) deliver(random() < 0.8 ? due()[0] : pick(due(), random));
    else if (dice < 0.59) deliverAgain();
    else if (dice < 0.66) out.runtime.pass(random() * MINUTE_MS);
    else if (dice < 0.68) {
      // So long no host is at anything: it gives up before.
      if (running() === 0) out.runtime.pass(random() * 10 * MINUTE_MS);
    } else if (dice < 0.73) {
      await quiet();
      out.runtime.pass(random() * HOUR_MS);
    } else if (dice < 0.74) {
      await quiet();
      out.runtime.pass(random() * 24 * HOUR_MS);
    } else if (dice < 0.86) sweep();
    else if (dice < 0.9) pass();
    else if (dice < 0.94) reconcile();
    else if (dice < 0.96) lookAfterParked(false);
    else if (dice < 0.97 && !isCalm(odds)) lose();
    else setMood();
  };
  const untilNothingIsDue = async (): Promise<void> => {
    await quiet();
    for (let next = due()[0]; next; next = due()[0]) {
      deliver(next);
      await quiet();
    }
  };

  await playUntil(() => wishes.length >= asked, something);
  fates.calm();
  out.moods.clear();
  note("all is well from here on");
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round < ROUNDS_OF_OPERATIONS) {
      reconcile();
      await untilNothingIsDue();
      lookAfterParked(true);
    }
    sweep();
    await untilNothingIsDue();
    pass();
    await untilNothingIsDue();
    out.runtime.pass(round < ROUNDS_OF_OPERATIONS ? RECONCILE_AFTER_MS : HOUR_MS);
  }
  return { out, wishes, thrown, deaths: deaths(), log, tasks, lost, troubles };
}

/** One whose message was lost is found by its registration: while it has neither, only its customer knows of it. */
const isListed = async ({ consents }: ConsentOutside, clientId: string): Promise<boolean> =>
  (await consentCases(consents).find(clientId)).length > 0;

/** The end of a customer comes after five minutes. */
const ROUNDS_OF_OPERATIONS = 20;
/** Over a weekend, and until what was asked for last has been escalated. */
const ROUNDS = ROUNDS_OF_OPERATIONS + 100;
