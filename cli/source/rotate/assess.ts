import type { Held } from "../sinks/sink.ts";

/** A secret as the service shows it. */
export interface Known {
  readonly keyId: string;
  readonly displayName: string;
  /** First characters of its value. */
  readonly hint: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly retiresAt?: Date | undefined;
}

/** What a rotation finds. */
export interface Findings {
  /** The one that the sink holds, as far as anybody can say. */
  readonly current?: Known;
  /** Made by a run that died before it could write them: nobody has their value. */
  readonly lost: readonly Known[];
  /** Were in the sink once. Programs may still use them, so they go with a grace. */
  readonly superseded: readonly Known[];
}

/** Two clocks, that of a directory and that of a sink, differ by less. */
const SKEW_MS = 5 * 60_000;
/** Directories keep times to the second. */
const SECOND_MS = 1_000;

/**
 * Tells a sink's secrets apart, by what the service shows and the sink holds. There is no other memory: a run may have died at any
 * point, on another machine.
 *
 * @param name that of this sink's secrets
 * @param works whether the token endpoint takes what the sink holds
 */
export function assess(
  secrets: readonly Known[],
  { name, held, works, now }: { name: string; held: Held; works: boolean; now: Date },
): Findings {
  const alive = secrets.filter(({ expiresAt }) => expiresAt > now).toSorted(byAge);
  const mine = alive.filter((one) => one.displayName === name && !one.retiresAt);
  if (held.kind === "written") return byTime(mine, held.at);
  // It may hold any of them. They go once the sink is known to hold another.
  if (held.kind === "nothing" && held.isUnsure) return { superseded: mine, lost: [] };
  if (held.kind === "nothing" || !works) {
    // The oldest may be with programs that read the sink before it was emptied. Of what was made later nobody has the value.
    return { superseded: mine.slice(0, 1), lost: mine.slice(1) };
  }
  const current = alive.findLast(({ hint }) => hint !== "" && held.value.startsWith(hint));
  if (!current) return { superseded: mine, lost: [] };
  const others = [...mine, ...alive.filter((one) => isAdopted(one, name))].filter(
    (one) => one !== current,
  );
  const isLost = (one: Known) => one.createdAt > current.createdAt && !one.retiresAt;
  return {
    current,
    lost: others.filter(isLost),
    superseded: others.filter((one) => !isLost(one)),
  };
}

/** Of a sink that shows no value. What was made well after it was last written to was never in it. */
function byTime(mine: readonly Known[], at: Date): Findings {
  const isLost = ({ createdAt }: Known) => createdAt.getTime() > at.getTime() + SKEW_MS;
  const lost = mine.filter(isLost);
  const rest = mine.filter((one) => !isLost(one));
  const [only] = rest;
  // Of two nobody can say which one it holds: another takes the place of both.
  return only && rest.length === 1
    ? { current: only, lost, superseded: [] }
    : { lost, superseded: rest };
}

/**
 * Of several that a sink may hold which shows no value: the one that was made last before it was written to. Sinks tell that time to the
 * second: of one that was made in that very second nobody can say whether it was before.
 */
export function heldByTime(some: readonly Known[], at: Date): Known | undefined {
  const secondOf = (time: Date) => Math.floor(time.getTime() / SECOND_MS);
  const written = secondOf(at);
  if (some.some(({ createdAt }) => secondOf(createdAt) === written)) return undefined;
  return some.findLast(({ createdAt }) => secondOf(createdAt) < written);
}

const byAge = (a: Known, b: Known) => a.createdAt.getTime() - b.createdAt.getTime();

/**
 * A secret with another name that was in the sink when its first rotation began: it is to go when it expires, as it would anyway,
 * so that a later run knows it again.
 */
export const isAdopted = ({ displayName, retiresAt, expiresAt }: Known, name: string): boolean =>
  displayName !== name &&
  retiresAt !== undefined &&
  Math.abs(retiresAt.getTime() - expiresAt.getTime()) <= SECOND_MS;
