import type { Runtime } from "../../base/runtime.ts";
import type { ToldEvent } from "../../events/webhook-delivery.ts";
import { notification } from "./notification.ts";
import type { WebhookCaller, WebhookSigner } from "./ports.ts";
import type { Delivery, Webhook } from "./webhook.ts";

export interface CallDeps {
  readonly caller: WebhookCaller;
  readonly signer: WebhookSigner;
  readonly runtime: Runtime;
}

export interface Called {
  readonly delivery: Delivery;
  /** The receiver says that there is nobody any more (410). */
  readonly gone: boolean;
  /** The pause it asks for. */
  readonly askedSeconds: number;
}

/** Calls it once. Any 2xx is success; everything else, redirects included, is not. */
export async function callWebhook(
  { caller, signer, runtime }: CallDeps,
  webhook: Webhook,
  {
    id,
    event,
    attempt,
  }: { readonly id: string; readonly event: ToldEvent; readonly attempt: number },
): Promise<Called> {
  const at = runtime.now();
  const answer = await caller.post(notification(signer, webhook, { id, event, now: at }));
  const isDelivered = answer.kind === "answered" && answer.status >= 200 && answer.status < 300;
  return {
    delivery: {
      id,
      type: event.type,
      at,
      attempt,
      state: isDelivered ? "delivered" : "failed",
      ...(answer.kind === "answered" ? { status: answer.status } : { why: answer.why }),
      milliseconds: runtime.now().getTime() - at.getTime(),
    },
    gone: answer.kind === "answered" && answer.status === 410,
    askedSeconds: answer.kind === "answered" ? (answer.retryAfterSeconds ?? 0) : 0,
  };
}
