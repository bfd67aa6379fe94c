import { RECONCILE_AFTER_MS } from "../support/product.ts";
import { seeded } from "../support/random.ts";
import { crew, type Ran } from "./crew.ts";
import { fatesOf, isCalm, type Odds } from "./fates.ts";
import { startHost } from "./host.ts";
import { type Outside, outside } from "./outside.ts";
import { startProcess } from "./process.ts";
import { scheduler } from "./scheduler.ts";
import { pick, subjectsOf } from "./subject.ts";
import { upkeepOf } from "./upkeep.ts";
import { ASKS, anyAsk } from "./wishes.ts";

/** What somebody asked for, and what they were told: an answer, an error, or `died`. */
export interface Wish {
  readonly ask: string;
  readonly name: string;
  answer?: unknown;
}

export interface Simulated extends Ran {
  readonly out: Outside;
  readonly wishes: readonly Wish[];
}

/**
 * So much is asked of hosts that die and of services that are away; then all is well, and goes on until nothing is left to be done.
 * The same seed is the same run.
 */
export async function simulate(seed: number, asked: number, odds: Odds): Promise<Simulated> {
  const random = seeded(seed);
  const out = outside(random);
  const turns = scheduler(random);
  const fates = fatesOf(random, odds);
  const [wishes, log]: [Wish[], string[]] = [[], []];
  const note = (what: string): void => {
    log.push(`${out.runtime.now().toISOString()} ${what}`);
  };
  const newHost = () => startHost(out, startProcess(out, turns, fates, note));
  const { begin, playUntil, quiet, running, thrown, deaths } = crew(turns, random, newHost, note);
  const { due, deliver, lose, lookAfterParked } = upkeepOf(out, begin);
  const someSubject = subjectsOf(out, { lifetimeDays: [30], graceHours: [0, 1] });

  const ask = async (): Promise<void> => {
    const about = await someSubject(`wish ${wishes.length}`);
    const [what, work] = anyAsk(ASKS, random);
    const { name, subscription, clientId, keyId } = about;
    const wish: Wish = { ask: what, name };
    wishes.push(wish);
    void begin(
      `${name}, ${what} of ${subscription}, ${clientId}, ${keyId}`,
      (host) => work(host.product, about),
      (answer) => {
        wish.answer = answer;
      },
    );
  };
  const reconcile = (): void => void begin("reconcile", (host) => host.reconcile());
  const something = async (): Promise<void> => {
    const dice = random();
    if (dice < 0.5) await ask();
    else if (dice < 0.75) deliver(random() < 0.8 ? due()[0] : pick(due(), random));
    else if (dice < 0.85) out.runtime.pass(random() * 60_000);
    else if (dice < 0.87) {
      // So long no host is at anything: it gives up before.
      if (running() === 0) out.runtime.pass(random() * 600_000);
    } else if (dice < 0.92) reconcile();
    else if (dice < 0.95) lookAfterParked(false);
    else if (dice < 0.97 && !isCalm(odds)) lose(pick(due().filter(isNotForCare), random));
  };

  await playUntil(() => wishes.length >= asked, something);
  fates.calm();
  note("all is well from here on");
  for (let round = 0; round < ROUNDS; round += 1) {
    reconcile();
    await quiet();
    for (let next = due()[0]; next; next = due()[0]) {
      deliver(next);
      await quiet();
    }
    lookAfterParked(true);
    void begin("keep house", (host) => host.keepHouse());
    await quiet();
    out.runtime.pass(RECONCILE_AFTER_MS);
  }
  return { out, wishes, thrown, deaths: deaths(), log };
}

/** What is due of secrets is found by `care`, which is not simulated here. */
const isNotForCare = ({ body }: { readonly body: { readonly type: string } }): boolean =>
  body.type !== "secret.retire";

/** The end of a customer comes after five minutes, and what is retired after an hour. */
const ROUNDS = 40;
