import type { ServiceBusQueueHandler } from "@azure/functions";
import { nameOperation } from "../../shared/base/observation.ts";
import { OperationMessage } from "../../shared/events/operation-message.ts";
import { type MessageDeps, readMessages } from "./read-message.ts";

export interface OperationsQueueDeps extends MessageDeps {
  handle(message: OperationMessage): Promise<string>;
}

/** Queue `operations`: whether an operation has ended, and what only operators can mend. */
export const operationsQueue = (deps: OperationsQueueDeps): ServiceBusQueueHandler =>
  readMessages(
    deps,
    { name: "operations", queue: "operations", schema: OperationMessage },
    (message) => {
      nameOperation(message.operationId);
      return deps.handle(message);
    },
  );
