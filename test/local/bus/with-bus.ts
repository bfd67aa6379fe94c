import {
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
  type ServiceBusReceiver,
} from "@azure/service-bus";
import { onTestFinished } from "vitest";
import * as z from "zod";
import { type LocalBus, type LocalBusOptions, startBus } from "../../../infra/local/bus/start.ts";
import { openTap } from "../../../infra/local/tap.ts";
import { Topology } from "../../../infra/topology.ts";

/** Starts buses and clients for one test and takes them down after it, whatever came of it. */

export const topology = (input: Partial<z.input<typeof Topology>>): Topology =>
  Topology.parse({ queues: [], topics: [], tables: [], ...input });

/** No retries unless a test wants them: an error is seen at once. */
const IMPATIENT = { retryOptions: { maxRetries: 0, timeoutInMs: 5_000 } };

export async function bus(options: Partial<LocalBusOptions> = {}): Promise<LocalBus> {
  const started = await startBus({
    port: 0,
    dataFile: ":memory:",
    topology: topology({ queues: [{ name: "work" }] }),
    tap: openTap,
    ...options,
  });
  onTestFinished(() => started.stop());
  return started;
}

export function connect(to: LocalBus, options: ServiceBusClientOptions = IMPATIENT) {
  const client = new ServiceBusClient(to.settings.ServiceBusConnection, options);
  onTestFinished(() => client.close());
  return client;
}

/** Waits until one message comes. */
export async function one(receiver: ServiceBusReceiver): Promise<ServiceBusReceivedMessage> {
  const [message] = await receiver.receiveMessages(1, { maxWaitTimeInMs: 5_000 });
  if (!message) throw new Error("no message came");
  return message;
}

/** How long to look for a message that must not come. */
const BRIEFLY = { maxWaitTimeInMs: 150 };

export async function none(receiver: ServiceBusReceiver): Promise<boolean> {
  return (await receiver.receiveMessages(1, BRIEFLY)).length === 0;
}

const coded = z.looseObject({ code: z.string() });

/** The `code` of the error that the promise is rejected with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return coded.parse(error).code;
  }
  return "no error";
}
