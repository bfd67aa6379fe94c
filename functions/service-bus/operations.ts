import type { ServiceBusQueueHandler } from "@azure/functions";
import { withDeadline } from "../../shared/base/deadline.ts";
import { nameOperation } from "../../shared/base/observation.ts";
import { OperationMessage } from "../../shared/events/operation-message.ts";
import { observeInvocation } from "../edge/observe.ts";
import { type MessageDeps, readMessage } from "./read-message.ts";

export interface OperationsQueueDeps extends MessageDeps {
  handle(message: OperationMessage): Promise<string>;
  /** Longest time one message may take, in milliseconds; less than its lock lasts. */
  readonly entryMs: number;
}

/** Queue `operations`: whether an operation has ended, and what only operators can mend. */
export const operationsQueue =
  (deps: OperationsQueueDeps): ServiceBusQueueHandler =>
  (message, context) =>
    observeInvocation(
      context,
      {
        name: "operations",
        kind: "receives",
        carrier: context.triggerMetadata?.["applicationProperties"],
      },
      () =>
        readMessage(deps, { queue: "operations", schema: OperationMessage, message, context }, (read) => {
          nameOperation(read.operationId);
          return withDeadline(deps.entryMs, () => deps.handle(read));
        }),
    );
