import {
  milliseconds,
  type QueueSettings,
  type SubscriptionSettings,
  type TopicSettings,
} from "../../topology.ts";
import type { Store } from "../store.ts";
import type { Counts } from "./counts.ts";
import { Duplicates } from "./duplicates.ts";
import { Feed } from "./feed.ts";
import { Inbox } from "./inbox.ts";
import { MessageQueue } from "./queue.ts";
import { Rules } from "./rules.ts";
import { Sequence } from "./sequence.ts";
import { expiry, type StoredMessage } from "./stored-message.ts";

/** Something with an address. A queue has an inbox and a feed, a topic only an inbox, the others only a feed. */
export interface Entity {
  /** As in the topology, e.g. `consent`, `client-events/Subscriptions/all`, `consent/$DeadLetterQueue`. */
  readonly path: string;
  readonly inbox?: Inbox;
  readonly queue?: MessageQueue;
  readonly feed?: Feed;
  readonly rules?: Rules;
  nextDue(): number | undefined;
  tick(now: number): void;
  /** The store has been emptied: forget the rest. */
  clear(): void;
}

export const DEAD_LETTER_QUEUE = "$DeadLetterQueue";

interface Receiving {
  readonly queue: MessageQueue;
  readonly entities: { readonly main: Entity; readonly deadLetters: Entity };
}

/** A queue with its dead-letter queue. */
export function createQueue(settings: QueueSettings, store: Store, counts: Counts): Entity[] {
  const { name } = settings;
  const sequence = new Sequence(store.shelf("sequences"), name);
  const { queue, entities } = receiving(name, settings, store, counts);
  const duplicates = duplicatesOf(settings, store);
  for (const { messageId, enqueuedAt } of queue.list()) {
    if (messageId !== undefined) duplicates?.add(messageId, enqueuedAt);
  }
  const ttlMs = milliseconds(settings.defaultMessageTimeToLive);
  const inbox = new Inbox({
    sequence,
    waiting: store.shelf(`waiting/${name}`),
    duplicates,
    counts,
    deliver: (message) =>
      queue.add({ ...message, ...expiry(message.enqueuedAt, message.ttl, ttlMs) }),
    journaled: false,
  });
  const { main, deadLetters } = entities;
  const whole: Entity = {
    ...main,
    inbox,
    nextDue: () => earliest([inbox.nextDue(), main.nextDue()]),
    tick: (now) => {
      inbox.tick(now);
      main.tick(now);
    },
    clear: () => {
      sequence.reset();
      duplicates?.clear();
      inbox.clear();
      main.clear();
    },
  };
  return [whole, deadLetters];
}

/** A topic with its subscriptions and their dead-letter queues. */
export function createTopic(settings: TopicSettings, store: Store, counts: Counts): Entity[] {
  const topicTtlMs = milliseconds(settings.defaultMessageTimeToLive);
  const subscriptions = settings.subscriptions.map((subscription) =>
    createSubscription(settings.name, subscription, store, counts),
  );
  const sequence = new Sequence(store.shelf("sequences"), settings.name);
  const duplicates = duplicatesOf(settings, store);
  const inbox = new Inbox({
    sequence,
    waiting: store.shelf(`waiting/${settings.name}`),
    duplicates,
    counts,
    deliver: (message, facts) => {
      for (const subscription of subscriptions) {
        if (!subscription.rules.match(facts)) continue;
        const { enqueuedAt, ttl, sequence: topicSequence } = message;
        subscription.queue.add({
          ...message,
          ...expiry(enqueuedAt, ttl, Math.min(topicTtlMs, subscription.ttlMs)),
          sequence: subscription.sequence.next(),
          topicSequence,
        });
      }
    },
    journaled: true,
  });
  const topic: Entity = {
    path: settings.name,
    inbox,
    nextDue: () => inbox.nextDue(),
    tick: (now) => inbox.tick(now),
    clear: () => {
      sequence.reset();
      duplicates?.clear();
      inbox.clear();
    },
  };
  return [topic, ...subscriptions.flatMap(({ entities }) => entities)];
}

function createSubscription(
  topic: string,
  settings: SubscriptionSettings,
  store: Store,
  counts: Counts,
) {
  const path = `${topic}/Subscriptions/${settings.name}`;
  const sequence = new Sequence(store.shelf("sequences"), path);
  const rules = new Rules(store.shelf("rules"), path, settings.rules);
  const { queue, entities } = receiving(path, settings, store, counts);
  const subscription: Entity = {
    ...entities.main,
    rules,
    clear: () => {
      sequence.reset();
      rules.reset();
      entities.main.clear();
    },
  };
  const ttlMs = milliseconds(settings.defaultMessageTimeToLive);
  return { queue, rules, sequence, ttlMs, entities: [subscription, entities.deadLetters] };
}

function receiving(
  path: string,
  settings: QueueSettings | SubscriptionSettings,
  store: Store,
  counts: Counts,
): Receiving {
  const lockMs = milliseconds(settings.lockDuration);
  const deadPath = `${path}/${DEAD_LETTER_QUEUE}`;
  const dead = new MessageQueue(
    { path: deadPath, lockMs, maxDeliveryCount: Number.POSITIVE_INFINITY, buryExpired: false },
    store.shelf(`messages/${deadPath}`),
    counts,
  );
  const shelf = store.shelf<StoredMessage>(`messages/${path}`);
  // A kill between the two writes of a dead-lettering leaves the message in both places.
  for (const { id } of shelf.all()) if (dead.has(id)) shelf.delete(id);
  const queue = new MessageQueue(
    {
      path,
      lockMs,
      maxDeliveryCount: settings.maxDeliveryCount,
      buryExpired: settings.deadLetteringOnMessageExpiration,
    },
    shelf,
    counts,
    (message) => dead.add(message),
  );
  return {
    queue,
    entities: { main: receivingEntity(queue), deadLetters: receivingEntity(dead) },
  };
}

function receivingEntity(queue: MessageQueue): Entity {
  return {
    path: queue.settings.path,
    queue,
    feed: new Feed(queue),
    nextDue: () => queue.nextDue(),
    tick: (now) => queue.tick(now),
    clear: () => queue.clear(),
  };
}

function duplicatesOf(settings: QueueSettings | TopicSettings, store: Store) {
  if (!settings.requiresDuplicateDetection) return undefined;
  const windowMs = milliseconds(settings.duplicateDetectionHistoryTimeWindow);
  return new Duplicates(store.shelf(`duplicates/${settings.name}`), windowMs);
}

export function earliest(moments: readonly (number | undefined)[]): number | undefined {
  const known = moments.filter((moment) => moment !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}
