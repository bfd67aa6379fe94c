import type { Activity } from "../../clients/activity.ts";
import type { WebhookDelivery } from "../../events/webhook-delivery.ts";
import type { VersionedAccount } from "../../operations/admission/ports.ts";
import type { Webhook } from "./webhook.ts";

/** What is sent to a webhook: signed already, and the same each time but for its time and signature. */
export interface WebhookRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Why no answer came. `address`: the name leads to an address that must not be called. Nothing in it tells a stranger more of
 * what can be reached from here than that it could not.
 */
export const SILENCES = ["address", "name", "connection", "certificate", "time"] as const;
export type Silence = (typeof SILENCES)[number];

export type WebhookAnswer =
  | { readonly kind: "answered"; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly kind: "silent"; readonly why: Silence };

/** Calls addresses that strangers chose. Throws nothing: whatever happens there is an answer. */
export interface WebhookCaller {
  post(request: WebhookRequest): Promise<WebhookAnswer>;
}

/** Makes secrets from the service's own key, and signs with them. */
export interface WebhookSigner {
  /** `whsec_…`: the same for the same subscription and id. */
  secret(subscription: string, secretId: string): string;
  /** `webhook-signature`: one signature for each of the secrets. */
  sign(
    subscription: string,
    secretIds: readonly string[],
    message: { readonly id: string; readonly at: Date; readonly body: string },
  ): string;
}

export interface VersionedWebhook {
  readonly webhook: Webhook;
  readonly version: string;
}

/** One request each. All methods throw `RemoteUnavailable`. */
export interface WebhookRecords {
  find(subscription: string): Promise<VersionedWebhook | undefined>;
  /** It must not be there yet; the account says from then on that it is. Nothing: either has changed meanwhile. */
  add(
    webhook: Webhook,
    account: VersionedAccount,
    activity: Activity,
  ): Promise<VersionedWebhook | undefined>;
  /** Nothing: it has changed or gone meanwhile. */
  save(
    webhook: Webhook,
    version: string,
    activity?: Activity,
  ): Promise<VersionedWebhook | undefined>;
  /** The account says from then on that there is none. False: either has changed meanwhile. */
  remove(found: VersionedWebhook, account: VersionedAccount, activity: Activity): Promise<boolean>;
}

/** Queue `webhooks`. Throws `RemoteUnavailable`. */
export interface WebhookQueue {
  /** It comes at `at`, once: the same try is scheduled no second time. */
  schedule(delivery: WebhookDelivery, at: Date): Promise<void>;
}
