import { toCloudEvent } from "../../shared/adapters/bus/cloud-event.ts";
import type { ConsentQueue } from "../../shared/consent/ports.ts";
import type { ClientEvent, EventPublisher } from "../../shared/events/client-event.ts";
import { cloudEventOf } from "../../shared/events/cloud-event.ts";
import type { ConsentMessage } from "../../shared/events/consent-message.ts";
import type { OperationMessage } from "../../shared/events/operation-message.ts";
import type { OperationChecks } from "../../shared/operations/settling/checks.ts";

export interface QueuedMessage {
  readonly body: ConsentMessage;
  /** When it becomes visible, if that is later than at once. */
  readonly at?: Date;
}

export interface MemoryConsentQueue extends ConsentQueue {
  /** Everything that was sent, oldest first; repeats are dropped as the queue's duplicate detection would. */
  readonly sent: readonly QueuedMessage[];
}

/** The bus's ports in memory, for tests of rules. The contract test holds them against the real adapters. */
export function memoryConsentQueue(): MemoryConsentQueue {
  const sent: QueuedMessage[] = [];
  const known = new Set<string>();
  const send = async (messageId: string, message: QueuedMessage): Promise<void> => {
    if (known.has(messageId)) return;
    known.add(messageId);
    sent.push(message);
  };
  return {
    sent,
    ready: async () => undefined,
    scheduleRequested: async (body, at) => {
      const message = { body, at };
      await send(`${body.operationId} requested`, message);
      return async () => {
        const index = sent.indexOf(message);
        if (index >= 0) sent.splice(index, 1);
      };
    },
    scheduleLook: (body, at) => send(`${body.operationId} look ${at.getTime()}`, { body, at }),
    putOff: (message, at) => {
      const body = { ...message, attempt: (message.attempt ?? 0) + 1 };
      const messageId = `${body.operationId} ${body.type} put off ${at.getTime()} ${body.attempt}`;
      return send(messageId, { body, at });
    },
  };
}

/** Refuses what the AsyncAPI document does not say. */
export interface MemoryEvents extends EventPublisher {
  /** Everything that was published, oldest first, each happening once. */
  readonly published: readonly ClientEvent[];
}

export function memoryEvents(): MemoryEvents {
  const published: ClientEvent[] = [];
  const publish = async (event: ClientEvent): Promise<void> => {
    // As it lies on the topic: JSON drops members that have no value.
    cloudEventOf(event.type).parse(JSON.parse(JSON.stringify(toCloudEvent(event))));
    if (!published.some(({ id }) => id === event.id)) published.push(event);
  };
  return {
    published,
    publish,
    publishAll: async (events) => {
      for (const event of events) await publish(event);
    },
  };
}

export interface WaitingCheck {
  readonly body: OperationMessage;
  readonly at: Date;
}

export interface MemoryChecks extends OperationChecks {
  /** Everything that has been scheduled and not been called off, oldest first. */
  readonly waiting: readonly WaitingCheck[];
}

const idOf = (message: OperationMessage, at: Date): string =>
  "id" in message && message.attempt === undefined
    ? message.id
    : `${message.operationId}:${message.type}:${at.getTime()}:${message.attempt ?? 0}`;

const firstIdOf = (message: OperationMessage): string => {
  if (message.type === "subscription.run") return `${message.operationId} step ${message.step}`;
  return message.type === "secret.retire" ? `${message.operationId} retire` : message.operationId;
};

export function memoryChecks(): MemoryChecks {
  const waiting: WaitingCheck[] = [];
  const known = new Set<string>();
  const put = (messageId: string, check: WaitingCheck): void => {
    if (!known.has(messageId)) waiting.push(check);
    known.add(messageId);
  };
  return {
    waiting,
    schedule: async (body, at) => {
      const check = { body, at };
      put(firstIdOf(body), check);
      return async () => {
        const index = waiting.indexOf(check);
        if (index >= 0) waiting.splice(index, 1);
      };
    },
    putOff: async (message, at) =>
      put(idOf(message, at), {
        body: { ...message, attempt: (message.attempt ?? 0) + 1 },
        at,
      }),
  };
}
