import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import { type ClaimDeps, isHeld, newClaim } from "../claim.ts";
import { leavingTime } from "../time-budget.ts";
import type { AlertChannel } from "./alert.ts";
import type {
  AlertLog,
  PoisonNotice,
  Untold,
  UntoldMessage,
  VersionedNotice,
} from "./alert-log.ts";

export interface PoisonDeps extends ClaimDeps {
  readonly alertLog: AlertLog;
  readonly channels: readonly AlertChannel[];
}

/** After an alert about a queue so much time passes before the next one, in milliseconds. */
const QUIET_MS = 60 * 60_000;

/**
 * Alerts operators of the messages that were recorded since the last time: one alert a queue and hour, with their number. The
 * sweep calls it every minute, so a burst is one alert. It costs nothing when there is nothing to tell.
 *
 * @returns how many messages somebody was told of
 */
export async function tellPoison(
  deps: PoisonDeps,
  { messages, notices }: Pick<Untold, "messages" | "notices">,
): Promise<number> {
  const queues = new Set(
    [...messages, ...notices.map(({ notice }) => notice)].map((it) => it.queue),
  );
  let told = 0;
  for (const queue of queues) {
    const own = messages.filter((message) => message.queue === queue);
    const last = notices.find(({ notice }) => notice.queue === queue);
    const claimed = await claimNotice(deps, queue, own, last);
    const isNew = !last || last.notice.doneAt !== undefined;
    const counted = isNew ? own : own.filter((message) => isCounted(message, last.notice));
    if (claimed && (await send(deps, claimed, counted))) told += claimed.notice.count;
  }
  return told;
}

/** What came later is for the next notice. Its first is its own, whatever the clock of who recorded it: the next has another id. */
const isCounted = ({ messageId, recordedAt }: UntoldMessage, notice: PoisonNotice): boolean =>
  messageId === notice.messageId || recordedAt <= notice.startedAt;

/** The notice that is to be sent now: a new one, or one that was left unfinished. */
async function claimNotice(
  deps: PoisonDeps,
  queue: string,
  messages: readonly UntoldMessage[],
  last: VersionedNotice | undefined,
): Promise<VersionedNotice | undefined> {
  const { alertLog, runtime } = deps;
  const claim = newClaim(deps);
  if (last && !last.notice.doneAt) {
    if (isHeld(last.notice.claim, deps)) return undefined;
    return alertLog.saveNotice({ ...last.notice, claim }, last.version);
  }
  const startedAt = runtime.now();
  const quietUntil = (last?.notice.doneAt?.getTime() ?? Number.NEGATIVE_INFINITY) + QUIET_MS;
  const [first] = messages.toSorted((a, b) => a.recordedAt.getTime() - b.recordedAt.getTime());
  if (!first || startedAt.getTime() < quietUntil) return undefined;
  const { messageId, reason } = first;
  const notice = {
    ...{ queue, id: `${queue}:${messageId}:poison`, startedAt, messageId, reason, claim },
    count: messages.length,
    told: [],
  };
  return alertLog.saveNotice(notice, last?.version);
}

/**
 * True: every channel has it. What failed is tried again by the next sweep.
 *
 * @throws whatever fault of ours kept a channel from having it, once the others are noted
 */
async function send(
  deps: PoisonDeps,
  { notice, version }: VersionedNotice,
  counted: readonly UntoldMessage[],
): Promise<boolean> {
  const { id, queue, count, messageId, reason, startedAt } = notice;
  const alert = {
    id,
    stage: "poison" as const,
    queue,
    count,
    messageId,
    reason,
    happenedAt: startedAt,
  };
  const defects: unknown[] = [];
  const missing = deps.channels.filter(({ name }) => !notice.told.includes(name));
  const reached = await leavingTime(() =>
    Promise.all(
      missing.map(async (channel) => {
        try {
          await channel.send({ ...alert, sentAt: deps.runtime.now() });
          return [channel.name];
        } catch (error) {
          note(`not-told:${channel.name}`);
          if (!(error instanceof RemoteUnavailable)) defects.push(error);
          return [];
        }
      }),
    ),
  );
  const { claim: _, ...released } = { ...notice, told: [...notice.told, ...reached.flat()] };
  const isDone = reached.every(({ length }) => length > 0);
  if (isDone) await deps.alertLog.settle(counted);
  const doneAt = deps.runtime.now();
  await deps.alertLog.saveNotice(isDone ? { ...released, doneAt } : released, version);
  if (defects.length > 0) throw defects[0];
  return isDone;
}
