import type { AlertLog } from "./alert-log.ts";

/** For so long it can be looked up why a message lies among the dead letters, in milliseconds: 30 days. */
const ALERTS_KEPT_MS = 30 * 24 * 60 * 60_000;

/** Forgets what is older. One query when no day is over. How many records went. */
export const purgeAlerts = (
  { alertLog }: { readonly alertLog: Pick<AlertLog, "purge"> },
  now: Date,
): Promise<number> => alertLog.purge(new Date(now.getTime() - ALERTS_KEPT_MS));
