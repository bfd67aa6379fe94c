import type { Runtime } from "../../base/runtime.ts";
import type { AlertLog, PoisonMessage } from "./alert-log.ts";

export interface ReportDeps {
  readonly alertLog: Pick<AlertLog, "record">;
  readonly runtime: Runtime;
}

/**
 * Records why a message is being refused, once however often it is delivered again; the next sweep tells operators. With the
 * message id of the dead letter the record answers why it is there, for 30 days.
 */
export const reportPoison = (deps: ReportDeps, poison: PoisonMessage): Promise<void> =>
  deps.alertLog.record(poison, deps.runtime.now());
