import { dayOf } from "../../base/day.ts";
import { AGAIN, insist } from "../../base/insist.ts";
import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { Runtime } from "../../base/runtime.ts";
import type { Activity } from "../../clients/activity.ts";
import type { By } from "../../clients/actor.ts";
import type { Watcher } from "../../clients/watch.ts";
import type { Journal, OperationRecords } from "../../operations/admission/ports.ts";
import type { VersionedWebhook, WebhookRecords } from "./ports.ts";
import type { WebhookRefusal } from "./reasons.ts";
import { waitForThoseBefore } from "./those-before.ts";
import { turnedOn, type Webhook, withNewSecret } from "./webhook.ts";

export interface WebhookDeps {
  readonly webhooks: WebhookRecords;
  readonly operations: Pick<OperationRecords, "account" | "allUnderWay">;
  readonly journal: Pick<Journal, "active">;
  readonly runtime: Runtime;
}

interface Asked {
  readonly subscription: string;
  readonly by: By;
}

/** The webhook of a subscription as it is. */
export async function findWebhook(
  { webhooks }: Pick<WebhookDeps, "webhooks">,
  subscription: string,
): Promise<Outcome<Webhook, WebhookRefusal>> {
  const found = await webhooks.find(subscription);
  return found ? done(found.webhook) : refused({ reason: "webhook-not-found" });
}

/**
 * Names the address, or another one, and switches the webhook on if it was off. Deliveries write the same row, so a change that
 * meets one is made again on top of it.
 *
 * @returns whether it is new, and has a secret that nobody has been shown
 */
export async function setWebhook(
  deps: WebhookDeps,
  {
    subscription,
    by,
    url,
    contact,
  }: Asked & { readonly url: string; readonly contact?: Watcher | undefined },
): Promise<{ readonly webhook: Webhook; readonly isNew: boolean }> {
  const { runtime, webhooks, operations } = deps;
  await noteDay(deps, subscription);
  const set = await insist(runtime, async () => {
    const found = await webhooks.find(subscription);
    const now = runtime.now();
    const entry = activityOf(deps, { subscription, by, action: "webhook.set", url });
    if (found) {
      const next = { ...turnedOn(found.webhook, url, now), contact };
      const saved = await webhooks.save(next, found.version, entry);
      return saved ? { webhook: saved.webhook, isNew: false } : AGAIN;
    }
    const first: Webhook = {
      subscription,
      id: runtime.newId(),
      url,
      createdAt: now,
      since: now,
      secrets: [{ id: runtime.newId() }],
      contact,
      deliveries: [],
    };
    const added = await webhooks.add(first, await operations.account(subscription), entry);
    return added ? { webhook: added.webhook, isNew: true } : AGAIN;
  });
  if (set.isNew) await waitForThoseBefore(deps, subscription);
  return set;
}

/** Forgets the webhook with its secrets; what waits for it is not sent. */
export function removeWebhook(
  deps: WebhookDeps,
  asked: Asked,
): Promise<Outcome<undefined, WebhookRefusal>> {
  return change(deps, asked, async (found) => {
    const { url } = found.webhook;
    const entry = activityOf(deps, { ...asked, action: "webhook.removed", url });
    const account = await deps.operations.account(asked.subscription);
    return (await deps.webhooks.remove(found, account, entry)) ? done(undefined) : AGAIN;
  });
}

/** A new secret; those before it go on signing for the grace. Asked twice, both new ones are good. */
export function rotateWebhookSecret(
  deps: WebhookDeps,
  { graceMs, ...asked }: Asked & { readonly graceMs: number },
): Promise<Outcome<Webhook, WebhookRefusal>> {
  return change(deps, asked, async ({ webhook, version }) => {
    const { runtime } = deps;
    const next = withNewSecret(webhook, { id: runtime.newId(), now: runtime.now(), graceMs });
    const entry = activityOf(deps, { ...asked, action: "webhook.secret-rotated", url: next.url });
    const saved = await deps.webhooks.save(next, version, entry);
    return saved ? done(saved.webhook) : AGAIN;
  });
}

async function change<T>(
  deps: WebhookDeps,
  { subscription }: Asked,
  attempt: (found: VersionedWebhook) => Promise<Outcome<T, WebhookRefusal> | typeof AGAIN>,
): Promise<Outcome<T, WebhookRefusal>> {
  await noteDay(deps, subscription);
  return insist(deps.runtime, async () => {
    const found = await deps.webhooks.find(subscription);
    return found ? attempt(found) : refused({ reason: "webhook-not-found" });
  });
}

/** Entries of activity are purged by the days on which their subscription was active; noted before, and harmless alone. */
export const noteDay = (
  { journal, runtime }: Pick<WebhookDeps, "journal" | "runtime">,
  subscription: string,
): Promise<void> => journal.active(dayOf(runtime.now()), subscription);

/** Of the address only the host: what follows it may be a secret of the customer's. */
export const activityOf = (
  { runtime }: Pick<WebhookDeps, "runtime">,
  {
    action,
    subscription,
    by,
    url,
    reason,
  }: Asked & { readonly action: string; readonly url: string; readonly reason?: string },
): Activity => ({
  id: `${runtime.newId()}:${action}`,
  at: runtime.now(),
  by,
  action,
  subscription,
  outcome: "done",
  detail: { host: new URL(url).host, ...(reason !== undefined && { reason }) },
});
