import { DAY_MS } from "../../../shared/base/day.ts";
import { lookForSecrets } from "../../../shared/care/found/look-for-secrets.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import { EVERY_CLIENT } from "../../../shared/clients/watch.ts";
import { testProduct } from "../../support/product.ts";
import { seeded } from "../../support/random.ts";
import { crew, type Ran } from "../crew.ts";
import { fatesOf, isCalm, type Odds } from "../fates.ts";
import { startProcess } from "../process.ts";
import { scheduler } from "../scheduler.ts";
import { pick, SUBSCRIPTIONS, type Subject, subjectsOf } from "../subject.ts";
import { upkeepOf } from "../upkeep.ts";
import { anyAsk } from "../wishes.ts";
import { type CareHost, careOf, startCareHost } from "./host.ts";
import { type CareOutside, careOutside } from "./outside.ts";
import { BY_HAND, CARE_ASKS, FAITHFUL, mailOf } from "./wishes.ts";

/** What somebody did, or asked for. */
export interface Fact {
  readonly what: string;
  readonly about: Subject;
  readonly from: Date;
  /** When they were answered, and how: an answer, an error, or `died`. */
  to?: Date;
  answer?: unknown;
}

export interface CareRun extends Ran {
  readonly out: CareOutside;
  readonly facts: readonly Fact[];
}

const HOUR_MS = 3_600_000;
const MOST_ROWS = 100_000;
const LIFETIMES = { lifetimeDays: [1, 2, 8, 20, 40, 100], graceHours: [0, 1, 30, 200] };
/** By which the second host's clock differs. */
const CLOCKS_APART_MS = [0, 4_000, -4_000];
const TIMERS = ["reconcile", "care", "look"] as const;

/**
 * Customers, and administrators of the directory, do things that have something due for weeks, of hosts that die and with services that
 * are away; then all is well, and goes on until nothing is left to be done. The same seed is the same run.
 */
export async function simulateCare(seed: number, asked: number, odds: Odds): Promise<CareRun> {
  const random = seeded(seed);
  const out = careOutside(random);
  const turns = scheduler(random);
  const fates = fatesOf(random, odds);
  const apartMs = CLOCKS_APART_MS[seed % CLOCKS_APART_MS.length] ?? 0;
  const log: string[] = [];
  const note = (what: string): void => {
    log.push(`${out.runtime.now().toISOString()} ${what}`);
  };
  const newHost = (place: number) =>
    startCareHost(out, startProcess(out, turns, fates, note, place * apartMs));
  const { begin, playUntil, quiet, running, thrown, deaths } = crew(turns, random, newHost, note);
  const { due, deliver, lose, lookAfterParked } = upkeepOf(out, begin);
  const someSubject = subjectsOf(out, LIFETIMES);
  const facts: Fact[] = [];

  const noted = (what: string, about: Subject) => {
    const fact: Fact = { what, about, from: out.runtime.now() };
    facts.push(fact);
    return (answer: unknown): void => {
      fact.to = out.runtime.now();
      fact.answer = answer;
    };
  };
  const newSubject = () => someSubject(`wish ${facts.length}`);
  const wish = (what: string, about: Subject): void => {
    const { name, subscription, clientId, keyId } = about;
    void begin(
      `${name}, ${what} of ${subscription}, ${clientId}, ${keyId}`,
      async (host) => CARE_ASKS[what]?.[1](host, about),
      noted(what, about),
    );
  };
  const byHand = async (): Promise<void> => {
    const about = await newSubject();
    const [what, work] = anyAsk(BY_HAND, random);
    note(`by hand: ${what} of ${about.clientId}, ${about.keyId}`);
    noted(`by hand: ${what}`, about)(await work(out, about));
  };
  const timer = (which: (typeof TIMERS)[number] = pick(TIMERS, random) ?? "care"): void =>
    void begin(`timer ${which}`, (host: CareHost) => host.timers[which]());
  const allTimers = async (): Promise<void> => {
    for (const which of TIMERS) {
      timer(which);
      await quiet();
    }
  };
  const days = async (): Promise<void> => {
    await quiet();
    for (let day = Math.floor(random() * 7); day >= 0; day -= 1) {
      out.runtime.pass((0.5 + random()) * DAY_MS);
      await allTimers();
    }
  };
  /** A client is deleted while a letter of it waits, and comes back when that has gone. */
  const mailAway = async (): Promise<void> => {
    out.isMailAway = true;
    out.runtime.pass(random() * 2 * DAY_MS);
    await allTimers();
    const { rows } = await out.tables.clients.page({}, MOST_ROWS);
    const line = rows.find(({ row }) => /^letter:.*:line:/.test(row.rowKey))?.row;
    for (const what of line ? ["delete", "restore"] : []) {
      const about = { ...(await newSubject()), subscription: String(line?.["partitionKey"]) };
      wish(what, { ...about, clientId: String(line?.["clientId"]) });
      await quiet();
      out.isMailAway = false;
      out.runtime.pass(random() * DAY_MS);
      await allTimers();
    }
    out.isMailAway = false;
  };
  const something = async (): Promise<void> => {
    const dice = random();
    if (dice < 0.35) wish(anyAsk(CARE_ASKS, random)[0], await newSubject());
    else if (dice < 0.42) await byHand();
    else if (dice < 0.55) deliver(random() < 0.8 ? due()[0] : pick(due(), random));
    else if (dice < 0.75) timer();
    else if (dice < 0.775 || (dice < 0.78 && isCalm(odds))) lookAfterParked(false);
    else if (dice < 0.78) lose(pick(due(), random));
    else if (dice < 0.88) out.runtime.pass(random() * 60_000);
    else if (running() > 0) await quiet();
    else if (dice < 0.95) out.runtime.pass(random() * HOUR_MS);
    // Nobody was there.
    else if (dice < 0.965) out.runtime.pass(random() * 2 * DAY_MS);
    else if (dice < 0.98) await mailAway();
    else await days();
  };

  await setUp(out);
  await playUntil(() => facts.length >= asked, something);
  fates.calm();
  note("all is well from here on");
  for (let round = 0; round < ROUNDS; round += 1) {
    await allTimers();
    for (let next = due()[0]; next; next = due()[0]) {
      deliver(next);
      await quiet();
    }
    lookAfterParked(true);
    await quiet();
    out.runtime.pass(round < ROUNDS / 2 ? HOUR_MS / 6 : 3 * HOUR_MS);
  }
  return { out, facts, thrown, deaths: deaths(), log };
}

/** What is to be removed is tried again after hours, and a letter may wait for a day. */
const ROUNDS = 28;

/** One who wants mail of everything, and the timers' first runs, with nothing there yet: what comes later is told. */
async function setUp(out: CareOutside): Promise<void> {
  const care = careOf(testProduct({}, out.tables, out), out.mail);
  const since = out.runtime.now();
  for (const subscription of SUBSCRIPTIONS)
    await care.watches.watch({
      ...{ subscription, person: FAITHFUL, email: mailOf(FAITHFUL, subscription) },
      ...{ of: EVERY_CLIENT, since, by: "person" },
    });
  await lookForSecrets(care);
  await indexDue(care);
  out.runtime.pass(1);
}
