import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { CallOff } from "../../events/call-off.ts";
import type { OperationCheck } from "../../events/operation-check.ts";
import type { OperationMessage } from "../../events/operation-message.ts";
import type { SecretRetire } from "../../events/secret-retire.ts";
import type { SubscriptionRun } from "../../events/subscription-run.ts";
import type { Journal } from "../admission/ports.ts";

/** What is scheduled when a change begins or ends. */
export type ScheduledMessage = OperationCheck | SubscriptionRun | SecretRetire;

/** Reminds us of an operation when it ought to have ended long ago. All methods throw `RemoteUnavailable`. */
export interface OperationChecks {
  /** Before the operation is admitted: a message that comes at `at` unless it is called off. */
  schedule(message: ScheduledMessage, at: Date): Promise<CallOff>;
  /** Not before `at`, under a message id of its own. */
  putOff(message: OperationMessage, at: Date): Promise<void>;
}

export interface CheckDeps {
  readonly checks: OperationChecks;
  readonly journal: Pick<Journal, "adrift">;
  readonly runtime: Runtime;
}

/**
 * Sees to it that the operation is looked after whatever becomes of this process: by a message on the bus, or, with the bus
 * away, by a row that the reconciler reads. Written before the operation is admitted, and harmless alone.
 *
 * @returns calls the check off
 */
export async function remember(
  { checks, journal }: CheckDeps,
  check: ScheduledMessage,
  at: Date,
): Promise<() => void> {
  try {
    return inBackground(await checks.schedule(check, at));
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("check-without-bus");
    await journal.adrift(check, at);
    return () => undefined;
  }
}

/** Calls a message off while the caller is answered: losing that costs one look. */
export const inBackground = (callOff: CallOff) => (): void => {
  callOff().catch(() => note("check-not-called-off"));
};

/** The same again later; a row in the journal with the bus away. */
export async function checkLater(
  { checks, journal }: Omit<CheckDeps, "runtime">,
  message: OperationMessage,
  at: Date,
): Promise<void> {
  try {
    await checks.putOff(message, at);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    await journal.adrift({ ...message, attempt: (message.attempt ?? 0) + 1 }, at);
  }
}
