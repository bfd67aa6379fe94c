import { ServiceBusClient } from "@azure/service-bus";

const known = new Set(); // Ids of events. In earnest a table, written together with what you do; so are the next two.
const created = new Set(); // Clients whose client.created has come.
const early = new Map(); // Of clients whose has not: sequence numbers of what came before it.

const client = new ServiceBusClient(process.env.SERVICE_BUS);
const receiver = client.createReceiver("client-events", "all");

async function settle(message) {
  const event = message.body;
  if (!event?.id || !event.type || !event.subject) {
    return receiver.deadLetterMessage(message, { deadLetterReason: "Unreadable" });
  }
  const { id, type, subject } = event;
  if (type !== "client.created" && !created.has(subject)) {
    early.set(subject, [...(early.get(subject) ?? []), message.sequenceNumber]);
    return receiver.deferMessage(message);
  }
  if (!known.has(id) && !(await handOn(event))) return receiver.abandonMessage(message);
  known.add(id);
  await receiver.completeMessage(message);
  if (type !== "client.created") return;
  created.add(subject);
  const numbers = early.get(subject) ?? [];
  early.delete(subject);
  if (numbers.length === 0) return;
  for (const waiting of await receiver.receiveDeferredMessages(numbers)) await settle(waiting);
}

/** Your own system. False = not now: the event comes again, up to ten times. */
async function handOn(event) {
  try {
    return (await fetch(process.env.SINK, { method: "POST", body: JSON.stringify(event) })).ok;
  } catch {
    return false;
  }
}

// The SDK connects again by itself; what it could not mend at once it reports here, and goes on.
receiver.subscribe(
  { processMessage: settle, processError: async ({ error }) => console.error(error.message) },
  { autoCompleteMessages: false },
);
