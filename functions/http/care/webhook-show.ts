import * as z from "zod";
import type { WebhookSigner } from "../../../shared/care/webhooks/ports.ts";
import {
  type Delivery,
  signingSecrets,
  type Webhook,
} from "../../../shared/care/webhooks/webhook.ts";
import { type AddressRules, unfitAddress } from "../../../shared/care/webhooks/webhook-address.ts";
import type { Shaped } from "../../edge/shape.ts";
import {
  type DeliveryShape,
  MAX_URL,
  URL_EXAMPLE,
  type WebhookShape,
  type WebhookWithSecretShape,
} from "./webhook-shapes.ts";

/** What a webhook's address may be, and how webhooks and deliveries become what the API shows. */

export const webhookUrl = (rules: AddressRules) =>
  z
    .string({ error: "must be text" })
    .max(MAX_URL, { error: `must have at most ${MAX_URL} characters` })
    .check((context) => {
      const message = unfitAddress(context.value, rules);
      if (message) context.issues.push({ code: "custom", input: context.value, message });
    })
    .describe("Where events are posted: https, at a public address")
    .meta({
      pattern: rules.unguarded.length > 0 ? "^https?://[^\\s#]+$" : "^https://[^\\s#]+$",
      examples: [URL_EXAMPLE],
    });

export function showWebhook(webhook: Webhook, now: Date): Shaped<typeof WebhookShape> {
  const { disabled, failing } = webhook;
  const [oldest] = signingSecrets(webhook, now)
    .flatMap(({ until }) => (until ? [until.getTime()] : []))
    .toSorted((a, b) => b - a);
  return {
    url: webhook.url,
    createdAt: webhook.createdAt.toISOString(),
    state: disabled ? "off" : failing ? "failing" : "on",
    since: (disabled?.at ?? failing?.since ?? webhook.since).toISOString(),
    ...(disabled && { disabledReason: disabled.reason }),
    ...(oldest !== undefined && { oldSecretsUntil: new Date(oldest).toISOString() }),
  };
}

/**
 * With the newest secret, or with that of an earlier answer that is given again, for as long as it signs: whoever verified by it
 * afterwards would take no event any more.
 */
export function showWithSecret(
  webhook: Webhook,
  { now, signer, secretId }: { now: Date; signer: WebhookSigner; secretId: string | undefined },
): Shaped<typeof WebhookWithSecretShape> {
  const signing = signingSecrets(webhook, now).find(({ id }) => id === secretId);
  return {
    ...showWebhook(webhook, now),
    ...(signing && { secret: signer.secret(webhook.subscription, signing.id) }),
  };
}

export const showDelivery = (delivery: Delivery): Shaped<typeof DeliveryShape> => ({
  id: delivery.id,
  type: delivery.type,
  at: delivery.at.toISOString(),
  attempt: delivery.attempt,
  state: delivery.state,
  ...(delivery.status !== undefined && { status: delivery.status }),
  ...(delivery.why !== undefined && { why: delivery.why }),
  milliseconds: Math.round(delivery.milliseconds),
  ...(delivery.nextAt && { nextAt: delivery.nextAt.toISOString() }),
});
