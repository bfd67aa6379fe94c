import { announcementKey } from "../alerts/announcements.ts";
import type { Calendar } from "./calendar.ts";
import { type StageAt, stagesOf, type Threshold } from "./thresholds.ts";

/** Once nothing is left to be told, a pending consent is still checked this often: the client may have gone. */
const IDLE_MS = 24 * 3_600_000;

export interface DueStage extends StageAt {
  readonly at: Date;
}

export interface Clock {
  /** Stages whose time has come and that have not been told, in the order of their time. */
  readonly dueNow: readonly DueStage[];
  /** Always after `now`. */
  readonly nextCheckAt: Date;
}

export interface ClockPolicy {
  readonly calendar: Calendar;
  readonly thresholds: readonly Threshold[];
}

/** What is due now and when to check next. Pure: the same arguments always give the same answer. */
export function consentClock(
  { calendar, thresholds }: ClockPolicy,
  consent: { readonly requestedAt: Date; readonly slaMs: number },
  told: ReadonlySet<string>,
  now: Date,
): Clock {
  const { requestedAt, slaMs } = consent;
  const stages = stagesOf(thresholds, slaMs).map((stage) => ({
    ...stage,
    at: stage.offsetMs === 0 ? requestedAt : calendar.add(requestedAt, stage.offsetMs),
  }));
  const coming = stages.find(({ at }) => at > now);
  return {
    dueNow: stages.filter((stage) => stage.at <= now && !told.has(keyOf(stage))),
    nextCheckAt: coming?.at ?? new Date(now.getTime() + IDLE_MS),
  };
}

const keyOf = ({ stage, threshold }: StageAt): string =>
  announcementKey({ stage, mark: threshold });
