import * as z from "zod";
import { SILENCES, type WebhookSigner } from "../../shared/care/webhooks/ports.ts";
import { type Delivery, signingSecrets, type Webhook } from "../../shared/care/webhooks/webhook.ts";
import { type AddressRules, unfitAddress } from "../../shared/care/webhooks/webhook-address.ts";

/** What the API shows of a subscription's webhook. Its secret is in two answers only: that which makes it, and a rotation's. */

const instant = z.iso.datetime();
const MAX_URL = 2_048;
const URL_EXAMPLE = "https://hooks.example.com/latchkey";

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

export const WebhookShape = z
  .strictObject({
    url: z
      .string()
      .max(MAX_URL)
      .describe("Where events are posted")
      .meta({ examples: [URL_EXAMPLE] }),
    createdAt: instant.describe("When it was set first"),
    state: z
      .enum(["on", "failing", "off"])
      .describe("`failing`: the last try was not taken; `off`: after three days of that, or a 410"),
    since: instant.describe("Since when it is in that state"),
    disabledReason: z
      .enum(["failing", "gone"])
      .optional()
      .describe("Why it is off: nothing was taken for three days, or 410 was answered"),
    oldSecretsUntil: instant
      .optional()
      .describe("Until then older secrets sign beside the newest; absent when none does"),
  })
  .meta({ id: "Webhook" });

export const WebhookWithSecretShape = z
  .strictObject({
    ...WebhookShape.shape,
    secret: z
      .string()
      .max(100)
      .optional()
      .describe("Key of the signatures (`whsec_…`); in this answer and no other")
      .meta({ examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="] }),
  })
  .meta({ id: "WebhookWithSecret" });

export const DeliveryShape = z
  .strictObject({
    id: z
      .string()
      .max(100)
      .describe("`webhook-id`: the same for every try of the same event")
      .meta({ examples: ["msg_4Yk2r0PqkQn1d8QvJw0Zc7sXa1B"] }),
    type: z
      .string()
      .max(50)
      .describe("The event's type")
      .meta({ examples: ["secret.created"] }),
    at: instant.describe("When it was tried"),
    attempt: z.int().min(1).describe("Which try it was"),
    state: z.enum(["delivered", "failed"]),
    status: z
      .int()
      .min(100)
      .max(999)
      .optional()
      .describe("What was answered; absent when nothing was")
      .meta({ examples: [204] }),
    why: z
      .enum(SILENCES)
      .optional()
      .describe(
        "Why nothing was: `address` may not be called, `name` leads nowhere, no `connection`, a wrong `certificate`, or no answer in `time`",
      ),
    milliseconds: z.int().min(0).describe("How long it took"),
    nextAt: instant.optional().describe("When it is tried again; absent when it is not"),
  })
  .meta({ id: "WebhookDelivery" });

export const DeliveryListShape = z
  .strictObject({ items: z.array(DeliveryShape).max(20) })
  .meta({ id: "WebhookDeliveryList" });

export function showWebhook(webhook: Webhook, now: Date): z.infer<typeof WebhookShape> {
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

/** With the newest secret, or with that of an earlier answer that is given again. */
export const showWithSecret = (
  webhook: Webhook,
  { now, signer, secretId }: { now: Date; signer: WebhookSigner; secretId: string | undefined },
): z.infer<typeof WebhookWithSecretShape> => ({
  ...showWebhook(webhook, now),
  ...(secretId !== undefined && { secret: signer.secret(webhook.subscription, secretId) }),
});

export const showDelivery = (delivery: Delivery): z.infer<typeof DeliveryShape> => ({
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
