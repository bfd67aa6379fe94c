import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
} from "@azure/service-bus";
import * as z from "zod";
import { substituteSettings } from "./app-settings.ts";
import type { Engine, ServedFunction } from "./engine.ts";
import type { HostJson } from "./host-json.ts";
import type { Invoker } from "./invoke.ts";
import { keepLocked } from "./keep-locked.ts";
import type { Log } from "./log.ts";
import { connectServiceBus } from "./service-bus-connection.ts";
import { toTriggerEvent } from "./service-bus-message.ts";

const entityName = z.string().transform(substituteSettings);

const ServiceBusTrigger = z.looseObject({
  connection: z.string(),
  queueName: entityName.optional(),
  topicName: entityName.optional(),
  subscriptionName: entityName.optional(),
  autoCompleteMessages: z.boolean().optional(),
  isSessionsEnabled: z.literal(false, "Sessions are not offered by this host.").optional(),
  cardinality: z.literal("one", "Cardinality 'many' is not offered by this host.").optional(),
});

interface Listener {
  /** No further message is taken; those at work go on. */
  pause(): Promise<void>;
  close(): Promise<void>;
}

interface ListenerParts {
  readonly served: ServedFunction;
  readonly receiver: ServiceBusReceiver;
  readonly autoComplete: boolean;
  readonly maxConcurrentCalls: number;
  readonly maxAutoLockRenewalDuration: number;
  readonly invoker: Invoker;
  readonly log: Log;
}

/** Settles by hand rather than by the SDK, whose `close` does not wait for a completion that is still on its way. */
function listen(parts: ListenerParts): Listener {
  const { served, receiver, autoComplete, invoker, log } = parts;
  const source = { functionName: served.metadata.name };
  const settling = new Set<Promise<void>>();
  let complaint = "";

  const settle = async (message: ServiceBusReceivedMessage, succeeded: boolean): Promise<void> => {
    if (!autoComplete && succeeded) return;
    try {
      await (succeeded ? receiver.completeMessage(message) : receiver.abandonMessage(message));
    } catch (error) {
      // The lock runs out and the broker delivers again: nothing is lost.
      log.write("warning", `Message ${message.messageId} was not settled: ${error}`, source);
    }
  };
  const work = (message: ServiceBusReceivedMessage): Promise<void> => {
    const worked = new AbortController();
    void keepLocked(receiver, message, parts.maxAutoLockRenewalDuration, worked.signal);
    return invoker
      .invoke(served, toTriggerEvent(message))
      .finally(() => worked.abort())
      .then(
        () => settle(message, true),
        () => settle(message, false),
      );
  };

  const subscription = receiver.subscribe(
    {
      processMessage: async (message) => {
        complaint = "";
        const done = work(message).finally(() => settling.delete(done));
        settling.add(done);
        await done;
      },
      processError: async ({ error, entityPath }) => {
        // While the bus is away the SDK complains several times a second.
        if (error.message === complaint) return;
        complaint = error.message;
        log.write("warning", `Listener on '${entityPath}': ${error.message}`, source);
      },
    },
    { autoCompleteMessages: false, maxConcurrentCalls: parts.maxConcurrentCalls },
  );
  return {
    pause: () => subscription.close(),
    close: async () => {
      await Promise.all(settling);
      await receiver.close();
    },
  };
}

export interface ServiceBusTriggers {
  pause(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens for every queue and subscription trigger. A function that returns completes its message, one that throws abandons
 * it. The lock is renewed meanwhile, for at most host.json's `maxAutoLockRenewalDuration`. `prefetchCount` is not honoured: the
 * SDK for JavaScript has no such thing.
 *
 * @throws on a trigger that cannot be listened to; a bus that is merely down is waited for.
 */
export async function startServiceBusTriggers(
  engine: Engine,
  invoker: Invoker,
  settings: HostJson["extensions"]["serviceBus"],
  log: Log,
): Promise<ServiceBusTriggers> {
  const clients = new Map<string, ServiceBusClient>();
  const listeners: Listener[] = [];
  for (const served of engine.functions.values()) {
    const binding = Object.values(served.metadata.bindings).find(({ type }) =>
      /^servicebustrigger$/i.test(type),
    );
    if (!binding) continue;
    const { name } = served.metadata;
    const trigger = ServiceBusTrigger.safeParse(binding);
    if (!trigger.success) throw new Error(`${name}: ${z.prettifyError(trigger.error)}`);
    const { connection, queueName, topicName, subscriptionName } = trigger.data;
    const client = clients.get(connection) ?? (await connectServiceBus(connection));
    clients.set(connection, client);
    const options = {
      skipParsingBodyAsJson: true,
      // `keepLocked` renews it.
      maxAutoLockRenewalDurationInMs: 0,
    };
    const receiver =
      topicName && subscriptionName
        ? client.createReceiver(topicName, subscriptionName, options)
        : client.createReceiver(queueName ?? "", options);
    listeners.push(
      listen({
        served,
        receiver,
        autoComplete: trigger.data.autoCompleteMessages ?? settings.autoCompleteMessages,
        maxConcurrentCalls: settings.maxConcurrentCalls,
        maxAutoLockRenewalDuration: settings.maxAutoLockRenewalDuration,
        invoker,
        log,
      }),
    );
  }
  const closeAll = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
    await Promise.all([...clients.values()].map((client) => client.close()));
  };
  return {
    pause: async () => {
      await Promise.all(listeners.map((listener) => listener.pause()));
    },
    close: closeAll,
  };
}
