import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";
import { count } from "../../base/observation.ts";
import { traced, traceProperties } from "../../base/tracing.ts";
import { ask, codeOf } from "./ask.ts";
import type { Bus } from "./connect.ts";

/** What the bus calls messages that wait for their time; 64 bits, which the SDK has a type of its own for. */
export type SequenceNumbers = Awaited<ReturnType<ServiceBusSender["scheduleMessages"]>>;

/** One sender for one queue or topic, kept open. All methods throw `RemoteUnavailable` and `BusRefused`, within 3 s. */
export interface BusSender {
  /** Connects if there is no open link; no message and, on an open link, no round trip. */
  ready(): Promise<void>;
  send(message: ServiceBusMessage): Promise<void>;
  /** All of them in one transfer, or none. Together they are no larger than one message may be. */
  sendAll(messages: readonly ServiceBusMessage[]): Promise<void>;
  /**
   * They come at `at`, unless they are cancelled by what this answers. An id that is known already is scheduled no second
   * time, though it gets a number: cancelling that does nothing.
   */
  schedule(messages: readonly ServiceBusMessage[], at: Date): Promise<SequenceNumbers>;
  /** Those that have come already, or are cancelled, are no error. */
  cancel(numbers: SequenceNumbers): Promise<void>;
}

export function busSender(bus: Bus, entity: string): BusSender {
  const senders = new WeakMap<ServiceBusClient, ServiceBusSender>();
  const senderOf = (client: ServiceBusClient): ServiceBusSender => {
    const sender = senders.get(client) ?? client.createSender(entity);
    senders.set(client, sender);
    return sender;
  };
  const asked = <T>(
    executed: "no" | "unknown",
    work: (sender: ServiceBusSender, options: { abortSignal: AbortSignal }) => Promise<T>,
  ): Promise<T> =>
    ask(bus, entity, executed, (client, abortSignal) => work(senderOf(client), { abortSignal }));
  const sending = <T>(
    what: string,
    messages: readonly ServiceBusMessage[],
    work: (
      messages: ServiceBusMessage[],
      sender: ServiceBusSender,
      options: { abortSignal: AbortSignal },
    ) => Promise<T>,
  ): Promise<T> => {
    for (const _ of messages) count("messages");
    return traced("sends", `${what} ${entity}`, {}, () =>
      asked("unknown", (sender, options) => work(messages.map(withTrace), sender, options)),
    );
  };

  return {
    ready: () => asked("no", openLink),
    send: (message) =>
      sending("send", [message], async ([traced = message], sender, options) =>
        sender.sendMessages(traced, options),
      ),
    sendAll: async (messages) => {
      if (messages.length === 0) return;
      await sending("send", messages, (all, sender, options) => sender.sendMessages(all, options));
    },
    schedule: (messages, at) =>
      sending("schedule", messages, (all, sender, options) =>
        sender.scheduleMessages(all, at, options),
      ),
    cancel: async (numbers) => {
      // One by one: of several the bus cancels all or none.
      for (const number of numbers)
        await asked("unknown", async (sender, options) => {
          try {
            await sender.cancelScheduledMessages(number, options);
          } catch (error) {
            if ((await codeOf(error)) !== "MessageNotFound") throw error;
          }
        });
    },
  };
}

const withTrace = (message: ServiceBusMessage): ServiceBusMessage => ({
  ...message,
  applicationProperties: { ...message.applicationProperties, ...traceProperties() },
});

/** `open` is what the SDK's own sends begin with; creating an empty batch is its public way to get there. */
async function openLink(
  sender: ServiceBusSender,
  options: { abortSignal: AbortSignal },
): Promise<void> {
  await sender.createMessageBatch(options);
}
