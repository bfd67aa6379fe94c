import type { Changes, Outcome } from "./link.ts";
import type { MessageQueue } from "./queue.ts";

/** The four ways to settle a message; `name` is how the tap calls them. */
export type Settlement =
  | { readonly name: "complete" }
  | { readonly name: "abandon"; readonly changes: Changes }
  | { readonly name: "defer"; readonly changes: Changes }
  | { readonly name: "dead-letter"; readonly changes: Changes };

/** Which settlement an AMQP outcome stands for (Service Bus AMQP protocol guide, "Receive message outcomes"). */
export function settlementOf(outcome: Outcome): Settlement {
  switch (outcome.kind) {
    case "accepted":
      return { name: "complete" };
    case "rejected":
      return { name: "dead-letter", changes: outcome.info };
    case "released":
      return { name: "abandon", changes: new Map() };
    case "modified":
      return { name: outcome.undeliverableHere ? "defer" : "abandon", changes: outcome.changes };
  }
}

/** @throws BusError `message-lock-lost` */
export function settle(queue: MessageQueue, token: string, settlement: Settlement, now: number) {
  switch (settlement.name) {
    case "complete":
      return queue.complete(token, now);
    case "abandon":
      return queue.abandon(token, settlement.changes, now);
    case "defer":
      return queue.defer(token, settlement.changes, now);
    case "dead-letter":
      return queue.deadLetter(token, settlement.changes, now);
  }
}
