/** One message of one entity, as it lies in the store. Times are epoch milliseconds. */
export interface StoredMessage {
  /** Stable through scheduling, fan-out and dead-lettering, so that a move that was cut short can be repeated safely. */
  readonly id: string;
  /** Changes once: when a scheduled message becomes active (as Azure does). */
  readonly sequence: number;
  /** The number the topic gave, on a subscription's copy. */
  readonly topicSequence?: number;
  /** The encoded AMQP message as the sender made it, base64. Only application properties are ever rewritten. */
  readonly encoded: string;
  readonly messageId?: string;
  /** Asked for by the sender; the entity's default may be shorter. */
  readonly ttl?: number;
  readonly enqueuedAt: number;
  /** Scheduled for; only while it waits. */
  readonly dueAt?: number;
  /** Absent = never. */
  readonly expiresAt?: number;
  readonly deliveryCount: number;
  readonly deferred: boolean;
  /** The entity it was dead-lettered from. */
  readonly source?: string;
}

/** The last moment that a JavaScript date can name; anything later is "never". */
const END_OF_TIME = 8.64e15;

/** The moment a message dies: the shorter of its own time to live and the entity's, counted from its becoming active. */
export function expiry(enqueuedAt: number, ttl: number | undefined, entityTtl: number) {
  const expiresAt = enqueuedAt + Math.min(ttl ?? Number.POSITIVE_INFINITY, entityTtl);
  return expiresAt < END_OF_TIME ? { expiresAt } : {};
}
