import type { SecretRecord } from "../clients/secret-record.ts";

/** A reminder before a secret expires. */
export interface Reminder {
  /** As it stands in the setting (`P30D`): what has been told is noted by it. */
  readonly name: string;
  /** How long before, in milliseconds. */
  readonly beforeMs: number;
}

/** The mark of what is told once a secret has expired. */
export const EXPIRED = "expired";

/** The next thing that has to happen to a secret. */
export interface Due {
  readonly what: "reminder" | "expired" | "retirement";
  /** A reminder's name; empty for the others. */
  readonly threshold: string;
  readonly at: Date;
}

/**
 * What is due next of a secret, whether its time has come or not; nothing when all is done and told.
 *
 * - One that retires goes away on purpose, and another has taken its place: only the retirement is due; later, where the directory
 *   has refused it, and not at all any more where operators have it.
 * - A reminder whose time had passed when the secret was made is none: whoever made it has just seen the date.
 * - A snooze moves reminders to its end; that a secret has expired is told all the same.
 */
export function nextDue(record: SecretRecord, reminders: readonly Reminder[]): Due | undefined {
  const { createdAt, expiresAt, retiresAt, refused, snoozedUntil, told } = record;
  if (retiresAt) {
    const at = refused ? refused.againAt : retiresAt;
    return at && { what: "retirement", threshold: "", at };
  }
  if (told.includes(EXPIRED)) return undefined;
  const [next] = reminders
    .filter(({ name }) => !told.includes(name))
    .map(({ name, beforeMs }) => ({ name, atMs: expiresAt.getTime() - beforeMs }))
    .filter(({ atMs }) => atMs > createdAt.getTime())
    .toSorted((a, b) => a.atMs - b.atMs);
  const atMs = next && Math.max(next.atMs, snoozedUntil?.getTime() ?? 0);
  return next && atMs !== undefined && atMs < expiresAt.getTime()
    ? { what: "reminder", threshold: next.name, at: new Date(atMs) }
    : { what: "expired", threshold: "", at: expiresAt };
}
