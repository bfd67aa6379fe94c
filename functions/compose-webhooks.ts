import type { Bus } from "../shared/adapters/bus/connect.ts";
import { webhookQueue } from "../shared/adapters/bus/webhook-queue.ts";
import type { Table } from "../shared/adapters/records/table.ts";
import { webhookRecords } from "../shared/adapters/records/webhook-records.ts";
import { guardedPost } from "../shared/adapters/webhooks/guarded-post.ts";
import { webhookSigner } from "../shared/adapters/webhooks/signer.ts";
import { absentWebhooks } from "../shared/care/webhooks/absent.ts";
import type { DeliverDeps } from "../shared/care/webhooks/deliver.ts";
import { callLanes } from "../shared/care/webhooks/lanes.ts";
import type { OnceDeps } from "../shared/operations/admission/do-once.ts";
import type { TellDeps } from "../shared/operations/admission/tell.ts";
import type { Settings } from "../shared/settings/settings.ts";
import type { WebhookRouteDeps } from "./http/care/webhook.ts";

/** What customers' own webhooks work with, besides what all of the service does. */
type Parts = OnceDeps &
  TellDeps &
  Pick<WebhookRouteDeps, "journal" | "operations" | "usage"> &
  Pick<DeliverDeps, "mail" | "watches"> & { readonly table: Table; readonly bus: Bus };

/** Routes and messages of customers' own webhooks; nothing of them without a key to make their secrets from. */
export function composeWebhooks(
  { webhooks: settings, consent }: Pick<Settings, "webhooks" | "consent">,
  { table, bus, ...parts }: Parts,
): { readonly webhook?: WebhookRouteDeps; readonly delivering?: DeliverDeps } {
  if (!settings) return {};
  const webhook = {
    ...parts,
    webhooks: webhookRecords(table, parts.runtime.newId),
    caller: guardedPost(settings),
    signer: webhookSigner(settings.keys),
    rules: settings,
  };
  const delivering = {
    ...webhook,
    queue: webhookQueue(bus),
    lanes: callLanes(),
    absent: absentWebhooks(),
    pageUrl: new URL("/", consent.queueUrl).href,
  };
  return { webhook, delivering };
}
