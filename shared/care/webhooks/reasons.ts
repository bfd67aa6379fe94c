/** What is answered instead of doing something to a subscription's webhook. */
export type WebhookRefusal =
  | { readonly reason: "webhook-not-found" }
  /** Switched off in this deployment: it has no key to make secrets from. */
  | { readonly reason: "webhooks-not-enabled" }
  /** It has been tested too often of late. */
  | { readonly reason: "webhook-tested-often"; readonly retryAfterSeconds: number };
