import { quoted } from "../../clients/names/quoted.ts";
import type { ClientEventType } from "../../events/client-event.ts";
import type { StopAlert } from "./alert.ts";
import type { Described } from "./describe-alert.ts";
import { moment } from "./moment.ts";

const STOPS: Partial<
  Readonly<Record<ClientEventType, readonly [title: string, sentence: string]>>
> = {
  "client.suspended": [
    "Client stopped by an operator",
    "It gets no new tokens. Those that are out live until they expire.",
  ],
  "client.resumed": ["Client resumed by an operator", "It gets tokens again."],
  "subscription.suspended": [
    "Subscription stopped by an operator",
    "All of its clients are being stopped, one by one, and it makes none.",
  ],
  "subscription.resumed": [
    "Subscription resumed by an operator",
    "The clients that were stopped with it are let go on, one by one.",
  ],
  "subscription.offboarding": [
    "Customer offboarded by an operator",
    "All of its clients are being stopped, and deleted once the grace is over, unless it is called off.",
  ],
  "subscription.offboard-cancelled": [
    "Customer kept by an operator",
    "Its clients are not deleted, and those that were stopped with it are let go on.",
  ],
  "subscription.blocked": [
    "Subscription blocked by an operator",
    "It makes no more clients. What it has goes on.",
  ],
  "subscription.unblocked": [
    "Subscription unblocked by an operator",
    "It makes clients again, unless it is stopped.",
  ],
};

const STAYS =
  "It gets no tokens all the same: its customer has stopped it before, for the reason below.";

/** Of a title, how much may be a customer's. */
const IN_TITLE = 48;

/** What was done, in a few words. */
export const stopInWords = (action: ClientEventType, reason?: string): string =>
  `${STOPS[action]?.[0] ?? action}${stays(action, reason) ? " (its customer keeps it stopped)" : ""}`;

/** A resume has a reason where the client is stopped still. */
const stays = (action: ClientEventType, reason: string | undefined): boolean =>
  action === "client.resumed" && reason !== undefined;

/** What an operator has stopped, or has let go on. */
export function describeStop(alert: StopAlert, timeZone: string): Described {
  const { action, subscription, clientId, reason, by, happenedAt, requestUrl } = alert;
  const [title, usual] = STOPS[action] ?? [action, "See the operation."];
  const sentence = stays(action, reason) ? STAYS : usual;
  return {
    title: `${title}: ${quoted(subscription, IN_TITLE)}`,
    sentence,
    facts: [
      ...(happenedAt ? [["At", moment(happenedAt, timeZone)] as const] : []),
      ["Operation", alert.operationId],
      ...(clientId !== undefined ? [["Client", clientId] as const] : []),
    ],
    links: [
      ...(requestUrl !== undefined ? [["This client", requestUrl] as const] : []),
      ["Waiting consents", alert.queueUrl],
    ],
    theirs: [
      ["Subscription", quoted(subscription)],
      ...(by.displayName !== undefined ? [["By", quoted(by.displayName)] as const] : []),
      ...(reason !== undefined ? [["Reason", quoted(reason)] as const] : []),
    ],
  };
}
