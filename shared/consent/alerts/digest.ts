import { createHash } from "node:crypto";
import { inLanes } from "../../base/in-lanes.ts";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import type { AlertChannel, DigestAlert } from "./alert.ts";

/**
 * What was held back on a channel, told in one alert, so that nobody waits for an hour to hear that there is more. At most one
 * in ten minutes and channel, and of a subscription once an hour; who has been told of least stands first.
 */

/**
 * What is held back for less, in milliseconds, needs no digest: it comes singly before the sweep is here again. A receiver that
 * asks for a second's pause is no reason to tell of less.
 */
export const WORTH_A_DIGEST_FROM_MS = 60_000;
/** So many are named; of the others it is said how many they are. */
const MOST_NAMED = 50;
/** What is not noted in the time that a digest has is told of again: there may be thousands. */
const MARKED_AT_ONCE = 8;

/** One consent, or one stop, that a channel has not been told of. */
export interface Owed {
  readonly subscription: string;
  /** What there is to tell of it: the digest's id is made of these. */
  readonly keys: readonly string[];
  readonly item?: DigestAlert["items"][number];
  readonly stop?: NonNullable<DigestAlert["stops"]>[number];
  /** Notes that the channel has it. */
  mark(): Promise<void>;
}

/** Gathers what is held back while the sweep reads what waits: nothing is kept of the others. */
export interface Digests {
  /** @param owed what a channel is to be told of it, if it may be told in a digest */
  add(subscription: string, owed: (channel: AlertChannel) => Owed | undefined): void;
  areDue(): boolean;
  /** Sends what there is to send; how much was told of. @throws a fault of ours, when the others are told */
  send(): Promise<number>;
}

export type DigestDeps = Pick<ConsentDeps, "channels" | "gate" | "queueUrl" | "runtime">;

export function digests(deps: DigestDeps): Digests {
  const held = new Map<AlertChannel, Owed[]>(deps.channels.map((channel) => [channel, []]));
  const due = () =>
    [...held].filter(([{ name }, owed]) => owed.length > 0 && deps.gate.mayDigest(name));
  return {
    add: (subscription, owedTo) => {
      for (const [channel, owed] of held) {
        if (deps.gate.wasDigested(channel.name, subscription)) continue;
        if (deps.gate.heldMs(channel.name, subscription, true) < WORTH_A_DIGEST_FROM_MS) continue;
        const one = owedTo(channel);
        if (one) owed.push(one);
      }
    },
    areDue: () => due().length > 0,
    send: async () => {
      let told = 0;
      const defects: unknown[] = [];
      for (const [channel, owed] of due()) {
        try {
          told += await sendDigest(deps, channel, owed);
        } catch (error) {
          // Where the tables are away nobody else is told of what could not be noted.
          if (error instanceof RemoteUnavailable) throw error;
          defects.push(error);
        }
      }
      if (defects.length > 0) throw defects[0];
      return told;
    },
  };
}

async function sendDigest(
  deps: DigestDeps,
  channel: AlertChannel,
  owed: readonly Owed[],
): Promise<number> {
  const sent = ({ subscription }: Owed) => deps.gate.sent(channel.name, subscription);
  const ordered = owed.toSorted((a, b) => sent(a) - sent(b));
  const takeBack = deps.gate.countDigest(
    channel.name,
    owed.map(({ subscription }) => subscription),
  );
  try {
    await channel.send(digestOf(deps, channel, ordered));
  } catch (error) {
    takeBack();
    note(`not-told:${channel.name}`);
    if (!(error instanceof RemoteUnavailable)) throw error;
    return 0;
  }
  await inLanes(MARKED_AT_ONCE, ordered, (one) => one.mark());
  return ordered.length;
}

function digestOf(
  { runtime, queueUrl }: DigestDeps,
  channel: AlertChannel,
  owed: readonly Owed[],
): DigestAlert {
  const keys = owed.flatMap((one) => one.keys);
  // The same set has the same id: who died before the marks were written repeats the alert under it.
  const id = createHash("sha256").update(keys.toSorted().join()).digest("hex").slice(0, 32);
  const named = owed.slice(0, MOST_NAMED);
  const stops = named.flatMap(({ stop }) => (stop ? [stop] : []));
  return {
    id: `digest:${channel.name}:${id}`,
    stage: "digest",
    sentAt: runtime.now(),
    count: owed.length,
    items: named.flatMap(({ item }) => (item ? [item] : [])),
    ...(stops.length > 0 && { stops }),
    queueUrl,
  };
}
