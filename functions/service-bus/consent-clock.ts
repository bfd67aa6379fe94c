import type { ServiceBusQueueHandler } from "@azure/functions";
import { handleMessage } from "../../shared/consent/clock/handle-message.ts";
import type { HandleRequestedDeps } from "../../shared/consent/clock/handle-requested.ts";
import { ConsentMessage } from "../../shared/events/consent-message.ts";
import { type MessageDeps, readMessages } from "./read-message.ts";

/** Queue `consent`: a client that was asked for, and consents whose time has come to be checked. */
export const consentClock = (deps: HandleRequestedDeps & MessageDeps): ServiceBusQueueHandler =>
  readMessages(
    deps,
    { name: "consent-clock", queue: "consent", schema: ConsentMessage },
    (message) => handleMessage(deps, message),
  );
