import { entriesOf } from "./audit-activity.ts";
import type { Found } from "./found.ts";
import type { Wish } from "./wish.ts";

/** A blow that fell, or was to: no seed brings back the moment at which a process died. */
export interface Blow {
  readonly at: Date;
  readonly wish: Wish;
  /** The remote call, and when around it. */
  readonly struck: string;
  /** What the directory had against it. */
  readonly mishap: string;
}

const ID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g;

/** All that is known of whatever is damaged, in lines: what was asked, what struck it, what is on record and what was told. */
export function trailOf(
  damage: object,
  { found, wishes, blows }: { found: Found; wishes: readonly Wish[]; blows: readonly Blow[] },
): string[] {
  const ids = [...new Set(JSON.stringify(damage).match(ID))];
  const lines = (things: readonly unknown[], what: string, id: string) =>
    things
      .map((thing) => JSON.stringify(thing))
      .filter((line) => line.includes(id))
      .map((line) => `${what}: ${line}`);
  return ids.flatMap((id) => [
    `what is known of ${id}:`,
    ...lines(blows, "struck", id),
    ...lines(wishes, "asked", id),
    ...lines(entriesOf(found), "on record", id),
    ...lines(found.events ?? [], "told", id),
  ]);
}
