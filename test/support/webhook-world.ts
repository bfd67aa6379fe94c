import { tableJournal } from "../../shared/adapters/records/journal.ts";
import { operationRecords } from "../../shared/adapters/records/operation-records.ts";
import { usageBoard } from "../../shared/adapters/records/usage-board.ts";
import { watchRecords } from "../../shared/adapters/records/watch-records.ts";
import { webhookRecords } from "../../shared/adapters/records/webhook-records.ts";
import { webhookSigner } from "../../shared/adapters/webhooks/signer.ts";
import { sharedUsage } from "../../shared/base/usage.ts";
import { absentWebhooks } from "../../shared/care/webhooks/absent.ts";
import { type DeliverDeps, deliver } from "../../shared/care/webhooks/deliver.ts";
import { callLanes } from "../../shared/care/webhooks/lanes.ts";
import { setWebhook } from "../../shared/care/webhooks/manage-webhook.ts";
import type { WebhookAnswer, WebhookRequest } from "../../shared/care/webhooks/ports.ts";
import type { WebhookDelivery } from "../../shared/events/webhook-delivery.ts";
import { memoryEvents } from "../doubles/memory-bus.ts";
import { memoryMail } from "../doubles/memory-mail.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { memoryWebhookQueue } from "../doubles/memory-webhook-queue.ts";
import { testRuntime } from "./product.ts";
import { ANN, newId } from "./samples.ts";
import { tappedTable } from "./tapped-table.ts";

export const CONTOSO = "contoso";
export const ADDRESS = "https://hooks.contoso.example/in";
const ANN_BY_MAIL = { person: "ann", email: "ann@contoso.example" };
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
  const queue = memoryWebhookQueue();
  let answer: (request: WebhookRequest) => Promise<WebhookAnswer> = async () => TAKEN;

  const parts = {
    runtime,
    signer,
    events,
    mail,
    journal,
    operations: operationRecords(clients, newId),
    watches: watchRecords(clients),
    webhooks: webhookRecords(clients, newId),
    usage: sharedUsage(usageBoard(memoryTable()), runtime),
    caller: {
      post: async (request: WebhookRequest) => {
        received.push(request);
        return answer(request);
      },
    },
    queue,
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
    answers: (next: WebhookAnswer | typeof answer) => {
      answer = typeof next === "function" ? next : async () => next;
    },
    set: (subscription = CONTOSO, url = ADDRESS) =>
      setWebhook(parts, { subscription, by: ANN, url, contact: ANN_BY_MAIL }),
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
      const [first] = queue.waiting();
      if (!first) return false;
      runtime.pass(Math.max(0, first.at.getTime() - runtime.now().getTime()));
      await deliver(on, first.delivery);
      queue.complete(first);
      return true;
    },
  };
  return world;
}
