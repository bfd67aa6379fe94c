import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ConsentCase } from "../consent-case.ts";
import { leavingTime } from "../time-budget.ts";
import { type Told, wasTold, withTold } from "../told.ts";
import type { AlertChannel } from "./alert.ts";
import {
  type AnnounceDeps,
  type Announcement,
  alertOf,
  announcementKey,
  EVENTS,
  isForPeople,
  isOfTheClock,
  type PeopleAnnouncement,
  stageEvents,
} from "./announcements.ts";

export interface Telling {
  /** What was told before and what was told now. */
  readonly told: Told;
  /** Something was told that had not been told before. */
  readonly progress: boolean;
  /** Who could not be told, and for how many seconds they asked to be left alone, if they said so. */
  readonly failed?: { readonly targets: readonly string[]; readonly retryAfterSeconds: number };
  /** On whom it was held back, and for how long at least, in milliseconds. */
  readonly heldBack?: { readonly targets: readonly string[]; readonly forMs: number };
  /** A fault of ours among the failures. Whoever tells throws it, once what was told is noted. */
  readonly defect?: unknown;
}

/** How far one target got, in the order of what it was to be told. */
interface Reached {
  readonly target: string;
  readonly reached: readonly Announcement[];
  readonly error?: unknown;
  /** For so long nothing more may go out on it, in milliseconds. */
  readonly heldMs?: number;
}

/**
 * Tells every channel and the topic what they have not been told. The targets do not wait for each other; each of them hears
 * things in their order, so what fails holds back what comes after it. Events leave in one transfer.
 *
 * @param sofar what came of telling what came before: who failed then is not told now
 */
export async function tell(
  deps: AnnounceDeps,
  subject: ConsentCase,
  announcements: readonly Announcement[],
  told: Told,
  sofar?: Telling,
): Promise<Telling> {
  await deps.gate.ready();
  const failedBefore = sofar?.failed?.targets ?? [];
  const silent = [...failedBefore, ...(sofar?.heldBack?.targets ?? [])];
  const missing = (target: string) =>
    silent.includes(target)
      ? []
      : announcements.filter((one) => !wasTold(told, announcementKey(one), target));
  const all = await leavingTime(() =>
    Promise.all([
      ...deps.channels.map((channel) =>
        tellPeople(deps, subject, channel, missing(channel.name).filter(isForPeople)),
      ),
      tellSystems(deps, subject, missing(EVENTS)),
    ]),
  );
  let next = told;
  for (const { target, reached } of all)
    for (const one of reached) next = withTold(next, announcementKey(one), target);

  const errors = all.filter(({ error }) => error !== undefined);
  for (const { target } of errors) note(`not-told:${target}`);
  const failed = [...failedBefore, ...errors.map(({ target }) => target)];
  const heldNow = all.filter(({ heldMs = 0 }) => heldMs > 0);
  const heldBack = [...(sofar?.heldBack?.targets ?? []), ...heldNow.map(({ target }) => target)];
  const forMs = Math.min(
    sofar?.heldBack?.forMs ?? Number.POSITIVE_INFINITY,
    ...heldNow.map(({ heldMs = 0 }) => heldMs),
  );
  const pauses = errors.map(({ error }) =>
    error instanceof RemoteUnavailable && error.throttled ? error.retryAfterSeconds : 0,
  );
  const retryAfterSeconds = Math.max(sofar?.failed?.retryAfterSeconds ?? 0, ...pauses);
  const defect =
    sofar?.defect ?? errors.find(({ error }) => !(error instanceof RemoteUnavailable))?.error;
  return {
    told: next,
    progress: (sofar?.progress ?? false) || all.some(({ reached }) => reached.length > 0),
    ...(failed.length > 0 && { failed: { targets: failed, retryAfterSeconds } }),
    ...(heldBack.length > 0 && { heldBack: { targets: heldBack, forMs } }),
    ...(defect !== undefined && { defect }),
  };
}

async function tellPeople(
  deps: AnnounceDeps,
  subject: ConsentCase,
  channel: AlertChannel,
  announcements: readonly PeopleAnnouncement[],
): Promise<Reached> {
  const { name } = channel;
  const reached: Announcement[] = [];
  for (const one of announcements) {
    const heldMs = deps.gate.heldMs(name, subject.subscription, isOfTheClock(one));
    if (heldMs > 0) return { target: name, reached, heldMs };
    const takeBack = deps.gate.count(name, subject.subscription);
    try {
      await channel.send(alertOf(deps, subject, one));
      reached.push(one);
    } catch (error) {
      takeBack();
      return { target: name, reached, error };
    }
  }
  return { target: name, reached };
}

async function tellSystems(
  deps: AnnounceDeps,
  subject: ConsentCase,
  announcements: readonly Announcement[],
): Promise<Reached> {
  const events = announcements.flatMap((one) => stageEvents(deps, subject, one));
  try {
    if (events.length > 0) await deps.events.publishAll(events);
    return { target: EVENTS, reached: announcements };
  } catch (error) {
    return { target: EVENTS, reached: [], error };
  }
}
