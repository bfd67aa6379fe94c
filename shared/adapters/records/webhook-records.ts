import * as z from "zod";
import { SILENCES, type VersionedWebhook, type WebhookRecords } from "../../care/webhooks/ports.ts";
import type { Webhook } from "../../care/webhooks/webhook.ts";
import type { VersionedAccount } from "../../operations/admission/ports.ts";
import { keySafe } from "../key-safe.ts";
import { leave } from "./activity-rows.ts";
import { accountRow } from "./client-rows.ts";
import { json } from "./json-column.ts";
import { legibleOne, readRow } from "./legible.ts";
import type { Row, RowAction, StoredRow, Table } from "./table.ts";

/**
 * In a subscription's partition of the table `clients`: the row `webhook`, with its last deliveries in one column. One row, so
 * that what an event costs is one read, and one write more if it was sent.
 */
const ROW_KEY = "webhook";

const instant = z.iso.datetime().transform((value) => new Date(value));
const Deliveries = z.array(
  z.object({
    id: z.string(),
    type: z.string(),
    at: instant,
    attempt: z.number(),
    state: z.enum(["delivered", "failed"]),
    status: z.number().optional(),
    why: z.enum(SILENCES).optional(),
    milliseconds: z.number(),
    nextAt: instant.optional(),
  }),
);
const Secrets = z.array(z.object({ id: z.guid(), until: instant.optional() })).min(1);
const Failing = z.object({ since: instant, failures: z.number(), pausedUntil: instant });
const Disabled = z.object({
  at: instant,
  reason: z.enum(["failing", "gone"]),
  told: z.boolean(),
  mailedTo: z.string().optional(),
});

const Contact = z.object({ person: z.string(), email: z.string() });

const WebhookRow = z.object({
  subscription: z.string(),
  id: z.guid(),
  url: z.string(),
  createdAt: instant,
  since: instant,
  secrets: json(Secrets),
  contact: json(Contact).optional(),
  failing: json(Failing).optional(),
  disabled: json(Disabled).optional(),
  deliveries: json(Deliveries),
});

/** @param writeId makes the row's content tell whose write it was */
const webhookRow = (webhook: Webhook, writeId: string): Row => ({
  partitionKey: keySafe(webhook.subscription),
  rowKey: ROW_KEY,
  subscription: webhook.subscription,
  id: webhook.id,
  url: webhook.url,
  createdAt: webhook.createdAt.toISOString(),
  since: webhook.since.toISOString(),
  secrets: JSON.stringify(webhook.secrets),
  contact: webhook.contact && JSON.stringify(webhook.contact),
  failing: webhook.failing && JSON.stringify(webhook.failing),
  disabled: webhook.disabled && JSON.stringify(webhook.disabled),
  deliveries: JSON.stringify(webhook.deliveries),
  writeId,
});

function readWebhook({ row, etag }: StoredRow): VersionedWebhook {
  const { failing, disabled, ...rest } = readRow(WebhookRow, row);
  const webhook = { ...rest, ...(failing && { failing }), ...(disabled && { disabled }) };
  return { webhook, version: etag };
}

/** The `WebhookRecords` port on the table `clients`. */
export const webhookRecords = (table: Table, newId: () => string): WebhookRecords => ({
  find: async (subscription) => {
    const stored = await table.get(keySafe(subscription), ROW_KEY);
    return stored && legibleOne(ROW_KEY, () => readWebhook(stored));
  },
  add: async (webhook, account, activity) => {
    const saved = await table.transact([
      { do: "insert", row: webhookRow(webhook, newId()) },
      leave(activity),
      accountAction(account, true, newId()),
    ]);
    return saved.done ? { webhook, version: saved.etags[0] ?? "*" } : undefined;
  },
  save: async (webhook, version, activity) => {
    const row = webhookRow(webhook, newId());
    if (!activity) {
      const saved = await table.replace(row, version);
      return saved && { webhook, version: saved.etag };
    }
    const saved = await table.transact([{ do: "replace", row, etag: version }, leave(activity)]);
    return saved.done ? { webhook, version: saved.etags[0] ?? "*" } : undefined;
  },
  remove: async ({ webhook: { subscription }, version }, account, activity) => {
    const partitionKey = keySafe(subscription);
    const removed = await table.transact([
      { do: "delete", partitionKey, rowKey: ROW_KEY, etag: version },
      leave(activity),
      accountAction(account, false, newId()),
    ]);
    return removed.done;
  },
});

/** In the same transaction, so that whatever is admitted later knows of it. */
function accountAction(
  { account, version }: VersionedAccount,
  webhook: boolean,
  writeId: string,
): RowAction {
  const row = accountRow({ ...account, webhook }, writeId);
  return version ? { do: "replace", row, etag: version } : { do: "insert", row };
}
