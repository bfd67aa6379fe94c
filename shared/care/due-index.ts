import { dayOf } from "../base/day.ts";
import type { SecretRecord } from "../clients/secret-record.ts";

/** A secret of which something is due. */
export interface DueEntry {
  readonly subscription: string;
  readonly clientId: string;
  readonly keyId: string;
  readonly at: Date;
}

/** The day under which something stands that was put into the index at `now`: today where its time has passed. */
export const dayToLook = (at: Date, now: Date): string => dayOf(at < now ? now : at);

/** Where an index that has never been worked on begins: no host is away for so long without having lost more than this. */
export const FIRST_DAYS = 31;

export interface VersionedDue {
  readonly entry: DueEntry;
  /** The day it stands under (UTC, `2026-11-21`). */
  readonly day: string;
  readonly version: string;
}

/**
 * Which secrets have something due on which day, so that a day's work costs what is due and not what there is. It may hold what
 * is not due any more: the record of the secret decides. It must never lack what is. All methods throw `RemoteUnavailable`.
 */
export interface DueIndex {
  /**
   * Each under the day of its time, or today where that has passed; in the place of what was there of that secret. One request
   * for a hundred of a day.
   */
  put(entries: readonly DueEntry[], now: Date): Promise<void>;
  /** Those of a day whose time has come: a request for each thousand. */
  ripe(day: string, now: Date): AsyncIterable<readonly VersionedDue[]>;
  /** Takes it out, if it still is as it was found. */
  remove(due: VersionedDue): Promise<void>;
  /** The last day of which nothing is left: of the index (`worked`), or of the changes that go into it (`indexed`). */
  doneTo(mark: DueMark): Promise<string | undefined>;
  setDoneTo(mark: DueMark, day: string): Promise<void>;
}

export type DueMark = "worked" | "indexed";

/** What a change has left to be put into the index: a secret, or a client all of whose secrets are due anew. */
export interface SecretTodo {
  readonly what: { readonly record: SecretRecord } | { readonly clientId: string };
  /** Names the row as it was found. */
  readonly rowKey: string;
  readonly version: string;
}

export interface SecretTodos {
  /** One request where there are not more than a thousand. */
  todos(subscription: string): Promise<readonly SecretTodo[]>;
  /** Takes them off, but for those that were written again meanwhile. One request for a hundred. */
  done(subscription: string, todos: readonly SecretTodo[]): Promise<void>;
}
