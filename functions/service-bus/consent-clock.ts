import type { ServiceBusQueueHandler } from "@azure/functions";
import {
  type HandleRequestedDeps,
  handleRequested,
} from "../../shared/consent/handle-requested.ts";
import { ConsentRequested } from "../../shared/messages/consent-requested.ts";
import { newObservation, observe } from "../../shared/observation.ts";
import { logInvocation } from "../edge/log-invocation.ts";

/** Queue `consent`. Returning completes the message; throwing has it delivered again, and at last dead-lettered. */
export const consentClock =
  (deps: HandleRequestedDeps): ServiceBusQueueHandler =>
  async (message, context) => {
    const startedAt = deps.runtime.now().getTime();
    const observation = newObservation();
    let outcome = "failed";
    try {
      await observe(observation, () => handleRequested(deps, ConsentRequested.parse(message)));
      outcome = "done";
    } finally {
      logInvocation(context, {
        route: "consent-clock",
        outcome,
        durationMs: deps.runtime.now().getTime() - startedAt,
        observation,
      });
    }
  };
