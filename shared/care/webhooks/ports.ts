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
