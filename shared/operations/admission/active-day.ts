import { DAY_MS, dayOf } from "../../base/day.ts";
import type { Runtime } from "../../base/runtime.ts";
import type { UnderWay } from "./operation.ts";
import type { Journal } from "./ports.ts";

/**
 * The days on which a subscription was active tell where entries of activity are to be found. An admission notes its day, and
 * whoever reads looks at the day before as well; what ends later than that is noted by who ends it. That costs nothing where
 * nothing went wrong.
 */
export async function noteLateDay(
  { journal, runtime }: { readonly journal: Pick<Journal, "active">; readonly runtime: Runtime },
  { subscription, startedAt }: Pick<UnderWay, "subscription" | "startedAt">,
): Promise<void> {
  const today = dayOf(runtime.now());
  if (Date.parse(today) - Date.parse(dayOf(startedAt)) > DAY_MS)
    await journal.active(today, subscription);
}
