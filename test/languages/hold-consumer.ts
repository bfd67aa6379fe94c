import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalBus, startBus } from "../../infra/local/bus/start.ts";
import { openTap } from "../../infra/local/tap.ts";
import { readTopology } from "../../infra/topology.ts";
import { openBus } from "../../shared/adapters/bus/connect.ts";
import { eventTopic } from "../../shared/adapters/bus/event-topic.ts";
import type { ClientEvent, EventPublisher } from "../../shared/events/client-event.ts";
import type { Language } from "./languages.ts";
import { openSink } from "./sink.ts";

const SUBSCRIPTION = "client-events/Subscriptions/all";

/**
 * Holds a consumer of docs/events.md, in its language and with Microsoft's SDK, to what the page promises: on the local bus over
 * its socket. To be called inside a `describe`.
 *
 * @param reconnects whether the bus is taken away too: some SDKs wait half a minute before they come again
 */
export function holdConsumer({ prepare }: Language, reconnects = true): void {
  let bus: LocalBus;
  let sink: Awaited<ReturnType<typeof openSink>>;
  let topic: EventPublisher;
  const undo: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    sink = await openSink();
    undo.push(sink.close);
    bus = await startBus({
      port: 0,
      dataFile: ":memory:",
      topology: readTopology(),
      tap: openTap,
    });
    undo.push(() => bus.stop());
    const connectionString = bus.settings.ServiceBusConnection;
    const open = openBus({ kind: "connectionString", connectionString });
    undo.push(open.close);
    topic = eventTopic(open);
    const [command, ...args] = prepare();
    const env = { ...process.env, SERVICE_BUS: connectionString, SINK: sink.url };
    const child = spawn(command, args, { env, stdio: "inherit" });
    undo.push(async () => {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    });
  }, 300_000);

  afterAll(async () => {
    for (const step of undo.splice(0).reverse()) await step();
  });

  const anEvent = (type: ClientEvent["type"], clientId: string): ClientEvent => ({
    id: randomUUID(),
    type,
    time: "2026-11-21T12:00:00.000Z",
    clientId,
    subscription: "contoso",
    data: { displayName: "Nightly ✓" },
  });

  const settled = (wanted: Partial<ReturnType<LocalBus["counts"]>>) =>
    expect.poll(() => bus.counts()).toMatchObject(wanted);
  const left = () => bus.entity(SUBSCRIPTION);
  const clientId = randomUUID();

  test("signs in, hands an event on and completes it", async () => {
    const created = anEvent("client.created", clientId);
    await topic.publish(created);
    await expect.poll(() => sink.taken(clientId), { timeout: 30_000 }).toEqual([created.id]);
    await settled({ completed: 1 });
    expect(left().active).toBe(0);
  });

  test("abandons what its system refuses, and gets it again", async () => {
    const renamed = anEvent("client.renamed", clientId);
    sink.refuseOnce(renamed.id);
    await topic.publish(renamed);
    await expect.poll(() => sink.taken(clientId)).toContain(renamed.id);
    await settled({ completed: 2 });
    // Go's SDK itself gives back what comes while nobody is receiving, which is counted too.
    expect(bus.counts().abandoned).toBeGreaterThan(0);
  });

  test("dead-letters what it cannot read, with its reason", async () => {
    const client = new ServiceBusClient(bus.settings.ServiceBusConnection);
    undo.push(() => client.close());
    await client.createSender("client-events").sendMessages({ body: "no event" });
    await settled({ deadLettered: 1 });
    const dead = client.createReceiver("client-events", "all", { subQueueType: "deadLetter" });
    const [letter] = await dead.receiveMessages(1);
    expect(letter).toMatchObject({ body: "no event", deadLetterReason: "Unreadable" });
  });

  test("defers what comes too early, and takes it up when its turn has come", async () => {
    const other = randomUUID();
    const renamed = anEvent("client.renamed", other);
    await topic.publish(renamed);
    await settled({ deferred: 1 });
    expect(left()).toMatchObject({ active: 0, deferred: 1 });

    const created = anEvent("client.created", other);
    await topic.publish(created);

    await expect.poll(() => sink.taken(other)).toEqual([created.id, renamed.id]);
    await expect.poll(() => left()).toMatchObject({ active: 0, deferred: 0 });
  });

  if (!reconnects) return;
  test("connects again when the bus has been away", async () => {
    await bus.setDown(true);
    await bus.setDown(false);
    const deleted = anEvent("client.deleted", clientId);
    await topic.publish(deleted);
    await expect.poll(() => sink.taken(clientId), { timeout: 60_000 }).toContain(deleted.id);
    await expect.poll(() => left().active).toBe(0);
  });
}
