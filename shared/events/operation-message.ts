import * as z from "zod";
import { OperationCheck } from "./operation-check.ts";
import { OperationIncident } from "./operation-incident.ts";
import { SecretRetire } from "./secret-retire.ts";
import { StopNotice } from "./stop-notice.ts";
import { SubscriptionRun } from "./subscription-run.ts";

/** Everything that may lie in the queue `operations`. */
export const OperationMessage = z.discriminatedUnion("type", [
  OperationCheck,
  OperationIncident,
  StopNotice,
  SubscriptionRun,
  SecretRetire,
]);
export type OperationMessage = z.infer<typeof OperationMessage>;

/** What is done with each type of message. */
export function workOn(
  message: OperationMessage,
  work: {
    readonly [Type in OperationMessage["type"]]: (
      it: Extract<OperationMessage, { type: Type }>,
    ) => Promise<string>;
  },
): Promise<string> {
  switch (message.type) {
    case "operation.check":
      return work["operation.check"](message);
    case "operation.incident":
      return work["operation.incident"](message);
    case "stop.notice":
      return work["stop.notice"](message);
    case "subscription.run":
      return work["subscription.run"](message);
    case "secret.retire":
      return work["secret.retire"](message);
  }
}
