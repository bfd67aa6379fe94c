import { createHash } from "node:crypto";
import type { ToldEvent } from "../../events/webhook-delivery.ts";
import type { WebhookRequest, WebhookSigner } from "./ports.ts";
import { signingSecrets, type Webhook } from "./webhook.ts";

/** By which a receiver's firewall and log can tell us from others. */
const USER_AGENT = "Latchkey-Webhooks/1.0";

/** The same for the same event, whoever sends it how often. No full stop, which would be ambiguous in what is signed. */
export const webhookIdOf = ({ subscription, id }: Pick<ToldEvent, "subscription" | "id">): string =>
  `msg_${createHash("sha256").update(`${subscription}\n${id}`).digest("base64url").slice(0, 27)}`;

/** An event as Standard Webhooks has it, signed by every secret whose grace is not over. */
export function notification(
  signer: WebhookSigner,
  webhook: Webhook,
  { id, event, now }: { readonly id: string; readonly event: ToldEvent; readonly now: Date },
): WebhookRequest {
  const body = JSON.stringify({
    type: event.type,
    timestamp: event.time,
    subscription: event.subscription,
    data: forCustomers(event.data),
  });
  const secrets = signingSecrets(webhook, now).map((secret) => secret.id);
  return {
    url: webhook.url,
    headers: {
      "content-type": "application/json",
      "user-agent": USER_AGENT,
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now.getTime() / 1000)),
      "webhook-signature": signer.sign(webhook.subscription, secrets, { id, at: now, body }),
    },
    body,
  };
}

/** Who of the company's people it was is none of a customer's business. */
function forCustomers(data: ToldEvent["data"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [name, isOperator(value) ? OPERATOR : value]),
  );
}

const OPERATOR = { kind: "operator" };

const isOperator = (value: unknown): boolean =>
  typeof value === "object" && value !== null && "kind" in value && value.kind === "operator";
