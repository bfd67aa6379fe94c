import type { Form } from "../../shared/form.ts";
import type {
  Webhook,
  WebhookDelivery,
  WebhookDeliveryList,
  WebhookWithSecret,
} from "../../shared/shapes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { type ShownWebhook, setCare } from "../care-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";

/** The address that a subscription's events are sent to: set, tried, seen, removed. */

function show(el: LatchkeyClients, change: Partial<ShownWebhook>): void {
  setCare(el, { webhook: { ...el.state.care.webhook, ...change } });
}

export async function readWebhook(el: LatchkeyClients): Promise<void> {
  const [webhook, deliveries] = await Promise.all([
    el.client.call<Webhook>("GET", "/webhook"),
    el.client.call<WebhookDeliveryList>("GET", "/webhook/deliveries"),
  ]);
  if (!webhook.ok) {
    const isNone = webhook.trouble.type === "webhook-not-found";
    return show(
      el,
      isNone
        ? { webhook: "none", deliveries: [], tested: undefined, trouble: undefined }
        : { trouble: webhook.trouble },
    );
  }
  show(el, {
    webhook: webhook.value,
    ...(deliveries.ok && { deliveries: deliveries.value.items }),
    trouble: deliveries.ok ? undefined : deliveries.trouble,
  });
}

/** Sets the address, or changes it; one that was switched off is on again. */
export async function setWebhook(el: LatchkeyClients, url: string): Promise<Trouble | undefined> {
  const answer = await el.client.call<WebhookWithSecret>("PUT", "/webhook", { body: { url } });
  if (!answer.ok) return answer.trouble;
  const { secret, ...webhook } = answer.value;
  show(el, { webhook, tested: undefined });
  keep(el, secret);
  el.announce(ownTexts(el).webhookSet);
  await readWebhook(el);
  return undefined;
}

/** The same address once more: it was switched off. */
export async function switchOn(el: LatchkeyClients, url: string): Promise<void> {
  if (el.state.care.webhook?.isBusy) return;
  show(el, { isBusy: true, trouble: undefined });
  const trouble = await setWebhook(el, url);
  show(el, { isBusy: false, ...(trouble && { trouble }) });
}

/** A page that has gone meanwhile must not hold it; whoever needs it makes another. */
function keep(el: LatchkeyClients, secret: string | undefined): void {
  if (secret && el.isConnected)
    setCare(el, { secret: { value: secret, copied: false, unsure: false } });
}

export async function testWebhook(el: LatchkeyClients): Promise<void> {
  if (el.state.care.webhook?.isBusy) return;
  show(el, { isBusy: true, tested: undefined, trouble: undefined });
  const answer = await el.client.call<WebhookDelivery>("POST", "/webhook/test", {
    idempotencyKey: crypto.randomUUID(),
  });
  if (answer.ok) await readWebhook(el);
  show(el, { isBusy: false, ...(answer.ok ? { tested: answer.value } : answer) });
}

export async function rotateWebhookSecret(
  el: LatchkeyClients,
  form: Form,
  graceHours: number,
): Promise<Trouble | undefined> {
  const body = { graceHours };
  const idempotencyKey = form.idempotencyKey(body);
  const path = "/webhook/rotate-secret";
  const answer = await el.client.call<WebhookWithSecret>("POST", path, { body, idempotencyKey });
  if (!answer.ok) return answer.trouble;
  const { secret, ...webhook } = answer.value;
  show(el, { webhook });
  keep(el, secret);
  el.closeDialog(form);
  return undefined;
}

export async function removeWebhook(el: LatchkeyClients, form: Form): Promise<Trouble | undefined> {
  const answer = await el.client.call("DELETE", "/webhook");
  if (!answer.ok && answer.trouble.type !== "webhook-not-found") return answer.trouble;
  show(el, { webhook: "none", deliveries: [], tested: undefined, trouble: undefined });
  el.closeDialog(form);
  el.announce(ownTexts(el).webhookRemoved);
  return undefined;
}
