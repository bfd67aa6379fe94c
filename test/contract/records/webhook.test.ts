import { beforeAll, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { webhookRecords } from "../../../shared/adapters/records/webhook-records.ts";
import type { WebhookRecords } from "../../../shared/care/webhooks/ports.ts";
import type { Delivery, Webhook } from "../../../shared/care/webhooks/webhook.ts";
import { withDelivery } from "../../../shared/care/webhooks/webhook.ts";
import type { OperationRecords } from "../../../shared/operations/admission/ports.ts";
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
  let operations: OperationRecords;
  beforeAll(async () => {
    table = tappedTable(await newTable());
    records = webhookRecords(table, newId);
    operations = operationRecords(table, newId);
  });

  async function add(webhook: Webhook) {
    const { subscription } = webhook;
    const entry = anActivity({ subscription, action: "webhook.set" });
    const added = await records.add(webhook, await operations.account(subscription), entry);
    if (!added) throw new Error("It was not added");
    return added;
  }

  test("is found with all it had, in one request, by its subscription alone", async () => {
    const webhook = aWebhook({
      contact: { person: "ann", email: "ann@customer.example" },
      secrets: [{ id: newId() }, { id: newId(), until: later(1) }],
      failing: { since: NOON, failures: 3, pausedUntil: later(2) },
      disabled: { at: later(3), reason: "gone", told: false, mailedTo: "a0" },
      deliveries: [aDelivery(2), aDelivery(1, { state: "delivered", status: 204 })],
    });
    await add(webhook);
    table.forget();

    expect((await records.find(webhook.subscription))?.webhook).toEqual(webhook);
    expect(table.calls).toEqual(["get webhook"]);
    expect(await records.find(newId())).toBeUndefined();
  });

  test("is written only on top of what was read, with its entry or not at all", async () => {
    const webhook = aWebhook();
    const { subscription } = webhook;
    const entry = () => anActivity({ subscription, action: "webhook.set" });
    const none = await operations.account(subscription);
    const first = await add(webhook);
    const second = await records.save({ ...webhook, since: later(1) }, first.version);
    if (!second) throw new Error("It was not saved");
    const account = await operations.account(subscription);

    expect(await records.add(webhook, account, entry())).toBeUndefined();
    expect(await records.save(webhook, first.version, entry())).toBeUndefined();
    expect(await records.save(webhook, first.version)).toBeUndefined();
    expect(await records.remove(first, account, entry())).toBe(false);
    expect(await records.remove(second, none, entry())).toBe(false);
    expect(await records.find(subscription)).toEqual(second);
    const activity = activityRecords(table);
    expect((await activity.activity(subscription, {}, 10)).entries).toHaveLength(1);

    expect(await records.remove(second, account, entry())).toBe(true);
    expect(await records.find(subscription)).toBeUndefined();
    expect((await activity.activity(subscription, {}, 10)).entries).toHaveLength(2);
  });

  test("is in its subscription's account from the moment on at which it is there", async () => {
    const webhook = aWebhook();
    const { subscription } = webhook;
    const entry = anActivity({ subscription, action: "webhook.set" });
    const isKnown = async () => (await operations.account(subscription)).account.webhook;
    const stale = await operations.account(subscription);
    expect(await isKnown()).toBe(false);

    const added = await add(webhook);
    expect(await isKnown()).toBe(true);
    await records.remove(added, await operations.account(subscription), entry);
    expect(await isKnown()).toBe(false);
    // Somebody has changed the account since it was read.
    expect(await records.add(aWebhook({ subscription }), stale, entry)).toBeUndefined();
    expect(await isKnown()).toBe(false);
  });

  test("fits into its row with twenty deliveries of the longest kind", async () => {
    let webhook = aWebhook({ url: `https://hooks.customer.example/${"x".repeat(2_000)}` });
    for (let at = 0; at < 25; at += 1) webhook = withDelivery(webhook, aDelivery(at));

    const saved = await add(webhook);

    const found = await records.find(webhook.subscription);
    expect(found).toEqual(saved);
    expect(found?.webhook.deliveries).toHaveLength(20);
    expect(found?.webhook.deliveries[0]?.at).toEqual(later(24));
  });
});
