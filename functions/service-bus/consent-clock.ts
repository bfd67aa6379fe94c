import type { ServiceBusQueueHandler } from "@azure/functions";
import {
  type HandleRequestedDeps,
  handleRequested,
} from "../../shared/consent/handle-requested.ts";
import { ConsentRequested } from "../../shared/messages/consent-requested.ts";
import { observeInvocation } from "../edge/observe.ts";

/** Queue `consent`. Returning completes the message; throwing has it delivered again, and at last dead-lettered. */
export const consentClock =
  (deps: HandleRequestedDeps): ServiceBusQueueHandler =>
  (message, context) => {
    const carrier = context.triggerMetadata?.["applicationProperties"];
    return observeInvocation(
      context,
      { name: "consent-clock", kind: "receives", carrier },
      async () => {
        await handleRequested(deps, ConsentRequested.parse(message));
        return { value: undefined, outcome: "done" };
      },
    );
  };
