import type { OperationMessage } from "../../shared/events/operation-message.ts";
import { giveUpParked, listParked, retryParked } from "../../shared/operations/settling/parked.ts";
import { RECONCILE_AFTER_MS } from "../support/product.ts";
import { seeded } from "../support/random.ts";
import { OLGA } from "../support/samples.ts";
import { crew } from "./crew.ts";
import { fatesOf, type Odds } from "./fates.ts";
import { type Host, startHost } from "./host.ts";
import { type Outside, outside } from "./outside.ts";
import { startProcess } from "./process.ts";
import { scheduler } from "./scheduler.ts";
import { anyAsk, type Subject } from "./wishes.ts";

export const SUBSCRIPTIONS = ["contoso", "fabrikam"];

/** What somebody asked for, and what they were told: an answer, an error, or `died`. */
export interface Wish {
  readonly ask: string;
  readonly name: string;
  answer?: unknown;
}

export interface Simulated {
  readonly out: Outside;
  readonly wishes: readonly Wish[];
  /** What no caller may ever meet. */
  readonly thrown: readonly string[];
  readonly deaths: number;
  /** Everything that happened, in order. */
  readonly log: readonly string[];
}

const MOST_AT_ONCE = 4;
const NOTHING = "00000000-0000-4000-8000-000000000000";

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
  const seen = new Set<string>();
  const taken = new Set<unknown>();
  const now = () => out.runtime.now().getTime();
  const pick = <T>(from: readonly T[]): T | undefined => from[Math.floor(random() * from.length)];
  const note = (what: string): void => {
    log.push(`${out.runtime.now().toISOString()} ${what}`);
  };
  const newHost = () => startHost(out, startProcess(out, turns, fates, note));
  const { begin, quiet, running, thrown, deaths } = crew(turns, random, newHost, note);

  /** A client that there is or was, and something that it has. */
  const someSubject = async (): Promise<Subject> => {
    for (const { id } of out.directory.all()) seen.add(id);
    const isThere = random() < 0.75;
    const clientId =
      (isThere ? pick(out.directory.all())?.id : undefined) ?? pick([...seen]) ?? NOTHING;
    const client = out.directory.all().find(({ id }) => id === clientId);
    const lead = await out.directory.locateDeleted(clientId);
    const trusts = (await out.directory.federatedOf(clientId, { createdAt: new Date(0) })) ?? [];
    return {
      ...{ name: `wish ${wishes.length}`, clientId, random },
      subscription: lead?.subscriptionKey ?? pick(SUBSCRIPTIONS) ?? "",
      keyId: pick(client?.secrets ?? [])?.keyId ?? NOTHING,
      certificateId: pick(client?.certificates ?? [])?.keyId ?? NOTHING,
      trustId: pick(trusts)?.id ?? NOTHING,
    };
  };
  const ask = async (): Promise<void> => {
    const about = await someSubject();
    const [what, work] = anyAsk(random);
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

  const due = () =>
    [...out.checks.waiting, ...out.consentQueue.sent]
      .filter((one) => !taken.has(one) && (one.at?.getTime() ?? 0) <= now())
      .toSorted((a, b) => (a.at?.getTime() ?? 0) - (b.at?.getTime() ?? 0));
  /** Comes again unless it was worked on to its end. */
  const deliver = (one: ReturnType<typeof due>[number] | undefined): void => {
    if (!one) return;
    taken.add(one);
    const { body } = one;
    const { type } = body;
    if (type.startsWith("consent.") && type !== "consent.requested") return;
    const work = async (host: Host): Promise<unknown> => {
      if (type !== "consent.requested") return host.handle(body as OperationMessage);
      // As the consent clock has it: a host that is slow may still admit it.
      const isOld =
        "requestedAt" in body && now() >= Date.parse(body.requestedAt) + RECONCILE_AFTER_MS;
      const { subscription, operationId } = body;
      const settled = await host.settleCreate({ subscription, operationId });
      return settled === "waiting" || !isOld ? AGAIN : settled;
    };
    void begin(`message ${JSON.stringify(body)}`, work, (answer) => {
      if (answer !== AGAIN && answer !== "died" && !(answer instanceof Error)) return;
      taken.delete(one);
      out.runtime.pass(1_000);
    });
  };
  const lookAfterParked = (isAll: boolean): void => {
    void begin("operators look after what was set aside", async ({ product }) => {
      // What another change that is given up has left in the directory is for operators to look at.
      for (const { operationId, kind } of await listParked(product))
        if (isAll || kind !== "create" || random() < 0.7)
          await retryParked(product, operationId, OLGA);
        else await giveUpParked(product, operationId, OLGA);
    });
  };
  const reconcile = (): void => void begin("reconcile", (host) => host.reconcile());

  const something = async (): Promise<void> => {
    const dice = random();
    if (dice < 0.5) await ask();
    else if (dice < 0.75) deliver(random() < 0.8 ? due()[0] : pick(due()));
    else if (dice < 0.85) out.runtime.pass(random() * 60_000);
    else if (dice < 0.87) out.runtime.pass(random() * 600_000);
    else if (dice < 0.92) reconcile();
    else if (dice < 0.95) lookAfterParked(false);
  };
  while (wishes.length < asked) {
    if (running() < MOST_AT_ONCE) await something();
    for (let steps = random() * 12; steps > 0; steps -= 1) await turns.step();
  }
  await quiet();
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

const AGAIN = "it comes again";
/** The end of a customer comes after five minutes, and what is retired after an hour. */
const ROUNDS = 40;
