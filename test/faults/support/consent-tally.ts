import type { LocalInbox } from "../../../infra/local/inbox/start.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";

const CHANNELS = ["webhook", "teams", "email"] as const;
export const STAGES = [
  "requested ",
  "reminded 50%",
  "reminded 80%",
  "breached 100%",
  "escalated 150%",
] as const;

const tally = (texts: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
};

export interface ConsentTally {
  /** Stages that a channel never got, by channel. */
  readonly lost: Readonly<Record<string, number>>;
  /** Ids under which a channel got more than one stage, or stages it got under more than one id. */
  readonly idsMixed: number;
  /** Stages that a channel got more than once; under one id where it has ids. The mail service drops its own. */
  readonly repeats: Readonly<Record<string, number>>;
  /** Repeats whose first sender neither was killed within moments of the channel's having it nor lost its message's lock. */
  readonly unexplained: readonly string[];
  /** Between a channel's having a repeated alert and a kill, at the longest, in milliseconds. */
  readonly longestToKillMs: number;
}

/** Between a channel's having an alert and the record of it lie a few table operations on a busy machine. */
const MOMENTS_MS = 2_000;

/** What may make a host's work be done again by another. */
export interface Interruptions {
  /** When a host was killed (epoch ms). */
  readonly kills: readonly number[];
  /** The operations whose message a live host could not settle, because its lock had run out. */
  readonly locksLost: ReadonlySet<string>;
}

const LOCK_LOST = /Message (\S{36})(?::look:\d+)? was not settled: .*lock supplied is invalid/;

/** @returns the operation whose message lost its lock, where a host's line says so */
export const lockLostIn = (line: string): string | undefined => LOCK_LOST.exec(line)?.[1];

/** Everything that has arrived: what there is, what is missing and what is there twice. */
export function tallyConsents(
  inbox: Pick<LocalInbox, "alerts">,
  clients: readonly Pick<ClientRecord, "id" | "operationId">[],
  { kills, locksLost }: Interruptions,
): ConsentTally {
  const interrupted = new Set(
    clients.filter(({ operationId }) => locksLost.has(operationId)).map(({ id }) => id),
  );
  const lost: Record<string, number> = {};
  const repeats: Record<string, number> = {};
  const unexplained: string[] = [];
  let idsMixed = 0;
  let longestToKillMs = 0;
  for (const channel of CHANNELS) {
    const alerts = inbox.alerts().filter((alert) => alert.channel === channel);
    const nameOf = (alert: (typeof alerts)[number]) =>
      `${alert.clientId} ${alert.stage} ${alert.threshold ?? ""}`;
    const counts = tally(alerts.map(nameOf));
    const wanted = clients.flatMap(({ id }) => STAGES.map((stage) => `${id} ${stage}`));
    lost[channel] = wanted.filter((name) => !counts.has(name)).length;
    const twice = [...counts].filter(([, count]) => count > 1).map(([name]) => name);
    repeats[channel] = twice.length;
    for (const name of twice) {
      const [earliest] = alerts.filter((alert) => nameOf(alert) === name);
      // A machine that stands still for longer than a lock lasts is to others as if it had been killed.
      if (interrupted.has(earliest?.clientId ?? "")) continue;
      const first = Date.parse(earliest?.receivedAt ?? "");
      // The inbox may read what a host sent only after the host is dead.
      const toKillMs = Math.min(...kills.map((at) => Math.abs(at - first)));
      longestToKillMs = Math.max(longestToKillMs, toKillMs);
      if (toKillMs > MOMENTS_MS) unexplained.push(`${channel} ${name}`);
    }
    if (channel === "teams") continue;
    const pairs = new Set(alerts.map((alert) => `${alert.id} ${nameOf(alert)}`));
    idsMixed += pairs.size - new Set(alerts.map(({ id }) => id)).size;
    idsMixed += pairs.size - counts.size;
  }
  return { lost, idsMixed, repeats, unexplained, longestToKillMs };
}
