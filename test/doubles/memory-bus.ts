import type { ConsentQueue } from "../../shared/consent/ports.ts";
import type { ClientEvent, EventPublisher } from "../../shared/events/client-event.ts";
import type { ConsentMessage } from "../../shared/events/consent-message.ts";

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
    sendRequested: (body) => send(`${body.operationId} requested`, { body }),
    scheduleLook: (body, at) => send(`${body.operationId} look ${at.getTime()}`, { body, at }),
    putOff: (message, at) => {
      const body = { ...message, attempt: (message.attempt ?? 0) + 1 };
      return send(`${body.operationId} ${body.type} put off ${at.getTime()}`, { body, at });
    },
  };
}

export interface MemoryEvents extends EventPublisher {
  /** Everything that was published, oldest first, each happening once. */
  readonly published: readonly ClientEvent[];
}

export function memoryEvents(): MemoryEvents {
  const published: ClientEvent[] = [];
  return {
    published,
    publish: async (event) => {
      if (!published.some(({ id }) => id === event.id)) published.push(event);
    },
  };
}
