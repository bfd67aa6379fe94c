import type { Table } from "../../../shared/adapters/records/table.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Alert, AlertChannel } from "../../../shared/consent/alerts/alert.ts";
import type { GateOptions } from "../../../shared/consent/alerts/alert-gate.ts";
import type { Calendar } from "../../../shared/consent/clock/calendar.ts";
import { parseCalendar } from "../../../shared/consent/clock/parse-calendar.ts";
import { parseThresholds, type Threshold } from "../../../shared/consent/clock/thresholds.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { type Outside, outside } from "../outside.ts";
import { type Grants, grantsOf } from "./grants.ts";

export type Mood = "takes" | "away" | "throttles";
export type ChannelName = AlertChannel["name"];

/** What a channel has taken of somebody. */
export interface Receipt {
  readonly channel: ChannelName;
  readonly alert: Alert;
  readonly at: number;
}

export interface ConsentPolicy {
  readonly slaMs: number;
  readonly calendar: Calendar;
  readonly thresholds: readonly Threshold[];
  readonly gate: GateOptions;
}

/** What all hosts of the consent clock share, and what outlives them. */
export interface ConsentOutside extends Outside {
  readonly consents: Table;
  readonly alerts: Table;
  readonly usage: Table;
  readonly grants: Grants;
  readonly channels: readonly AlertChannel[];
  readonly moods: Map<ChannelName, Mood>;
  readonly receipts: Receipt[];
  readonly policy: ConsentPolicy;
}

const HOUR_MS = 3_600_000;
export const CHANNELS: readonly ChannelName[] = ["webhook", "email"];
const CALENDARS = ["always", "Mon-Fri 09:00-17:00 Europe/Berlin"];
const BUDGETS: readonly GateOptions[] = [
  { budget: 1_000, limits: {} },
  { budget: 4, limits: {} },
  { budget: 1_000, limits: { email: { perMinute: 4, perHour: 30 } } },
];

export function consentOutside(random: () => number): ConsentOutside {
  const base = outside(random);
  const { runtime, directory, replica } = base;
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const grants = grantsOf(base);
  const moods = new Map<ChannelName, Mood>();
  const receipts: Receipt[] = [];
  const channel = (name: ChannelName): AlertChannel => ({
    name,
    send: async (alert) => {
      const mood = moods.get(name) ?? "takes";
      if (mood === "away") throw new RemoteUnavailable("alerts", { executed: "no" });
      const pause = { throttled: true, retryAfterSeconds: 90 };
      if (mood === "throttles") throw new RemoteUnavailable("alerts", { executed: "no", ...pause });
      receipts.push({ channel: name, alert, at: runtime.now().getTime() });
    },
  });
  const registered = new Set<string>();
  return {
    ...base,
    consents: memoryTable(),
    alerts: memoryTable(),
    usage: memoryTable(),
    grants,
    moods,
    receipts,
    channels: CHANNELS.map(channel),
    policy: {
      slaMs: 2 * HOUR_MS,
      calendar: parseCalendar(pick(CALENDARS), []),
      thresholds: parseThresholds("25%,PT30M before,100%,150%"),
      gate: pick(BUDGETS),
    },
    replica: {
      ...replica,
      note: (call, asked, answer) => {
        replica.note(call, asked, answer);
        // A registration comes back without what was granted to it.
        const there = directory.all();
        for (const { id: clientId, appId } of there)
          if (!registered.has(clientId)) {
            registered.add(clientId);
            const lead = directory.leadOf(clientId);
            grants.change(clientId, (it) =>
              it.register({ clientId, appId, ...(lead && { lead }) }),
            );
          }
        for (const clientId of registered)
          if (!there.some(({ id }) => id === clientId)) {
            registered.delete(clientId);
            grants.change(clientId, (it) => it.delete(clientId));
          }
      },
    },
  };
}
