import type { Cloud } from "../../../infra/local/cloud.ts";
import { webhookIdOf } from "../../../shared/care/webhooks/notification.ts";
import type { SeenEvent } from "../../support/event-reader.ts";

/** What a customer's own webhook was sent while hosts died. */
export interface WebhookDamage {
  /** Events of the subscription that never came. */
  readonly eventsUnsent: readonly string[];
  /** Ids that came with more than one body. */
  readonly idsOfSeveral: readonly string[];
  /** Ids of no event of the subscription. */
  readonly idsInvented: readonly string[];
}

export const noWebhookDamage: WebhookDamage = {
  eventsUnsent: [],
  idsOfSeveral: [],
  idsInvented: [],
};

/** Has a subscription's events posted to the inbox. */
export async function setWebhook(cloud: Cloud, api: string, token: string): Promise<void> {
  const { status } = await fetch(`${api}/webhook`, {
    method: "PUT",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ url: `${cloud.inbox.origin}/hooks/campaign` }),
  });
  if (status !== 201) throw new Error(`The webhook was not set: ${status}`);
}

export function auditWebhook(
  cloud: Cloud,
  subscription: string,
  events: readonly SeenEvent[],
): WebhookDamage {
  const bodies = Map.groupBy(
    cloud.inbox.hooks().filter(({ name }) => name === "campaign"),
    ({ headers }) => headers["webhook-id"] ?? "",
  );
  const own = events.filter((event) => event.subscription === subscription);
  const due = new Map(own.map(({ id, type }) => [webhookIdOf({ subscription, id }), type]));
  return {
    eventsUnsent: [...due].filter(([id]) => !bodies.has(id)).map(([, type]) => type),
    idsOfSeveral: [...bodies]
      .filter(([, sent]) => new Set(sent.map(({ body }) => body)).size > 1)
      .map(([id]) => id),
    idsInvented: [...bodies.keys()].filter((id) => !due.has(id)),
  };
}
