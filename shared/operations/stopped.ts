import type { ClientRecord } from "../clients/client.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import type { Account, AccountRefusal } from "./account.ts";
import type { Operation } from "./operation.ts";

/** When the other operation on the subscription is looked at again: it is being carried out. */
const RETRY_SECONDS = 1;

/**
 * What operators have stopped, as admission sees it: whatever ends up in the transaction was read with the account and the
 * client under their versions, so nothing is admitted beside a stop that has been written down. A customer may still delete,
 * rename and take secrets away (a leaked one above all); what would give more to use is refused.
 */
export function refusedByStop(
  operation: Operation,
  { blocked, suspended }: Account,
  client: ClientRecord | undefined,
): ClientRefusal | AccountRefusal | undefined {
  switch (operation.kind) {
    case "create": {
      const stop = suspended ?? blocked;
      return stop && { reason: "subscription-blocked", because: stop.reason };
    }
    case "add-secret": {
      const stop = client?.suspended ?? suspended;
      return stop && { reason: "client-suspended", because: stop.reason };
    }
    case "suspend":
      return operation.withSubscription === undefined ||
        operation.withSubscription === suspended?.operationId
        ? undefined
        : { reason: "client-busy", retryAfterSeconds: RETRY_SECONDS };
    case "resume":
      return suspended && { reason: "subscription-suspended", because: suspended.reason };
    case "rename":
    case "delete":
    case "remove-secret":
      return undefined;
  }
}
