import * as z from "zod";
import { done } from "../../../shared/base/outcome.ts";
import type { Usage } from "../../../shared/base/usage.ts";
import type { CallDeps } from "../../../shared/care/webhooks/call-webhook.ts";
import {
  findWebhook,
  removeWebhook,
  setWebhook,
  type WebhookDeps,
} from "../../../shared/care/webhooks/manage-webhook.ts";
import type { AddressRules } from "../../../shared/care/webhooks/webhook-address.ts";
import type { OnceDeps } from "../../../shared/operations/admission/do-once.ts";
import { type RouteContract, route } from "../../edge/route.ts";
import { DeliveryListShape, WebhookShape, WebhookWithSecretShape } from "./webhook-shapes.ts";
import { showDelivery, showWebhook, showWithSecret, webhookUrl } from "./webhook-show.ts";

/** The subscription's own webhook: set, seen and removed. What is sent there: shared/care/webhooks. */

export interface WebhookRouteDeps extends WebhookDeps, CallDeps, OnceDeps {
  readonly rules: AddressRules;
  readonly usage: Usage;
}

/** Nothing where this deployment has no key to make secrets from. */
type Deps = WebhookRouteDeps | undefined;

export const OFF = { ok: false, refusal: { reason: "webhooks-not-enabled" } } as const;

export const own = {
  path: "/webhook",
  problems: ["webhooks-not-enabled", "webhook-not-found"],
} as const satisfies Partial<RouteContract>;

export const webhookSet = (deps: Deps) =>
  route(
    {
      ...own,
      name: "webhook-set",
      operationId: "setWebhook",
      method: "PUT",
      access: "clients.write",
      summary: "Have the subscription's events posted to an address of your own",
      description:
        "Every event of the subscription's clients from now on, and of no other's, as Standard Webhooks. Set for the first time, the answer is 201 with the secret, which no other answer shows. Set again it is 200: the address changes, the secret stays, and a webhook that was switched off is on again.",
      body: z
        .strictObject({ url: webhookUrl(deps?.rules ?? { ports: [], unguarded: [] }) })
        .meta({ id: "SetWebhookRequest" }),
      replies: {
        200: { description: "The webhook, changed", schema: WebhookShape },
        201: { description: "The webhook with its secret", schema: WebhookWithSecretShape },
      },
      problems: ["webhooks-not-enabled"],
    },
    async ({ caller, by, body }) => {
      if (!deps) return OFF;
      const { subscription, watcher } = caller;
      const asked = { subscription, by, url: body.url, contact: watcher };
      const { webhook, isNew } = await setWebhook(deps, asked);
      const now = deps.runtime.now();
      if (!isNew) return done({ status: 200, body: showWebhook(webhook, now) });
      const [newest] = webhook.secrets;
      const { signer } = deps;
      const shown = showWithSecret(webhook, { now, signer, secretId: newest?.id });
      return done({ status: 201, body: shown });
    },
  );

export const webhookGet = (deps: Deps) =>
  route(
    {
      ...own,
      name: "webhook-get",
      operationId: "getWebhook",
      method: "GET",
      access: "clients.read",
      summary: "Read where the subscription's events are posted",
      description: "The address and how it is doing; never the secret.",
      replies: { 200: { description: "The webhook", schema: WebhookShape } },
    },
    async ({ caller }) => {
      if (!deps) return OFF;
      const found = await findWebhook(deps, caller.subscription);
      if (!found.ok) return found;
      return done({ status: 200, body: showWebhook(found.value, deps.runtime.now()) });
    },
  );

export const webhookRemove = (deps: Deps) =>
  route(
    {
      ...own,
      name: "webhook-remove",
      operationId: "removeWebhook",
      method: "DELETE",
      access: "clients.write",
      summary: "Have events posted nowhere",
      description:
        "What waits to be tried again is not sent any more. A webhook that is set later has another secret.",
      replies: { 204: { description: "Removed" } },
    },
    async ({ caller, by }) => {
      if (!deps) return OFF;
      const removed = await removeWebhook(deps, { subscription: caller.subscription, by });
      return removed.ok ? done({ status: 204 }) : removed;
    },
  );

export const webhookDeliveries = (deps: Deps) =>
  route(
    {
      ...own,
      name: "webhook-deliveries-list",
      operationId: "listWebhookDeliveries",
      method: "GET",
      path: "/webhook/deliveries",
      access: "clients.read",
      summary: "List the last 20 tries, newest first",
      description: "What was sent, what was answered, and when it is tried again.",
      replies: { 200: { description: "The tries", schema: DeliveryListShape } },
    },
    async ({ caller }) => {
      if (!deps) return OFF;
      const found = await findWebhook(deps, caller.subscription);
      if (!found.ok) return found;
      const items = found.value.deliveries.map(showDelivery);
      return done({ status: 200, body: { items } });
    },
  );
