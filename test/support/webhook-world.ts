import { tableJournal } from "../../shared/adapters/records/journal.ts";
import { webhookRecords } from "../../shared/adapters/records/webhook-records.ts";
import { webhookSigner } from "../../shared/adapters/webhooks/signer.ts";
import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import { absentWebhooks } from "../../shared/care/webhooks/absent.ts";
import { type DeliverDeps, deliver } from "../../shared/care/webhooks/deliver.ts";
import { callLanes } from "../../shared/care/webhooks/lanes.ts";
import { setWebhook } from "../../shared/care/webhooks/manage-webhook.ts";
import { webhookIdOf } from "../../shared/care/webhooks/notification.ts";
import type { WebhookAnswer, WebhookRequest } from "../../shared/care/webhooks/ports.ts";
import type { WebhookDelivery } from "../../shared/events/webhook-delivery.ts";
import { memoryEvents } from "../doubles/memory-bus.ts";
import { memoryMail } from "../doubles/memory-mail.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { testRuntime } from "./product.ts";
import { ANN, newId } from "./samples.ts";
import { tappedTable } from "./tapped-table.ts";

export const CONTOSO = "contoso";
export const ADDRESS = "https://hooks.contoso.example/in";
export const TAKEN: WebhookAnswer = { kind: "answered", status: 204 };
export const REFUSED: WebhookAnswer = { kind: "answered", status: 500 };

/** A host that was killed: whatever it was about to do next is not done. */
export class Killed extends Error {}

/** Webhooks over ports in memory, with a receiver that answers as it is told, and hosts that can be killed at any step. */
export function webhookWorld() {
  const runtime = testRuntime();
  const clients = tappedTable(memoryTable());
  const signer = webhookSigner(["k".repeat(32)]);
  const events = memoryEvents();
  const mail = memoryMail();
  const journal = tableJournal(memoryTable());
  const received: WebhookRequest[] = [];
  const scheduled = new Map<string, { delivery: WebhookDelivery; at: Date }>();
  const known = new Set<string>();
  let answer: (request: WebhookRequest) => Promise<WebhookAnswer> = async () => TAKEN;
  let busAway = false;

  const parts = {
    runtime,
    signer,
    events,
    mail,
    journal,
    webhooks: webhookRecords(clients, newId),
    caller: {
      post: async (request: WebhookRequest) => {
        received.push(request);
        return answer(request);
      },
    },
    queue: {
      schedule: async (delivery: WebhookDelivery, at: Date) => {
        if (busAway) throw new RemoteUnavailable("bus", { executed: "unknown" });
        const { event, webhookId = "any", attempt, putOff } = delivery;
        const id = `${webhookIdOf(event)}:${webhookId}:${attempt}:${putOff}`;
        if (!known.has(id)) scheduled.set(id, { delivery, at });
        known.add(id);
      },
    },
    pageUrl: "https://keys.example/",
  };
  /** A process: what it keeps in memory is gone with it. */
  const host = (changes: Partial<DeliverDeps> = {}): DeliverDeps => ({
    ...parts,
    lanes: callLanes(),
    absent: absentWebhooks(),
    ...changes,
  });

  const world = {
    ...parts,
    clients,
    host,
    received,
    scheduled,
    answers: (next: WebhookAnswer | typeof answer) => {
      answer = typeof next === "function" ? next : async () => next;
    },
    busIsAway: (isAway: boolean) => {
      busAway = isAway;
    },
    set: (subscription = CONTOSO, url = ADDRESS) =>
      setWebhook(parts, { subscription, by: ANN, url, contact: "ann@contoso.example" }),
    webhook: async (subscription = CONTOSO) => {
      const found = await parts.webhooks.find(subscription);
      if (!found) throw new Error(`${subscription} has no webhook`);
      return found.webhook;
    },
    /** As the topic's subscription has it first. */
    event: (changes: Partial<WebhookDelivery["event"]> = {}): WebhookDelivery => ({
      type: "webhook.delivery",
      version: 1,
      event: {
        id: `${newId()}:client.renamed`,
        type: "client.renamed",
        time: runtime.now().toISOString(),
        subscription: CONTOSO,
        data: { clientId: newId(), displayName: "B" },
        ...changes,
      },
      attempt: 1,
      putOff: 0,
    }),
    /** Lets time go on to what is scheduled next, and works on it; false: nothing is. */
    next: async (on: DeliverDeps = host()): Promise<boolean> => {
      const [first] = [...scheduled].toSorted(([, a], [, b]) => a.at.getTime() - b.at.getTime());
      if (!first) return false;
      const [id, { delivery, at }] = first;
      runtime.pass(Math.max(0, at.getTime() - runtime.now().getTime()));
      await deliver(on, delivery);
      scheduled.delete(id);
      return true;
    },
  };
  return world;
}
