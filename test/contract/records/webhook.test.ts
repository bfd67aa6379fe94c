import { beforeAll, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { webhookRecords } from "../../../shared/adapters/records/webhook-records.ts";
import type { WebhookRecords } from "../../../shared/care/webhooks/ports.ts";
import type { Delivery, Webhook } from "../../../shared/care/webhooks/webhook.ts";
import { withDelivery } from "../../../shared/care/webhooks/webhook.ts";
import { anActivity, later, NOON, newId } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

const aWebhook = (changes: Partial<Webhook> = {}): Webhook => ({
  subscription: `${newId()} / Ä`,
  id: newId(),
  url: "https://hooks.customer.example/in?of=üs",
  createdAt: NOON,
  since: NOON,
  secrets: [{ id: newId() }],
  deliveries: [],
  ...changes,
});

const aDelivery = (at: number, changes: Partial<Delivery> = {}): Delivery => ({
  id: `msg_${newId()}`,
  type: "subscription.offboard-cancelled",
  at: later(at),
  attempt: 1,
  state: "failed",
  status: 500,
  milliseconds: 4_999,
  nextAt: later(at + 5_000),
  ...changes,
});

describe.each(tableTargets)("A webhook $name", ({ newTable }) => {
  let table: TappedTable;
  let records: WebhookRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    records = webhookRecords(table, newId);
  });

  test("is found with all it had, in one request, by its subscription alone", async () => {
    const webhook = aWebhook({
      contact: { person: "ann", email: "ann@customer.example" },
      secrets: [{ id: newId() }, { id: newId(), until: later(1) }],
      failing: { since: NOON, failures: 3, pausedUntil: later(2) },
      disabled: { at: later(3), reason: "gone", told: false },
      deliveries: [aDelivery(2), aDelivery(1, { state: "delivered", status: 204 })],
    });
    await records.save(webhook, undefined);
    table.forget();

    expect((await records.find(webhook.subscription))?.webhook).toEqual(webhook);
    expect(table.calls).toEqual(["get webhook"]);
    expect(await records.find(newId())).toBeUndefined();
  });

  test("is written only on top of what was read, with its entry or not at all", async () => {
    const webhook = aWebhook();
    const { subscription } = webhook;
    const entry = () => anActivity({ subscription, action: "webhook.set" });
    const first = await records.save(webhook, undefined, entry());
    const second = await records.save({ ...webhook, since: later(1) }, first?.version);

    expect(await records.save(webhook, undefined, entry())).toBeUndefined();
    expect(await records.save(webhook, undefined)).toBeUndefined();
    expect(await records.save(webhook, first?.version, entry())).toBeUndefined();
    expect(await records.save(webhook, first?.version)).toBeUndefined();
    if (!first || !second) throw new Error("It was not saved");
    expect(await records.remove(first, entry())).toBe(false);
    const found = await records.find(subscription);
    expect(found).toEqual(second);
    const activity = activityRecords(table);
    expect((await activity.activity(subscription, {}, 10)).entries).toHaveLength(1);

    expect(await records.remove(second, entry())).toBe(true);
    expect(await records.find(subscription)).toBeUndefined();
    expect((await activity.activity(subscription, {}, 10)).entries).toHaveLength(2);
  });

  test("fits into its row with twenty deliveries of the longest kind", async () => {
    let webhook = aWebhook({ url: `https://hooks.customer.example/${"x".repeat(2_000)}` });
    for (let at = 0; at < 25; at += 1) webhook = withDelivery(webhook, aDelivery(at));

    const saved = await records.save(webhook, undefined);

    const found = await records.find(webhook.subscription);
    expect(found).toEqual(saved);
    expect(found?.webhook.deliveries).toHaveLength(20);
    expect(found?.webhook.deliveries[0]?.at).toEqual(later(24));
  });
});
