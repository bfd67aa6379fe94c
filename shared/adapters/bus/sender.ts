import type { ServiceBusMessage, ServiceBusSender } from "@azure/service-bus";
import { count } from "../../base/observation.ts";
import { traced, traceProperties } from "../../base/tracing.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Bus } from "./connect.ts";

/** One sender for one queue or topic, kept open, with a short patience. */
export interface BusSender {
  /** Connects if there is no open link; no message and, on an open link, no round trip. */
  ready(): Promise<void>;
  send(message: ServiceBusMessage): Promise<void>;
}

export function busSender(bus: Bus, entity: string): BusSender {
  let opening: Promise<ServiceBusSender> | undefined;
  const opened = (): Promise<ServiceBusSender> => {
    opening ??= bus().then((client) => client.createSender(entity));
    return opening;
  };
  return {
    ready: () => answering(async () => openLink(await opened()), "no"),
    send: (message) => {
      count("messages");
      return traced("sends", `send ${entity}`, {}, () =>
        answering(
          async () =>
            (await opened()).sendMessages({
              ...message,
              applicationProperties: { ...message.applicationProperties, ...traceProperties() },
            }),
          "unknown",
        ),
      );
    },
  };
}

/** `open` is what the SDK's own sends begin with; creating an empty batch is its public way to get there. */
async function openLink(sender: ServiceBusSender): Promise<void> {
  await sender.createMessageBatch();
}

async function answering<T>(call: () => Promise<T>, executed: "no" | "unknown"): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { isServiceBusError } = await import("./sdk.ts");
    const permanent =
      isServiceBusError(error) &&
      ["MessagingEntityNotFound", "UnauthorizedAccess", "MessageSizeExceeded"].includes(error.code);
    if (permanent) throw error;
    throw new RemoteUnavailable("bus", { executed }, { cause: error });
  }
}
