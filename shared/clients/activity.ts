import * as z from "zod";
import type { By } from "./actor.ts";

/**
 * How a change ended that had been admitted. `done`: it was made. The others made nothing, or took back what they had made:
 * `refused` by the directory for good; `unavailable`, for the directory could not do it then; `undone`, for its worker died and
 * nothing of it is left; `given-up` by an operator.
 */
export const ActivityOutcome = z.enum(["done", "refused", "unavailable", "undone", "given-up"]);
export type ActivityOutcome = z.infer<typeof ActivityOutcome>;

/** Names, times and reasons; never a secret's value. */
export const ActivityDetail = z.record(z.string(), z.union([z.string(), z.number()]));
export type ActivityDetail = Readonly<z.infer<typeof ActivityDetail>>;

/**
 * Who did what to which client: written in the one transaction that ends the change, so that no entry is lost and none is
 * invented. An entry is never changed.
 */
export interface Activity {
  /** Names the change; one change leaves one entry. */
  readonly id: string;
  /** When the change ended. */
  readonly at: Date;
  readonly by: By;
  /** The type of the change's event. */
  readonly action: string;
  readonly subscription: string;
  /** Absent for a client that was never made. */
  readonly clientId?: string | undefined;
  /** The secret that was added or removed. */
  readonly credentialId?: string | undefined;
  readonly outcome: ActivityOutcome;
  readonly detail?: ActivityDetail | undefined;
}

/** Where an entry stands among all: a text that sorts the newest first, and those of one millisecond by their ids. */
export const placeOf = ({ at, id }: Pick<Activity, "at" | "id">): string =>
  `${invertedTime(at)}:${id}`;

/** 13 digits, until the year 2286. */
export const invertedTime = (at: Date): string => String(LAST_MS - at.getTime()).padStart(13, "0");

export const timeOfPlace = (place: string): Date => new Date(LAST_MS - Number(place.slice(0, 13)));

const LAST_MS = 9_999_999_999_999;
