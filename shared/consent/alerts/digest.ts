import { createHash } from "node:crypto";
import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { isHeld } from "../claim.ts";
import { clockNow } from "../clock/clock-now.ts";
import { noteNextCheck } from "../clock/next-check.ts";
import type { DueStage } from "../clock/policy.ts";
import { type ConsentCase, clockOf } from "../consent-case.ts";
import type { ConsentDeps } from "../consent-deps.ts";
import { wasTold, withTold } from "../told.ts";
import type { AlertChannel, DigestAlert } from "./alert.ts";
import { announcementKey } from "./announcements.ts";

/**
 * What was held back on a channel, told in one alert, so that nobody waits for an hour to hear that there is more. At most one
 * in ten minutes and channel, and of a subscription once an hour; who has been told of least stands first.
 */

/**
 * What is held back for less, in milliseconds, needs no digest: it comes singly before the sweep is here again. A receiver that
 * asks for a second's pause is no reason to tell of less.
 */
const WORTH_IT_FROM_MS = 60_000;
/** So many are named; of the others it is said how many they are. */
const MOST_NAMED = 50;

interface Owed {
  readonly found: ConsentCase;
  readonly stages: readonly DueStage[];
}

/** Gathers what is held back while the sweep reads what waits: nothing is kept of the others. */
export interface Digests {
  add(found: ConsentCase): void;
  areDue(): boolean;
  /** Sends what there is to send; how many consents were told of. @throws a fault of ours, when the others are told */
  send(): Promise<number>;
}

export function digests(deps: ConsentDeps): Digests {
  const held = new Map<AlertChannel, Owed[]>(deps.channels.map((channel) => [channel, []]));
  const due = () =>
    [...held].filter(([{ name }, owed]) => owed.length > 0 && deps.gate.mayDigest(name));
  return {
    add: (found) => {
      if (isHeld(clockOf(found).claim, deps)) return;
      const { dueNow } = clockNow(deps, found);
      const { subscription } = found;
      for (const [channel, owed] of held) {
        const stages = dueNow.filter(
          (stage) => !wasTold(clockOf(found).told, keyOf(stage), channel.name),
        );
        if (stages.length === 0 || deps.gate.wasDigested(channel.name, subscription)) continue;
        const heldMs = deps.gate.heldMs(channel.name, subscription, true);
        if (heldMs >= WORTH_IT_FROM_MS) owed.push({ found, stages });
      }
    },
    areDue: () => due().length > 0,
    send: async () => {
      let told = 0;
      for (const [channel, owed] of due()) told += await sendDigest(deps, channel, owed);
      return told;
    },
  };
}

const keyOf = ({ stage, threshold }: DueStage): string =>
  announcementKey({ stage, mark: threshold });

async function sendDigest(
  deps: ConsentDeps,
  channel: AlertChannel,
  owed: readonly Owed[],
): Promise<number> {
  const sent = ({ found }: Owed) => deps.gate.sent(channel.name, found.subscription);
  const ordered = owed.toSorted((a, b) => sent(a) - sent(b));
  deps.gate.countDigest(
    channel.name,
    owed.map(({ found }) => found.subscription),
  );
  try {
    await channel.send(digestOf(deps, channel, ordered));
  } catch (error) {
    note(`not-told:${channel.name}`);
    if (!(error instanceof RemoteUnavailable)) throw error;
    return 0;
  }
  for (const { found, stages } of ordered) await mark(deps, channel, found.clientId, stages);
  return ordered.length;
}

function digestOf(
  { runtime, queueUrl }: ConsentDeps,
  channel: AlertChannel,
  owed: readonly Owed[],
): DigestAlert {
  const keys = owed.flatMap(({ found, stages }) =>
    stages.map((stage) => `${found.operationId}:${keyOf(stage)}`),
  );
  // The same set has the same id: who died before the marks were written repeats the alert under it.
  const id = createHash("sha256").update(keys.toSorted().join()).digest("hex").slice(0, 32);
  return {
    id: `digest:${channel.name}:${id}`,
    stage: "digest",
    sentAt: runtime.now(),
    count: owed.length,
    items: owed.slice(0, MOST_NAMED).map(({ found, stages }) => ({
      clientId: found.clientId,
      appId: found.appId,
      subscription: found.subscription,
      displayName: found.displayName,
      stage: stages.at(-1)?.stage ?? "requested",
      dueAt: found.consent.dueAt,
    })),
    queueUrl,
  };
}

/** Notes that the channel has it; whoever has changed the case meanwhile has told it singly, or will. */
async function mark(
  deps: ConsentDeps,
  { name }: AlertChannel,
  clientId: string,
  stages: readonly DueStage[],
): Promise<void> {
  const listed = await deps.cases.get("pending", clientId);
  if (!listed || isHeld(clockOf(listed.found).claim, deps)) return;
  let { told } = clockOf(listed.found);
  for (const stage of stages) told = withTold(told, keyOf(stage), name);
  const { found } = listed;
  const { dueNow, nextCheckAt } = clockNow(deps, { ...found, clock: { ...clockOf(found), told } });
  // Checked again soon where others still have to be told, or its customer is to see how often somebody was.
  const isSettled = dueNow.length === 0 && stages.every(({ stage }) => stage === "requested");
  const at = isSettled ? nextCheckAt : deps.runtime.now();
  await noteNextCheck(deps, listed, at, { attempts: 0, told, bySweep: true });
}
