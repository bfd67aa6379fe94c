import type { Language } from "./languages.ts";

/** What an SDK makes of the bus's answer where that is not what the others make of it. */
interface Limit {
  readonly why: string;
  /** What it shows instead: it would be seen if that changed. */
  readonly shows: string;
}

type Name = Exclude<Language["name"], "JavaScript">;

interface Behaviour {
  readonly name: string;
  /** The languages whose programs show it. */
  readonly in: readonly Name[];
  readonly limits?: Partial<Readonly<Record<Name, Limit>>>;
}

const ALL: readonly Name[] = ["Python", "Go", "Java"];

/**
 * What Microsoft's SDKs are documented to do, each shown by a program of its language on the local bus (decision 13). JavaScript's
 * SDK is the one that all other tests use.
 */
export const behaviours: readonly Behaviour[] = [
  { name: "complete", in: ALL },
  { name: "abandon", in: ALL },
  { name: "defer", in: ALL },
  {
    name: "deferred message that is not there",
    in: ALL,
    limits: {
      Java: {
        why: "ManagementChannel takes 404 with message-not-found for an answer without messages, and then finds no first one",
        shows: "GENERAL_ERROR",
      },
    },
  },
  { name: "dead-letter", in: ALL },
  {
    name: "dead-letter a dead letter",
    in: ALL,
    limits: {
      Java: {
        why: "it compares the outcome with the one that it asked for, which is `rejected` both ways, and not the error in it",
        shows: "not refused",
      },
    },
  },
  { name: "settle twice", in: ALL },
  { name: "settle when the link is closed", in: ["Python", "Go"] },
  { name: "settle when the lock is lost", in: ALL },
  { name: "delivered too often", in: ALL },

  { name: "late message", in: ALL },
  { name: "late messages, iterated over", in: ["Python"] },
  { name: "many messages", in: ALL },
  { name: "many messages beside one that is held", in: ["Python", "Go"] },
  { name: "renew a lock", in: ALL },
  { name: "renew a lock by itself", in: ["Python"] },
  { name: "peek", in: ALL },
  { name: "processor", in: ["Java"] },
  { name: "receive and delete", in: ["Python"] },
  { name: "time to live", in: ["Python"] },
  { name: "value and sequence bodies", in: ["Python"] },

  { name: "schedule and call off", in: ALL },
  {
    name: "call off twice",
    in: ALL,
    limits: {
      Java: {
        why: "ManagementChannel takes 404 with message-not-found for an answer without messages",
        shows: "not refused",
      },
    },
  },
  { name: "batches and sizes", in: ALL },
  { name: "large message", in: ["Python"] },
  { name: "property that is too large", in: ALL },
  { name: "duplicates", in: ["Python"] },

  { name: "missing queue, sent to", in: ALL },
  { name: "missing queue, received from", in: ALL },
  { name: "wrong key", in: ALL },
  { name: "session", in: ALL },
  { name: "topic with a filter", in: ALL },
  { name: "receive from a topic", in: ["Python", "Go"] },
  { name: "send to a subscription", in: ["Python"] },
  { name: "rules", in: ["Java"] },
  { name: "transaction", in: ["Java"] },
];
