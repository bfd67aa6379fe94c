import * as z from "zod";
import { done, type Outcome } from "../../../shared/base/outcome.ts";
import { findWebhook, rotateWebhookSecret } from "../../../shared/care/webhooks/manage-webhook.ts";
import { testWebhook } from "../../../shared/care/webhooks/test-webhook.ts";
import type { Delivery } from "../../../shared/care/webhooks/webhook.ts";
import { doOnce } from "../../../shared/operations/admission/do-once.ts";
import type { Refusal } from "../../edge/refusal.ts";
import { route } from "../../edge/route.ts";
import type { Shaped } from "../../edge/shape.ts";
import { OFF, own, type WebhookRouteDeps } from "./webhook.ts";
import { DeliveryShape, WebhookWithSecretShape } from "./webhook-shapes.ts";
import { showDelivery, showWithSecret } from "./webhook-show.ts";

/** What is done to a webhook under an `Idempotency-Key`: neither is an operation, and both may be done twice without harm. */

type Deps = WebhookRouteDeps | undefined;

const keyed = ["request-in-progress", "idempotency-key-reused"] as const;
const HOUR_MS = 3_600_000;
const DEFAULT_GRACE_HOURS = 24;
const MAX_GRACE_HOURS = 168;

/** Whose keys these are: they lie beside the operators', and no id of an operator has a blank. */
const keyHolder = (subscription: string): string => `customer ${subscription}`;

export const webhookTest = (deps: Deps) =>
  route(
    {
      ...own,
      name: "webhook-test",
      operationId: "testWebhook",
      method: "POST",
      path: "/webhook/test",
      access: "clients.write",
      summary: "Send an event that means nothing, now",
      description:
        "Posts an event of the type `webhook.test` and answers what came of it. It switches nothing on or off, and is not tried again.",
      accepts: ["Idempotency-Key"],
      replies: { 200: { description: "What came of it", schema: DeliveryShape } },
      problems: [...own.problems, ...keyed, "webhook-tested-often"],
    },
    async ({ caller: { subscription }, idempotency }) => {
      if (!deps) return OFF;
      const test = (): Promise<Outcome<Delivery, Refusal>> => testWebhook(deps, subscription);
      const tested = await doOnce<Delivery, Refusal>(
        deps,
        { operator: keyHolder(subscription), idempotency, idOf: ({ id }) => id.slice(ID_AT) },
        test,
        async ({ clientId }) => {
          const found = await findWebhook(deps, subscription);
          const before = found.ok && found.value.deliveries.find(({ id }) => id.endsWith(clientId));
          return before ? done(before) : test();
        },
      );
      if (!tested.ok) return tested;
      return done({ status: 200, body: showDelivery(tested.value), replayed: tested.replayed });
    },
  );

/** `msg_` before the id. */
const ID_AT = 4;

export const webhookRotateSecret = (deps: Deps) =>
  route(
    {
      ...own,
      name: "webhook-rotate-secret",
      operationId: "rotateWebhookSecret",
      method: "POST",
      path: "/webhook/rotate-secret",
      access: "clients.write",
      summary: "Make a new secret; the old one goes on signing for a while",
      description:
        "Until the grace is over each message has a signature of both. With `graceHours` 0 the old ones sign no more from now on. The same request again under its `Idempotency-Key` is answered with the same secret, for as long as that signs.",
      accepts: ["Idempotency-Key"],
      body: z
        .strictObject({
          graceHours: z
            .int({ error: "must be a whole number of hours" })
            .min(0, { error: "must be at least 0" })
            .max(MAX_GRACE_HOURS, { error: `must be at most ${MAX_GRACE_HOURS}` })
            .meta({ examples: [DEFAULT_GRACE_HOURS] })
            .optional()
            .describe(
              `Hours in which older secrets sign too; ${DEFAULT_GRACE_HOURS} when left out`,
            ),
        })
        .meta({ id: "RotateWebhookSecretRequest" }),
      replies: { 200: { description: "The new secret", schema: WebhookWithSecretShape } },
      problems: [...own.problems, ...keyed],
    },
    async ({ caller: { subscription }, by, body, idempotency }) => {
      if (!deps) return OFF;
      const graceMs = (body.graceHours ?? DEFAULT_GRACE_HOURS) * HOUR_MS;
      const show = (webhook: Parameters<typeof showWithSecret>[0], secretId: string | undefined) =>
        showWithSecret(webhook, { now: deps.runtime.now(), signer: deps.signer, secretId });
      const rotated = await doOnce<Rotated, Refusal>(
        deps,
        { operator: keyHolder(subscription), idempotency, idOf: ({ secretId }) => secretId },
        async () => {
          const made = await rotateWebhookSecret(deps, { subscription, by, graceMs });
          if (!made.ok) return made;
          const secretId = made.value.secrets[0]?.id ?? "";
          return done({ secretId, shown: show(made.value, secretId) });
        },
        async ({ clientId: secretId }) => {
          const found = await findWebhook(deps, subscription);
          return found.ok ? done({ secretId, shown: show(found.value, secretId) }) : found;
        },
      );
      if (!rotated.ok) return rotated;
      return done({ status: 200, body: rotated.value.shown, replayed: rotated.replayed });
    },
  );

interface Rotated {
  readonly secretId: string;
  readonly shown: Shaped<typeof WebhookWithSecretShape>;
}
