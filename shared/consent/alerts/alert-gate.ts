import { ceilingFor } from "../../base/fair-share.ts";
import type { Runtime } from "../../base/runtime.ts";
import { shortHash } from "../../base/short-hash.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Usage } from "../../base/usage.ts";
import type { AlertChannel } from "./alert.ts";

type Name = AlertChannel["name"];

/** What a receiver takes, of all subscriptions together. */
export interface ChannelLimits {
  readonly perMinute: number;
  readonly perHour: number;
}

export interface GateOptions {
  /** `ALERT_BUDGET`: alerts a subscription and hour on each channel. */
  readonly budget: number;
  /** Of those that have limits: the mail service. */
  readonly limits: Partial<Readonly<Record<Name, ChannelLimits>>>;
}

/**
 * Which alert may go out now. Nothing is lost by being held back: what is, comes singly when there is room again, or earlier in a
 * digest. Hosts count together (`usage.ts` says with which error); behind that stands the receiver's own 429.
 */
export interface AlertGate {
  /** Resolves when it is known what was sent before this process began. */
  ready(): Promise<void>;
  /**
   * For how long an alert about the subscription has to wait on a channel, in milliseconds; 0 when it may go out.
   *
   * @param budgeted what a customer can bring about as often as they like; it has to fit the subscription's budget
   */
  heldMs(channel: Name, subscription: string, budgeted: boolean): number;
  /** How many alerts a subscription has had on a channel within the hour: who had the fewest comes first. */
  sent(channel: Name, subscription: string): number;
  /** An alert about it goes out. @returns takes that back: it did not */
  count(channel: Name, subscription: string): () => void;
  /** Whether a digest may go out now. */
  mayDigest(channel: Name): boolean;
  /** Whether it has stood in a digest within the hour: then it waits for the next one. */
  wasDigested(channel: Name, subscription: string): boolean;
  /** A digest about these goes out. @returns takes back whom it was about: it did not, and comes with the channel's next one */
  countDigest(channel: Name, subscriptions: readonly string[]): () => void;
  /** The same channels, each left alone for as long as it asks, with everything counted that is sent on them. */
  paced(channels: readonly AlertChannel[]): readonly AlertChannel[];
  /**
   * What is sent over a channel beside alerts: it keeps the pause that the receiver asked for, and has one kept.
   *
   * @throws RemoteUnavailable while there is a pause
   */
  pausing<T>(channel: Name, send: () => Promise<T>): Promise<T>;
}

/** Under what it is counted that was sent on a channel: alerts, and letters to customers' people beside them. */
export const alertsOn = (channel: Name): string => `alerts:${channel}`;
export const lettersOn = (channel: Name): string => `letters:${channel}`;

/** So much of what a receiver takes is kept for subscriptions that have been told of little within the hour. */
const KEPT = 0.8;
/** Of an hour's alerts, one subscription gets at most one in so many where the receiver has limits. */
const AT_MOST_ONE_IN = 5;
/** Of an hour's alerts, so many are kept for digests where there are that many to spare. */
const FOR_DIGESTS = 2;

/** How many alerts one subscription gets singly in an hour, where the receiver takes so many of all. */
export const singlesOf = (perHour: number, budget: number): number =>
  Math.min(budget, Math.max(1, Math.floor(perHour / AT_MOST_ONE_IN)));

export function alertGate(
  usage: Usage,
  runtime: Pick<Runtime, "now">,
  { budget, limits }: GateOptions,
): AlertGate {
  const pausedUntil = new Map<Name, number>();
  const all = alertsOn;
  const one = (channel: Name, subscription: string) => `${all(channel)}:${shortHash(subscription)}`;
  const digested = (channel: Name, subscription: string) => `digest:${one(channel, subscription)}`;
  const pauseMs = (channel: Name): number =>
    Math.max(0, (pausedUntil.get(channel) ?? 0) - runtime.now().getTime());
  const sent = (channel: Name, subscription: string): number =>
    usage.within("hour", one(channel, subscription));

  const budgetOf = (channel: Name): number => {
    const perHour = limits[channel]?.perHour;
    return perHour === undefined ? budget : singlesOf(perHour, budget);
  };
  /** @param used of which `most` is the most that anybody has */
  const roomMs = (
    window: "minute" | "hour",
    channel: Name,
    limit: number,
    used: number,
    most: number,
  ): number => {
    // What letters have taken is gone for alerts as well.
    const left = limit - usage.within(window, lettersOn(channel));
    const ceiling = Math.max(1, Math.floor(ceilingFor(left, KEPT, used, most)));
    return usage.within(window, all(channel)) < ceiling
      ? 0
      : usage.freeInMs(window, all(channel), ceiling);
  };

  const pausing = async <T>(channel: Name, send: () => Promise<T>): Promise<T> => {
    const waitMs = pauseMs(channel);
    if (waitMs > 0) throw heldBack(waitMs);
    try {
      return await send();
    } catch (error) {
      if (error instanceof RemoteUnavailable && error.throttled)
        pausedUntil.set(channel, runtime.now().getTime() + error.retryAfterSeconds * 1000);
      throw error;
    }
  };

  return {
    ready: usage.ready,
    sent,
    heldMs: (channel, subscription, budgeted) => {
      const used = sent(channel, subscription);
      const own = one(channel, subscription);
      const budgetMs =
        budgeted && used >= budgetOf(channel) ? usage.freeInMs("hour", own, budgetOf(channel)) : 0;
      const limit = limits[channel];
      if (!limit) return Math.max(budgetMs, pauseMs(channel));
      const most = Math.max(1, usage.most("hour", `${all(channel)}:`));
      const singles = Math.max(1, limit.perHour - FOR_DIGESTS);
      return Math.max(
        budgetMs,
        pauseMs(channel),
        roomMs("minute", channel, limit.perMinute, used, most),
        roomMs("hour", channel, singles, used, most),
      );
    },
    count: (channel, subscription) => usage.add("hour", one(channel, subscription)),
    mayDigest: (channel) => {
      if (pauseMs(channel) > 0 || usage.within("tenMinutes", `digest:${channel}`) > 0) return false;
      const limit = limits[channel];
      return (
        !limit ||
        // A digest is nobody's first alert: in a minute it stands behind those, of the hour some are kept for it.
        (roomMs("minute", channel, limit.perMinute, 1, 1) === 0 &&
          roomMs("hour", channel, limit.perHour, 0, 1) === 0)
      );
    },
    wasDigested: (channel, subscription) =>
      usage.within("hour", digested(channel, subscription)) > 0,
    countDigest: (channel, subscriptions) => {
      usage.add("tenMinutes", `digest:${channel}`);
      const takeBack = [...new Set(subscriptions)].map((subscription) =>
        usage.add("hour", digested(channel, subscription)),
      );
      return () => {
        for (const one of takeBack) one();
      };
    },
    pausing,
    paced: (channels) =>
      channels.map(({ name, send }) => ({
        name,
        send: (alert) =>
          pausing(name, () => {
            // What is refused counts as well: the mail service says so of its own limits.
            usage.add("minute", all(name));
            usage.add("hour", all(name));
            return send(alert);
          }),
      })),
  };
}

/** Nothing was sent: there is room only after a while. */
export const heldBack = (waitMs: number): RemoteUnavailable =>
  new RemoteUnavailable("alerts", {
    executed: "no",
    throttled: true,
    retryAfterSeconds: Math.ceil(waitMs / 1000),
  });
