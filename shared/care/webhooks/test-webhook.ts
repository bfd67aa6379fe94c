import { AGAIN, insist } from "../../base/insist.ts";
import { done, type Outcome, refused } from "../../base/outcome.ts";
import { shortHash } from "../../base/short-hash.ts";
import type { Usage } from "../../base/usage.ts";
import { type CallDeps, callWebhook } from "./call-webhook.ts";
import type { VersionedWebhook, WebhookRecords } from "./ports.ts";
import type { WebhookRefusal } from "./reasons.ts";
import { type Delivery, type Webhook, withDelivery } from "./webhook.ts";

export const TEST_TYPE = "webhook.test";

const MINUTE_MS = 60_000;
/** A test calls an address of the caller's choice at once: no more than this in a minute. */
const TESTS_A_MINUTE = 5;

type TestDeps = CallDeps & { readonly webhooks: WebhookRecords; readonly usage: Usage };

/**
 * Sends an event that means nothing, now, and says what came of it. It changes nothing of how the webhook stands: a test that
 * succeeds switches nothing on, and one that fails nothing off. It is on record before the call, so that it counts whatever
 * becomes of it; and beside the record, which is forgotten with the webhook, and has room for so many tries only.
 */
export async function testWebhook(
  deps: TestDeps,
  subscription: string,
): Promise<Outcome<Delivery, WebhookRefusal>> {
  const { runtime } = deps;
  const at = runtime.now();
  const id = `msg_${runtime.newId()}`;
  const begun: Delivery = { id, type: TEST_TYPE, at, attempt: 1, state: "failed", milliseconds: 0 };
  const reserved = await write(deps, subscription, begun, (webhook) => tooMany(deps, webhook, at));
  if (!reserved.ok) return reserved;
  deps.usage.add("minute", testsOf(subscription));
  const event = { id, type: TEST_TYPE, time: at.toISOString(), subscription, data: {} };
  const { delivery } = await callWebhook(deps, reserved.value, { id, event, attempt: 1 });
  await write(deps, subscription, delivery, () => undefined);
  return done(delivery);
}

const testsOf = (subscription: string): string => `webhook-tests:${shortHash(subscription)}`;

function tooMany(
  { usage }: TestDeps,
  { subscription, deliveries }: Webhook,
  now: Date,
): WebhookRefusal | undefined {
  const young = deliveries.filter(
    ({ type, at }) => type === TEST_TYPE && now.getTime() - at.getTime() < MINUTE_MS,
  );
  const first = young[TESTS_A_MINUTE - 1];
  const waitMs = Math.max(
    first ? first.at.getTime() + MINUTE_MS - now.getTime() : 0,
    usage.freeInMs("minute", testsOf(subscription), TESTS_A_MINUTE),
  );
  if (waitMs <= 0) return undefined;
  return { reason: "webhook-tested-often", retryAfterSeconds: Math.ceil(waitMs / 1000) };
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
