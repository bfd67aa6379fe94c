import type { Answer } from "../../shared/api-client.ts";
import type { Form } from "../../shared/form.ts";
import { renewed } from "../../shared/renewed.ts";
import type { Client, ClientList, Operation, Subscription } from "../../shared/shapes.ts";
import { readActivity } from "../../shared/timeline.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { findRun, followRun } from "../follow-run.ts";
import type { LatchkeyConsents } from "../latchkey-consents.ts";
import { textsOf } from "../stops.ts";
import type { CustomerAction, CustomerState } from "./customer-state.ts";

const PAGE = 100;

export const pathOf = (subscription: string): string =>
  `/admin/subscriptions/${encodeURIComponent(subscription)}`;

/** Reads all there is to show of a customer; an answer for one who is no longer shown is dropped. */
export async function loadCustomer(el: LatchkeyConsents): Promise<void> {
  const { customer } = el;
  const [stops, clients, activity] = await Promise.all([
    el.client.call<Subscription>("GET", pathOf(customer)),
    readClients(el, customer),
    readActivity(el, activityPath(customer), undefined),
  ]);
  if (el.customer !== customer) return;
  const refused = [stops, clients].find((answer) => !answer.ok);
  if (refused && !refused.ok)
    return el.set({ trouble: el.healing.after(refused.trouble, Date.now()) });
  if (!stops.ok || !clients.ok) return;
  el.healing.after(undefined, Date.now());
  const shown = el.state.customer;
  const before = shown?.subscription === customer ? shown : undefined;
  el.set({
    customer: {
      ...(before && { dialog: before.dialog, deleted: before.deleted, report: before.report }),
      subscription: customer,
      stops: stops.value,
      clients: clients.value,
      activity: renewed(before?.activity, activity),
    },
    trouble: undefined,
    loadedAt: Date.now(),
  });
  void findRun(el, { stops: stops.value });
}

const activityPath = (customer: string): string =>
  `/admin/activity?${new URLSearchParams({ subscription: customer })}`;

async function readClients(
  el: LatchkeyConsents,
  customer: string,
): Promise<Answer<readonly Client[]>> {
  const read: Client[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
    const path = `${pathOf(customer)}/clients?${query}`;
    const answer = await el.client.call<ClientList>("GET", path);
    if (!answer.ok) return answer;
    read.push(...answer.value.items);
    cursor = answer.value.nextCursor;
  } while (cursor && el.customer === customer);
  return { ok: true, value: read, etag: undefined };
}

export async function moreActivity(el: LatchkeyConsents, shown: CustomerState): Promise<void> {
  if (shown.activity.isReading) return;
  change(el, shown, { activity: { ...shown.activity, isReading: true } });
  const activity = await readActivity(el, activityPath(shown.subscription), shown.activity);
  change(el, shown, { activity });
}

export function change(
  el: LatchkeyConsents,
  { subscription }: Pick<CustomerState, "subscription">,
  part: Partial<CustomerState>,
): void {
  const now = el.state.customer;
  if (now?.subscription === subscription) el.set({ customer: { ...now, ...part } });
}

/** Only that form's own dialog: an answer that is late must not close another one. */
export function closeDialog(el: LatchkeyConsents, subscription: string, form: Form): void {
  if (el.state.customer?.dialog?.form !== form) return;
  change(el, { subscription }, { dialog: undefined });
  void el.returnFocus();
}

/** Stops a whole customer, or lets it go on. The same wish asked again after a lost answer is done once. */
export async function act(
  el: LatchkeyConsents,
  kind: CustomerAction,
  { subscription }: CustomerState,
  { form, reason }: { readonly form: Form; readonly reason?: string | undefined },
): Promise<Trouble | undefined> {
  const action = kind === "cancel-offboard" ? "offboard/cancel" : kind.replace("-subscription", "");
  const answer = await el.client.call<Operation>("POST", `${pathOf(subscription)}/${action}`, {
    ...(reason !== undefined && { body: { reason } }),
    idempotencyKey: form.idempotencyKey([kind, subscription, reason]),
  });
  if (!answer.ok) return answer.trouble;
  closeDialog(el, subscription, form);
  el.announce(el.t.done(el.t.actionFor(textsOf(el.t, kind).label, subscription)));
  void followRun(el, answer.value);
  await loadCustomer(el);
  return undefined;
}
