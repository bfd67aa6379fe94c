import type { Runtime } from "../../base/runtime.ts";
import { shortHash } from "../../base/short-hash.ts";
import { EVERY_CLIENT } from "../../clients/watch.ts";
import { type TellDeps, tell } from "../../operations/admission/tell.ts";
import type { PersonMail, WatchRecords } from "../ports.ts";
import { countingWatches } from "../watching.ts";
import type { VersionedWebhook, WebhookRecords } from "./ports.ts";
import { switchedOffLetter } from "./switched-off-letter.ts";
import type { Webhook } from "./webhook.ts";

export interface SwitchOffDeps extends TellDeps {
  readonly webhooks: WebhookRecords;
  readonly runtime: Runtime;
  readonly watches: Pick<WatchRecords, "ofSubscription">;
  /** Nothing where no mail service is set. */
  readonly mail: PersonMail | undefined;
  /** Where the portal shows the webhook. */
  readonly pageUrl: string;
}

/**
 * Tells everybody that a webhook was switched off: other systems by its event, whoever set it by mail. Whoever comes across a
 * webhook that is off and nobody has heard of tells it; event and mail have ids that stay the same, so that telling it again tells
 * nothing new.
 *
 * @throws RemoteUnavailable when the mail cannot be sent now
 */
export async function tellSwitchedOff(
  deps: SwitchOffDeps,
  { webhook, version }: VersionedWebhook,
): Promise<void> {
  const { disabled, subscription, id } = webhook;
  if (!disabled || disabled.told) return;
  const name = `${id}:webhook.disabled:${disabled.at.getTime()}`;
  await tell(deps, {
    id: name,
    type: "webhook.disabled",
    time: disabled.at.toISOString(),
    subscription,
    data: { host: new URL(webhook.url).host, reason: disabled.reason },
  });
  const receivers = deps.mail ? await receiversOf(deps, webhook) : [];
  const marked = receivers.map((to) => ({ to, mark: shortHash(to) }));
  let { mailedTo = "" } = disabled;
  try {
    for (const { to, mark } of marked.toSorted((a, b) => (a.mark < b.mark ? -1 : 1))) {
      if (mark <= mailedTo) continue;
      const letter = switchedOffLetter(webhook, disabled, deps.pageUrl);
      await deps.mail?.send({ ...letter, id: `${name}:${mark}`, subscription, to });
      mailedTo = mark;
    }
  } catch (error) {
    // The next one goes on behind these: once more they would take up all the room that there is, each time.
    if (mailedTo !== (disabled.mailedTo ?? ""))
      await deps.webhooks.save({ ...webhook, disabled: { ...disabled, mailedTo } }, version);
    throw error;
  }
  // Changed meanwhile: whoever changed it has switched it on again, or tells it as well.
  await deps.webhooks.save({ ...webhook, disabled: { ...disabled, told: true } }, version);
}

/** Whoever set it, unless they wanted no more mail since, and whoever watches the whole subscription; each once. */
async function receiversOf(
  { watches }: SwitchOffDeps,
  { contact, subscription, since }: Webhook,
): Promise<readonly string[]> {
  const people = await watches.ofSubscription(subscription);
  const watching = [...people.values()]
    .flatMap(countingWatches)
    .filter((watch) => watch.of === EVERY_CLIENT)
    .map(({ email }) => email);
  const silentSince = contact && people.get(contact.person)?.silentSince;
  const isSilent = silentSince !== undefined && silentSince > since;
  return [...new Set([...(contact && !isSilent ? [contact.email] : []), ...watching])];
}
