import type { Cloud } from "../../../infra/local/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { seeded } from "../../support/random.ts";
import { Added, type Ask, Created, newWish, request, succeeded, type Wish } from "./customer.ts";
import { type KillSwitch, type Moment, moments } from "./kill-switch.ts";
import { type Pair, startPair } from "./worker.ts";

const asks: readonly Ask[] = ["create", "add-secret", "remove-secret", "rename", "delete"];

interface Blow {
  readonly ask: Ask;
  readonly step: number;
  readonly moment: Moment;
}

export interface Campaign {
  readonly wishes: readonly Wish[];
  /** Remote calls of each operation, in the order in which a healthy run makes them, the consumer's included. */
  readonly steps: Readonly<Record<Ask, readonly string[]>>;
  readonly kills: number;
  readonly answersLost: number;
}

/**
 * Strikes at every step of every operation in turn, until `kills` processes have died. Then has the reconciler run twice, and
 * asks again for whatever got no answer.
 */
export async function runCampaign(
  cloud: Cloud,
  killSwitch: KillSwitch,
  options: { readonly seed: number; readonly kills: number; readonly reconcileAfterMs: number },
): Promise<Campaign> {
  const pair = await startPair(cloud);
  const token = cloud.addresses.users.ann.accessToken;
  const wishes: Wish[] = [];
  const make = async (wish: Wish): Promise<Wish> => {
    wishes.push(wish);
    const answer = await request(pair.api, token, wish);
    if (answer) wish.answer = answer;
    return wish;
  };
  const prepare = async (ask: Ask): Promise<Wish> => {
    if (ask === "create") return newWish(ask);
    const created = await make(newWish("create"));
    const { id: clientId } = Created.parse(created.answer?.body);
    if (ask !== "remove-secret") {
      await quiet(cloud);
      return newWish(ask, { clientId });
    }
    const added = await make(newWish("add-secret", { clientId }));
    await quiet(cloud);
    return newWish(ask, { clientId, keyId: Added.parse(added.answer?.body).keyId });
  };

  const steps = {} as Record<Ask, string[]>;
  for (const ask of asks) {
    const wish = await prepare(ask);
    killSwitch.watch();
    await make(wish);
    await quiet(cloud);
    steps[ask] = [...killSwitch.calls];
  }

  let answersLost = 0;
  for (const blow of blows(steps, seeded(options.seed))) {
    if (pair.kills() >= options.kills) break;
    const wish = await prepare(blow.ask);
    let answered = false;
    killSwitch.arm(blow.step, blow.moment, () => {
      // Once the caller has its answer, the step is the consumer's, on either host.
      if (answered) pair.killBoth();
      else pair.killFirst();
    });
    await make(wish);
    answered = true;
    await quiet(cloud);
    killSwitch.watch();
    await pair.revive();
    await quiet(cloud);
    if (blow.moment === "answer-lost") answersLost += 1;
  }
  await settle(cloud, pair, options.reconcileAfterMs);
  await askAgain(pair, token, wishes);
  await quiet(cloud);
  await settle(cloud, pair, options.reconcileAfterMs);
  return { wishes, steps, kills: pair.kills(), answersLost };
}

/** Every step of every operation at every moment, shuffled, again and again. */
function* blows(
  steps: Readonly<Record<Ask, readonly string[]>>,
  random: () => number,
): Generator<Blow> {
  for (;;) {
    const round = asks.flatMap((ask) =>
      steps[ask].flatMap((_, step) => moments.map((moment) => ({ ask, step, moment }))),
    );
    while (round.length > 0) {
      const [blow] = round.splice(Math.floor(random() * round.length), 1);
      if (blow) yield blow;
    }
  }
}

/** No message waits that a living host could take. Locks of the dead run out by themselves. */
const quiet = (cloud: Cloud): Promise<unknown> =>
  eventually(
    () => ({ hosts: cloud.hosts.length, active: cloud.bus.entity("consent").active }),
    ({ hosts, active }) => active === 0 || hosts < 2,
  );

/** Two runs of the reconciler, each at a time when everything before it counts as abandoned. */
async function settle(cloud: Cloud, pair: Pair, reconcileAfterMs: number): Promise<void> {
  for (let run = 0; run < 2; run += 1) {
    const ripe = Date.now() + reconcileAfterMs;
    await eventually(
      () => Date.now(),
      (now) => now > ripe,
    );
    await pair.run("reconcile");
    await quiet(cloud);
  }
}

/** What a careful caller does who got no answer: the same request, with the same key. */
async function askAgain(pair: Pair, token: string, wishes: readonly Wish[]): Promise<void> {
  for (const wish of wishes) {
    if (succeeded(wish.answer)) continue;
    const answer = await request(pair.api, token, wish);
    if (answer) wish.answer = answer;
  }
}
