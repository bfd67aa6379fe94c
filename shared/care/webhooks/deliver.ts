import { backOff } from "../../base/back-off.ts";
import { AGAIN, insist } from "../../base/insist.ts";
import { note } from "../../base/observation.ts";
import { Illegible, RemoteUnavailable } from "../../base/unavailable.ts";
import { THE_SERVICE } from "../../clients/actor.ts";
import type { WebhookDelivery } from "../../events/webhook-delivery.ts";
import type { Journal } from "../../operations/admission/ports.ts";
import type { Absent } from "./absent.ts";
import { type CallDeps, type Called, callWebhook } from "./call-webhook.ts";
import type { Lanes } from "./lanes.ts";
import { activityOf, noteDay } from "./manage-webhook.ts";
import { webhookIdOf } from "./notification.ts";
import type { VersionedWebhook, WebhookQueue, WebhookRecords } from "./ports.ts";
import { afterPause, isLastTry, nextRoom, nextTry } from "./retry-times.ts";
import { type SwitchOffDeps, tellSwitchedOff } from "./switch-off.ts";
import { failed, hasFailedTooLong, type Webhook, withDelivery, working } from "./webhook.ts";

export interface DeliverDeps extends CallDeps, SwitchOffDeps {
  readonly webhooks: WebhookRecords;
  readonly journal: SwitchOffDeps["journal"] & Pick<Journal, "active">;
  readonly queue: WebhookQueue;
  readonly lanes: Lanes;
  readonly absent: Absent;
}

/** How many pauses a try waits for. */
const PAUSES_WAITED = 3;
/** So long after its event came here nothing is sent any more, however often it was put off. */
const OLDEST_MS = 5 * 24 * 60 * 60 * 1000;

/**
 * Hands an event over to its subscription's webhook, if it has one. The message of the event is done with only when the webhook
 * has taken it, when the next try is scheduled, or when nothing is to be sent: a death in between has the same message come again,
 * which the receiver knows by its `webhook-id`, and which schedules no second try.
 *
 * @throws RemoteUnavailable when not even the next try can be scheduled: the message stays
 */
export async function deliver(deps: DeliverDeps, asked: WebhookDelivery): Promise<string> {
  const delivery = { ...asked, cameAt: cameAtOf(deps, asked) };
  try {
    return await attempt(deps, delivery);
  } catch (error) {
    // Tables or mail are away. Service Bus itself would give up after ten deliveries, within seconds.
    if (!(error instanceof RemoteUnavailable) || error.service === "bus") throw error;
    // Nobody may ever mend it.
    if (error instanceof Illegible && isTooOld(deps, delivery)) return "too-old";
    note(`webhook-put-off:${error.service}`);
    return putOff(deps, delivery, backOff(deps.runtime, delivery.putOff, error.retryAfterSeconds));
  }
}

/** What is told of a change that was set aside for days happened when that began, and comes now. */
function cameAtOf({ runtime }: DeliverDeps, delivery: WebhookDelivery): string {
  const { event, attempt: tried, putOff: times, cameAt } = delivery;
  const isFirst = tried === 1 && times === 0;
  return cameAt ?? (isFirst ? runtime.now().toISOString() : event.time);
}

type Arrived = WebhookDelivery & { readonly cameAt: string };

const isTooOld = ({ runtime }: DeliverDeps, { cameAt }: Arrived): boolean =>
  runtime.now().getTime() - Date.parse(cameAt) > OLDEST_MS;

async function attempt(deps: DeliverDeps, delivery: Arrived): Promise<string> {
  const { webhooks, absent, runtime } = deps;
  const { event, webhookId } = delivery;
  const { subscription } = event;
  const happenedAt = new Date(event.time);
  const lookedAt = runtime.now();
  if (absent.covers(subscription, happenedAt)) return "no-webhook";
  const found = await webhooks.find(subscription);
  if (!found) {
    absent.note(subscription, lookedAt);
    return "no-webhook";
  }
  const { webhook } = found;
  if (webhook.disabled) {
    await tellSwitchedOff(deps, found);
    return "switched-off";
  }
  if (webhookId !== undefined && webhookId !== webhook.id) return "another-webhook";
  if (happenedAt < webhook.since) return "before-it-was-on";
  if (isTooOld(deps, delivery)) return "too-old";
  const id = webhookIdOf(event);
  if (webhook.deliveries.some((one) => one.id === id && one.state === "delivered"))
    return "delivered-before";
  return call(deps, found, { ...delivery, webhookId: webhook.id });
}

async function call(
  deps: DeliverDeps,
  found: VersionedWebhook,
  delivery: WebhookDelivery,
): Promise<string> {
  const { lanes, runtime } = deps;
  const { webhook } = found;
  const pausedUntil = webhook.failing?.pausedUntil;
  if (pausedUntil && pausedUntil > runtime.now() && !isLastTry(delivery.attempt))
    return waitForPause(deps, delivery, pausedUntil);
  const leave = lanes.enter(webhook.subscription, webhook.failing !== undefined);
  if (!leave) return putOff(deps, delivery, nextRoom(runtime, delivery.putOff));
  try {
    const called = await callWebhook(deps, webhook, {
      id: webhookIdOf(delivery.event),
      event: delivery.event,
      attempt: delivery.attempt,
    });
    return called.delivery.state === "delivered"
      ? await succeed(deps, found, called)
      : await fail(deps, found, { called, delivery });
  } finally {
    leave();
  }
}

/**
 * It is known to be failing, and another event will find out whether it still is. This one waits for the end of the pause; when it
 * has done so a few times the try counts as made, so that the events of a dead receiver come by ever more seldom.
 */
async function waitForPause(
  deps: DeliverDeps,
  delivery: WebhookDelivery,
  pausedUntil: Date,
): Promise<string> {
  const { runtime, queue } = deps;
  if (delivery.putOff < PAUSES_WAITED)
    return putOff(deps, delivery, afterPause(runtime, pausedUntil));
  const at = nextTry(runtime, delivery.attempt);
  if (at) await queue.schedule({ ...delivery, attempt: delivery.attempt + 1, putOff: 0 }, at);
  return "paused";
}

async function putOff(deps: DeliverDeps, delivery: WebhookDelivery, at: Date): Promise<string> {
  await deps.queue.schedule({ ...delivery, putOff: delivery.putOff + 1 }, at);
  return "put-off";
}

/** What is only the record of it holds up nothing: the receiver has the event. */
async function succeed(
  deps: DeliverDeps,
  found: VersionedWebhook,
  called: Called,
): Promise<string> {
  try {
    await keep(deps, found, (webhook) => withDelivery(working(webhook), called.delivery));
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("webhook-delivery-not-noted");
  }
  return "delivered";
}

async function fail(
  deps: DeliverDeps,
  found: VersionedWebhook,
  { called, delivery }: { readonly called: Called; readonly delivery: WebhookDelivery },
): Promise<string> {
  const { runtime, queue } = deps;
  const now = runtime.now();
  const nextAt = called.gone ? undefined : nextTry(runtime, delivery.attempt, called.askedSeconds);
  // Before it is noted: a death in between has the same try scheduled again, which is dropped.
  if (nextAt)
    await queue.schedule({ ...delivery, attempt: delivery.attempt + 1, putOff: 0 }, nextAt);
  const off = await keep(deps, found, (webhook) => {
    const { failures = 0 } = webhook.failing ?? {};
    const pausedUntil = backOff(runtime, failures, called.askedSeconds);
    const noted = withDelivery(failed(webhook, now, pausedUntil), { ...called.delivery, nextAt });
    const reason = called.gone ? "gone" : hasFailedTooLong(noted, now) ? "failing" : undefined;
    return reason ? { ...noted, disabled: { at: now, reason, told: false } } : noted;
  });
  if (off?.webhook.disabled) await tellSwitchedOff(deps, off);
  if (off?.webhook.disabled) return "switched-off";
  return nextAt ? "failed" : "given-up";
}

/** Writes what came of a call on top of whatever the webhook is by now; another webhook is none of its business. */
const keep = (
  deps: DeliverDeps,
  found: VersionedWebhook,
  next: (webhook: Webhook) => Webhook,
): Promise<VersionedWebhook | undefined> => {
  let known: VersionedWebhook | undefined = found;
  return insist(deps.runtime, async () => {
    known ??= await deps.webhooks.find(found.webhook.subscription);
    if (known?.webhook.id !== found.webhook.id) return undefined;
    // Switched off, turned elsewhere or switched on again meanwhile: that webhook is not the one that answered.
    const { webhook } = known;
    const isAsItWas =
      webhook.url === found.webhook.url &&
      webhook.since.getTime() === found.webhook.since.getTime();
    if (webhook.disabled || !isAsItWas) return undefined;
    const after = next(webhook);
    const { subscription, url, disabled } = after;
    const entry =
      disabled &&
      activityOf(deps, {
        subscription,
        by: THE_SERVICE,
        action: "webhook.disabled",
        url,
        reason: disabled.reason,
      });
    if (entry) await noteDay(deps, subscription);
    const saved = await deps.webhooks.save(after, known.version, entry);
    known = undefined;
    return saved ?? AGAIN;
  });
};
