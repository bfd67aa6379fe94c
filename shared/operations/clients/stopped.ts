import type { ClientRecord } from "../../clients/client.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";
import type { Account, AccountRefusal, Stop } from "../admission/account.ts";
import type { Operation } from "../admission/operation.ts";

/**
 * The client is another operation's on the subscription, or another step of this one has changed it by now, as messages of two steps
 * may be worked on at once: it is looked at again a second later.
 */
const ELSEWHERE = { reason: "client-busy", retryAfterSeconds: 1 } as const;

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
    case "create":
    case "restore": {
      const stop = suspended ?? blocked;
      return stop && { reason: "subscription-blocked", because: stop.reason };
    }
    case "rotate-secret":
    case "add-certificate":
    case "rotate-certificate":
    case "add-federated":
    case "add-secret": {
      const stop = client?.suspended ?? suspended;
      return stop && { reason: "client-suspended", because: stop.reason };
    }
    case "suspend": {
      if (operation.as === "customer") return operatorsStop(suspended, client);
      const { withSubscription } = operation;
      if (withSubscription === undefined) return undefined;
      const isOurs = withSubscription === suspended?.operationId && !client?.suspended;
      return isOurs ? undefined : ELSEWHERE;
    }
    case "resume":
      if (operation.as === "customer") return operatorsStop(suspended, client);
      if (suspended) return { reason: "subscription-suspended", because: suspended.reason };
      return operation.withSubscription === undefined || client?.suspended?.withSubscription
        ? undefined
        : ELSEWHERE;
    case "delete":
      // Called off meanwhile, it is not carried out.
      return operation.withSubscription === undefined ||
        operation.withSubscription === suspended?.operationId
        ? undefined
        : ELSEWHERE;
    case "rename":
    case "purge":
    case "remove-secret":
    case "remove-certificate":
    case "remove-federated":
    case "retire-secret":
    case "move-retirement":
      return undefined;
  }
}

/** What an operator has stopped, or is about to stop with all the others, its customer neither resumes nor calls their own. */
function operatorsStop(
  whole: Stop | undefined,
  client: ClientRecord | undefined,
): ClientRefusal | undefined {
  const stop = client?.suspended?.by === "operator" ? client.suspended : whole;
  return stop && { reason: "stopped-by-operator", because: stop.reason };
}
