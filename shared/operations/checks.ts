import type { OperationCheck } from "../events/operation-check.ts";

/** A check that waits for its time. Only what has scheduled it can call it off; it is not written down anywhere. */
export interface ScheduledCheck {
  readonly operationId: string;
}

/** Reminds us of an operation when it ought to have ended long ago. All methods throw `RemoteUnavailable`. */
export interface OperationChecks {
  /** Before the operation is admitted: a message that comes at `at` unless it is called off. */
  schedule(check: OperationCheck, at: Date): Promise<ScheduledCheck>;
  /** The operation has ended. Losing this costs one look. */
  callOff(check: ScheduledCheck): Promise<void>;
  /** The same again later, under a message id of its own. */
  putOff(check: OperationCheck, at: Date): Promise<void>;
}
