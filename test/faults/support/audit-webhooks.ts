import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { webhookIdOf } from "../../../shared/care/webhooks/notification.ts";
import { eventually } from "../../support/eventually.ts";
import type { State } from "./state-of.ts";

/** Customers' own webhooks have got each event of their subscription, under its own id, and nobody else's. */
export interface WebhooksDamage {
  /** Events of a subscription with a webhook that never came there. */
  readonly hooksLost: readonly string[];
  /** Ids that came with more than one body: what is sent again is the same. */
  readonly hooksOfSeveral: readonly string[];
  /** What came to a webhook and is no event of its subscription. */
  readonly hooksStray: readonly string[];
}

export const noWebhooksDamage: WebhooksDamage = {
  hooksLost: [],
  hooksOfSeveral: [],
  hooksStray: [],
};

const HookRow = z.object({ subscription: z.string(), url: z.url() });
const Told = z.object({ id: z.string(), type: z.string(), subscription: z.string() });

/** Has a subscription's events posted to the inbox, at an address of its own. */
export async function setWebhook(
  cloud: Cloud,
  api: string,
  subscription: string,
  token: string,
): Promise<void> {
  // A host that has just started may be too slow for its deadline.
  await eventually(
    async () => {
      const { status } = await fetch(`${api}/webhook`, {
        method: "PUT",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ url: `${cloud.inbox.origin}/hooks/${subscription}` }),
      });
      return status;
    },
    (status) => status < 300,
    60_000,
  );
}

export function auditWebhooks({ found }: State): WebhooksDamage {
  if (!found.events) return noWebhooksDamage;
  const addresses = new Map(
    found.clients
      .filter(({ rowKey }) => rowKey === "webhook")
      .map((row) => HookRow.parse(row))
      .map(({ subscription, url }) => [subscription, new URL(url).pathname.split("/").at(-1)]),
  );
  const due = new Map<string, string>(
    found.events
      .map((event) => Told.parse(event))
      .flatMap(({ id, type, subscription }) => {
        const name = addresses.get(subscription);
        return name === undefined
          ? []
          : [[`${name} ${webhookIdOf({ subscription, id })}`, type] as const];
      }),
  );
  const come = Map.groupBy(found.hooks, (hook) => `${hook.name} ${hook.headers["webhook-id"]}`);
  return {
    hooksLost: [...due].filter(([what]) => !come.has(what)).map((one) => one.join(" ")),
    hooksOfSeveral: [...come]
      .filter(([, hooks]) => new Set(hooks.map(({ body }) => body)).size > 1)
      .map(([what]) => what),
    hooksStray: [...come.keys()].filter((what) => !due.has(what)),
  };
}
