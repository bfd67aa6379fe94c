import { AGAIN, insist } from "../../base/insist.ts";
import { done, type Outcome, refused } from "../../base/outcome.ts";
import { type CallDeps, callWebhook } from "./call-webhook.ts";
import type { VersionedWebhook, WebhookRecords } from "./ports.ts";
import type { WebhookRefusal } from "./reasons.ts";
import { type Delivery, type Webhook, withDelivery } from "./webhook.ts";

export const TEST_TYPE = "webhook.test";

const MINUTE_MS = 60_000;
/** A test calls an address of the caller's choice at once: no more than this in a minute. */
const TESTS_A_MINUTE = 5;

type TestDeps = CallDeps & { readonly webhooks: WebhookRecords };

/**
 * Sends an event that means nothing, now, and says what came of it. It changes nothing of how the webhook stands: a test that
 * succeeds switches nothing on, and one that fails nothing off. It is on record before the call, so that it counts whatever
 * becomes of it.
 */
export async function testWebhook(
  deps: TestDeps,
  subscription: string,
): Promise<Outcome<Delivery, WebhookRefusal>> {
  const { runtime } = deps;
  const at = runtime.now();
  const id = `msg_${runtime.newId()}`;
  const begun: Delivery = { id, type: TEST_TYPE, at, attempt: 1, state: "failed", milliseconds: 0 };
  const reserved = await write(deps, subscription, begun, (webhook) => tooMany(webhook, at));
  if (!reserved.ok) return reserved;
  const event = { id, type: TEST_TYPE, time: at.toISOString(), subscription, data: {} };
  const { delivery } = await callWebhook(deps, reserved.value, { id, event, attempt: 1 });
  await write(deps, subscription, delivery, () => undefined);
  return done(delivery);
}

function tooMany({ deliveries }: Webhook, now: Date): WebhookRefusal | undefined {
  const young = deliveries.filter(
    ({ type, at }) => type === TEST_TYPE && now.getTime() - at.getTime() < MINUTE_MS,
  );
  const first = young[TESTS_A_MINUTE - 1];
  if (!first) return undefined;
  const freeAt = first.at.getTime() + MINUTE_MS;
  const retryAfterSeconds = Math.max(1, Math.ceil((freeAt - now.getTime()) / 1000));
  return { reason: "webhook-tested-often", retryAfterSeconds };
}

function write(
  { webhooks, runtime }: TestDeps,
  subscription: string,
  delivery: Delivery,
  refuse: (webhook: Webhook) => WebhookRefusal | undefined,
): Promise<Outcome<Webhook, WebhookRefusal>> {
  return insist(runtime, async () => {
    const found: VersionedWebhook | undefined = await webhooks.find(subscription);
    if (!found) return refused({ reason: "webhook-not-found" });
    const refusal = refuse(found.webhook);
    if (refusal) return refused(refusal);
    const next = withDelivery(found.webhook, delivery);
    return (await webhooks.save(next, found.version)) ? done(next) : AGAIN;
  });
}
