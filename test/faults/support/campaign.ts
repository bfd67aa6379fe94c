import { isDeepStrictEqual } from "node:util";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { Faults } from "../../../infra/local/faults/faults.ts";
import { eventually } from "../../support/eventually.ts";
import { seeded } from "../../support/random.ts";
import { rows } from "./audit.ts";
import {
  Added,
  type Ask,
  Created,
  etagOf,
  newWish,
  request,
  STALE,
  succeeded,
  type Wish,
} from "./customer.ts";
import { type KillSwitch, type Moment, moments } from "./kill-switch.ts";
import { type Pair, startPair } from "./worker.ts";

const asks: readonly Ask[] = ["create", "add-secret", "remove-secret", "rename", "delete"];
const CONDITIONAL: readonly Ask[] = ["rename", "delete"];

/** What the directory may have against a change while a process dies over it; a third of the blows fall without. */
const MISHAPS: readonly Faults[] = [
  {},
  {},
  {},
  { directory: { lostOwnership: "all" } },
  { directory: { quotaExceeded: true } },
  { directory: { refusedNames: ["rename", "create"] } },
  { directory: { tokensRevoked: "challenge" } },
  { directory: { mangled: { share: 0.5, how: "truncated" } } },
  { directory: { throttle: { share: 0.5, retryAfterSeconds: 1 } } },
  { directory: { listLagMs: 2_000 } },
];

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
  options: { readonly seed: number; readonly kills: number },
): Promise<Campaign> {
  const pair = await startPair(cloud);
  const token = cloud.addresses.users.ann.accessToken;
  const random = seeded(options.seed);
  const pick = <T>(among: readonly T[]): T => among[Math.floor(random() * among.length)] as T;
  const wishes: Wish[] = [];
  const make = async (wish: Wish): Promise<Wish> => {
    wishes.push(wish);
    const answer = await request(pair.api, token, wish);
    if (answer) wish.answer = answer;
    return wish;
  };
  /** A careful caller asks again, under the same key: a host that has just started may be too slow for its deadline. */
  const insist = async (wish: Wish): Promise<Wish> => {
    await make(wish);
    await eventually(
      async () => {
        if (!succeeded(wish.answer)) wish.answer = await request(pair.api, token, wish);
        return wish.answer;
      },
      succeeded,
      60_000,
    );
    return wish;
  };
  const prepare = async (ask: Ask): Promise<Wish> => {
    if (ask === "create") return newWish(ask);
    const created = await insist(newWish("create"));
    const { id: clientId } = Created.parse(created.answer?.body);
    if (ask !== "remove-secret") {
      await quiet(cloud, wishes);
      const condition = CONDITIONAL.includes(ask) ? pick(["none", "fresh", "stale"]) : "none";
      if (condition === "none") return newWish(ask, { clientId });
      const ifMatch = condition === "stale" ? STALE : await etagOf(pair.api, token, clientId);
      return newWish(ask, { clientId, ifMatch });
    }
    const added = await insist(newWish("add-secret", { clientId }));
    await quiet(cloud, wishes);
    return newWish(ask, { clientId, keyId: Added.parse(added.answer?.body).keyId });
  };

  const steps = {} as Record<Ask, string[]>;
  for (const ask of asks) {
    const { ifMatch: _, ...wish } = await prepare(ask);
    killSwitch.watch();
    await make(wish);
    await quiet(cloud, wishes);
    steps[ask] = [...killSwitch.calls];
  }

  let answersLost = 0;
  const mishaps: Record<string, number> = {};
  for (const blow of blows(steps, random)) {
    if (pair.kills() >= options.kills) break;
    const wish = await prepare(blow.ask);
    const mishap = pick(MISHAPS);
    const name = Object.keys(mishap.directory ?? {}).join() || "none";
    mishaps[name] = (mishaps[name] ?? 0) + 1;
    let answered = false;
    killSwitch.arm(blow.step, blow.moment, () => {
      // Once the caller has its answer, the step is the consumer's, on either host.
      if (answered) pair.killBoth();
      else pair.killFirst();
    });
    await cloud.setFaults(mishap);
    await make(wish);
    answered = true;
    await cloud.setFaults({});
    await quiet(cloud, wishes);
    killSwitch.watch();
    await pair.revive();
    await quiet(cloud, wishes, pair);
    if (blow.moment === "answer-lost") answersLost += 1;
  }
  await settle(cloud, pair);
  await askAgain(pair, token, wishes);
  await settle(cloud, pair);
  await quiet(cloud, wishes, pair);
  return { wishes, steps, kills: pair.kills(), answersLost, mishaps };
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

/**
 * No message waits that a living host could take, and whoever was told of a client has had operators told of it. Locks of the
 * dead run out by themselves.
 *
 * @param swept hosts whose sweep, which comes every minute, is made to come now: it finds what a dead consumer was telling
 */
async function quiet(cloud: Cloud, wishes: readonly Wish[], swept?: Pair): Promise<void> {
  const created = wishes.flatMap(({ ask, answer }) =>
    ask === "create" && succeeded(answer) ? [Created.parse(answer?.body).id] : [],
  );
  await eventually(
    async () => {
      await swept?.run("consent-sweep");
      const alerted = new Set(cloud.inbox.alerts().map(({ clientId }) => clientId));
      return {
        hosts: cloud.hosts.length,
        active: cloud.bus.entity("consent").active + cloud.bus.entity("operations").active,
        untold: created.filter((id) => !alerted.has(id)),
      };
    },
    ({ hosts, active, untold }) => hosts < 2 || (active === 0 && untold.length === 0),
    60_000,
  );
}

/** Until nothing is under way and nothing left over; checks come by themselves, and the reconciler reads what they left. */
async function settle(cloud: Cloud, pair: Pair): Promise<void> {
  await eventually(
    async () => {
      await pair.run("reconcile");
      const [clients, journal] = await Promise.all([
        rows(cloud, "clients"),
        rows(cloud, "journal"),
      ]);
      const busy = clients.filter(({ rowKey }) => rowKey.startsWith("busy:"));
      const left = journal.filter((row) => ["untold", "adrift"].includes(row.partitionKey));
      return [...busy, ...left].map(({ rowKey }) => rowKey);
    },
    (left) => isDeepStrictEqual(left, []),
    120_000,
  );
}

/** What a careful caller does who got no answer: the same request, with the same key. */
async function askAgain(pair: Pair, token: string, wishes: readonly Wish[]): Promise<void> {
  for (const wish of wishes) {
    if (succeeded(wish.answer) || (wish.answer && wish.ifMatch === STALE)) continue;
    const answer = await request(pair.api, token, wish);
    if (answer) wish.answer = answer;
  }
}
