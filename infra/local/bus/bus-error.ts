/**
 * The error conditions that the official SDK tells apart (core-amqp `ConditionErrorNameMapper`), with the status codes that
 * the management node sends for them (`ConditionStatusMapper`).
 */
const STATUS = {
  "amqp:not-found": 404,
  "amqp:unauthorized-access": 401,
  "amqp:not-allowed": 400,
  "amqp:not-implemented": 501,
  "amqp:decode-error": 400,
  "amqp:internal-error": 500,
  "amqp:link:detach-forced": 400,
  "amqp:link:message-size-exceeded": 403,
  "com.microsoft:argument-error": 400,
  "com.microsoft:entity-already-exists": 409,
  "com.microsoft:message-lock-lost": 410,
  "com.microsoft:message-not-found": 404,
} as const;

export type Condition = keyof typeof STATUS;

/** What a peer is told when its call fails. `message` goes over the wire. */
export class BusError extends Error {
  override readonly name = "BusError";
  readonly condition: Condition;

  constructor(condition: Condition, message: string, options?: ErrorOptions) {
    super(message, options);
    this.condition = condition;
  }

  get status(): number {
    return STATUS[this.condition];
  }
}

/** A broker must outlive a bug in one call: the caller gets a retryable error, as from Azure. */
export function toBusError(cause: unknown): BusError {
  if (cause instanceof BusError) return cause;
  return new BusError("amqp:internal-error", "The service was unable to process the request.", {
    cause,
  });
}

/** The SDK reads `MessagingEntityNotFound` out of this very sentence (core-amqp `translate`). */
export function entityNotFound(path: string): BusError {
  return new BusError("amqp:not-found", `The messaging entity '${path}' could not be found.`);
}

/** No entity here requires sessions. In Azure's words. */
export function noSessions(): BusError {
  return new BusError(
    "amqp:not-allowed",
    "A sessionful message receiver cannot be created on an entity that does not require sessions. Ensure RequiresSession is set to true when creating a Queue or Subscription to enable sessionful behavior.",
  );
}

export function lockLost(): BusError {
  return new BusError(
    "com.microsoft:message-lock-lost",
    "The lock supplied is invalid. Either the lock expired, or the message has already been removed from the queue.",
  );
}

export function messageNotFound(sequences: readonly number[]): BusError {
  return new BusError(
    "com.microsoft:message-not-found",
    `Messages not found. Missing sequence numbers: ${sequences.join(", ")}.`,
  );
}
