import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { type Ask, type Asker, etagOf, KINDS, request } from "./asks.ts";
import { setWebhook } from "./audit-webhooks.ts";
import { quiet, untilDue } from "./calm.ts";
import { anOwnClient, aRegistered, type Hold, type OwnToken } from "./own-clients.ts";
import {
  type About,
  AlreadyReturned,
  type Answer,
  CONTOSO,
  Created,
  MadeKey,
  newWish,
  STALE,
  succeeded,
  type Wish,
} from "./wish.ts";
import type { Pair } from "./worker.ts";

/** What the campaign's callers do while nobody dies. */
export interface Stage {
  /** Everything that was asked for so far. */
  readonly wishes: readonly Wish[];
  /** Asks once, whatever comes of it. */
  make(wish: Wish): Promise<void>;
  /** Has everything done that has to be done before it is asked for. */
  prepare(ask: Ask): Promise<Wish>;
}

/** It was done, or so the service says of a secret whose value was in an answer that did not come. */
const isOver = (answer: Answer | undefined): boolean =>
  succeeded(answer) || AlreadyReturned.safeParse(answer?.body).success;

/** Clients and subscriptions that are made at once when there are none left: what is waited for is their alerts. */
const CLIENTS_AT_ONCE = 10;
const SUBSCRIPTIONS_AT_ONCE = 4;
const AGAIN_MS = 500;
/** What the next change is about is the credential that these have made. */
const MAKING_KEYS: readonly Ask[] = ["add-secret", "add-certificate", "add-federated"];
/** Of a subscription that is stopped as a whole. */
const CLIENTS_OF_ONE = 2;

/**
 * @param pick takes one, as the seed has it
 * @param pair whose sweep finds an alert that a busy host had no time for
 */
export function createStage(
  cloud: Cloud,
  { asker, newSubscription, hold }: Callers,
  pick: <T>(among: readonly T[]) => T,
  pair: Pick<Pair, "run" | "renewFirst">,
): Stage {
  const wishes: Wish[] = [];
  const spareClients: string[] = [];
  const spareSubscriptions: string[] = [];
  const ask = async (wish: Wish): Promise<void> => {
    const answer = await request(asker, wish);
    if (answer) wish.answer = answer;
  };
  const make = (wish: Wish): Promise<void> => {
    wishes.push(wish);
    return ask(wish);
  };
  /** A careful caller asks again, under the same key: a host that has just started may be too slow for its deadline. */
  const insist = async (wish: Wish): Promise<Wish> => {
    await make(wish);
    await eventually(
      async () => {
        if (isOver(wish.answer)) return wish.answer;
        // Several that ask without a pause keep a busy machine from answering any of them.
        await pause(AGAIN_MS);
        await ask(wish);
        return wish.answer;
      },
      isOver,
      60_000,
    );
    return wish;
  };
  const newClient = async (subscription: string): Promise<string> => {
    const { answer } = await insist(newWish("create", { subscription }));
    return Created.parse(answer?.body).id;
  };
  const several = <T>(count: number, one: () => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, one));
  const aClient = async (): Promise<About> => {
    if (spareClients.length === 0) {
      spareClients.push(...(await several(CLIENTS_AT_ONCE, () => newClient(CONTOSO))));
      await quiet(cloud, wishes, pair);
    }
    const clientId = spareClients.shift();
    return { subscription: CONTOSO, ...(clientId !== undefined && { clientId }) };
  };
  const aSubscription = async (): Promise<About> => {
    if (spareSubscriptions.length === 0) {
      const made = await several(SUBSCRIPTIONS_AT_ONCE, async () => {
        const subscription = await newSubscription(`whole-${randomUUID()}`);
        await several(CLIENTS_OF_ONE, () => newClient(subscription));
        return subscription;
      });
      spareSubscriptions.push(...made);
      await quiet(cloud, wishes, pair);
    }
    return { subscription: spareSubscriptions.shift() ?? "" };
  };
  const calm = () => quiet(cloud, wishes, pair);
  const about = (kind: Ask): Promise<About> | About => {
    switch (KINDS[kind].about) {
      case "nothing":
        return { subscription: CONTOSO };
      case "client":
        return aClient();
      case "own-client":
        return anOwnClient(cloud, { insist, calm, hold });
      case "registered":
        return aRegistered(cloud, { insist, calm, hold });
      case "subscription":
        return aSubscription();
    }
  };

  /** Has done what has to be done before; what the change is about then. */
  const afterThat = async (kind: Ask, subject: About): Promise<About> => {
    const { after } = KINDS[kind];
    if (!after) return subject;
    const before = await insist(newWish(after, await afterThat(after, subject)));
    // Its grace is short.
    if (kind !== "keep-subscription") await quiet(cloud, wishes, pair);
    const keyId = MAKING_KEYS.includes(after) ? MadeKey.parse(before.answer?.body) : before.keyId;
    if (kind === "remind") await untilDue(pair);
    return { ...subject, ...(keyId !== undefined && { keyId }) };
  };

  return {
    wishes,
    make,
    prepare: async (kind) => {
      const { conditional } = KINDS[kind];
      const wish = newWish(kind, await afterThat(kind, await about(kind)));
      const condition = conditional ? pick(["none", "fresh", "stale"]) : "none";
      if (condition === "none") return wish;
      const ifMatch = condition === "stale" ? STALE : await etagOf(asker, wish);
      return { ...wish, ifMatch };
    },
  };
}

export interface Callers {
  readonly asker: Asker;
  /** What a client asks with for itself, from now on. */
  readonly hold: Hold;
  /** Lets its customer ask. Every other one has a webhook, and so has Contoso. */
  newSubscription(subscription: string): Promise<string>;
}

export async function createCallers(cloud: Cloud, pair: Pair): Promise<Callers> {
  const { ann, olga } = cloud.addresses.users;
  const customers = new Map([[CONTOSO, ann.accessToken]]);
  const own = new Map<string, OwnToken>();
  await setWebhook(cloud, pair.api, CONTOSO, ann.accessToken);
  return {
    asker: {
      api: pair.api,
      tokenOf: (by, { subscription, clientId = "" }) => {
        if (by === "operator") return olga.accessToken;
        return by === "customer"
          ? (customers.get(subscription) ?? "")
          : (own.get(clientId)?.() ?? "");
      },
      care: async () => {
        await pair.run("reconcile");
        await pair.runOnBoth("care");
      },
    },
    hold: (clientId, token) => own.set(clientId, token),
    newSubscription: async (subscription) => {
      const claims = { extension_subscriptionId: subscription };
      const token = await cloud.directory.issueUserToken("ann", { claims });
      customers.set(subscription, token);
      if (customers.size % 2 === 0) await setWebhook(cloud, pair.api, subscription, token);
      return subscription;
    },
  };
}
