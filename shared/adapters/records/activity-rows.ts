import * as z from "zod";
import { type Activity, ActivityDetail, ActivityOutcome, placeOf } from "../../clients/activity.ts";
import { Actor } from "../../clients/actor.ts";
import { keySafe } from "../key-safe.ts";
import type { Row, RowAction } from "./table.ts";

/**
 * In a subscription's partition of the table `clients`:
 *
 *     activity:<inverted time>:<id>      who did what, newest first; for `ACTIVITY_KEPT`
 *
 * Inserted together with the change and never written again.
 */

export const ACTIVITY = "activity:";

const json = <T extends z.ZodType>(schema: T) =>
  z.string().transform((value): z.infer<T> => schema.parse(JSON.parse(value)));
const ActivityRow = z.object({
  id: z.string(),
  at: z.iso.datetime().transform((value) => new Date(value)),
  actor: json(Actor),
  requestId: z.string().optional(),
  action: z.string(),
  subscription: z.string(),
  clientId: z.guid().optional(),
  credentialId: z.guid().optional(),
  outcome: ActivityOutcome,
  detail: json(ActivityDetail).optional(),
});

export const activityRow = ({ by, detail, at, ...entry }: Activity): Row => ({
  partitionKey: keySafe(entry.subscription),
  rowKey: `${ACTIVITY}${placeOf({ at, id: entry.id })}`,
  ...entry,
  at: at.toISOString(),
  actor: JSON.stringify(by.actor),
  requestId: by.requestId,
  ...(detail && { detail: JSON.stringify(detail) }),
});

/** The part of a change's transaction that leaves its entry. */
export const leave = (entry: Activity): RowAction => ({ do: "insert", row: activityRow(entry) });

export function readActivity(row: Row): Activity {
  const { actor, requestId, ...entry } = ActivityRow.parse(row);
  return { ...entry, by: { actor, ...(requestId !== undefined && { requestId }) } };
}
