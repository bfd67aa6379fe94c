import type { Answer } from "../shared/api-client.ts";
import type { Form } from "../shared/form.ts";
import type { ConsentItem, ConsentItemList, ShownConsent, Subscription } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { loadCustomer } from "./customer/customer-actions.ts";
import { findRun } from "./follow-run.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";

/** What an operator can do: each asks the API, changes the element's state and tells the host page. */

const PAGE = 100;

/** Reads what is shown: one request, or the queue from the start, or its next page. An answer for what is no longer shown is dropped. */
export async function loadQueue(el: LatchkeyConsents, cursor?: string): Promise<void> {
  if (el.request) return loadOne(el, el.request);
  if (el.customer) return loadCustomer(el);
  const { shown, text } = el.state;
  const query = new URLSearchParams({
    ...(shown === "drifted"
      ? { drifted: "true" }
      : { state: shown === "overdue" ? "pending" : shown }),
    ...(shown === "overdue" && { overdue: "true" }),
    ...(text && { text }),
    ...(cursor ? { cursor } : { counts: "true" }),
    limit: String(PAGE),
  });
  const answer = await el.client.call<ConsentItemList>("GET", `/admin/consents?${query}`);
  if (el.state.shown !== shown || el.state.text !== text || el.request || el.customer) return;
  if (!answer.ok) {
    return el.set({ trouble: el.healing.after(answer.trouble, Date.now()), loadingMore: false });
  }
  el.healing.after(undefined, Date.now());
  const before = cursor ? (el.state.items ?? []) : [];
  el.set({
    items: [...before, ...answer.value.items],
    nextCursor: answer.value.nextCursor,
    ...(answer.value.counts && { counts: answer.value.counts }),
    loadingMore: false,
    trouble: undefined,
    loadedAt: Date.now(),
  });
}

/** One request, with what its subscription is stopped by: of no use apart. */
async function readOne(el: LatchkeyConsents, id: string): Promise<Answer<ShownConsent>> {
  const found = await el.client.call<ConsentItem>("GET", `/admin/consents/${id}`);
  if (!found.ok) return found;
  const path = `/admin/subscriptions/${encodeURIComponent(found.value.subscription)}`;
  const stops = await el.client.call<Subscription>("GET", path);
  return stops.ok ? { ...found, value: { ...found.value, stops: stops.value } } : stops;
}

async function loadOne(el: LatchkeyConsents, id: string): Promise<void> {
  const answer = await readOne(el, id);
  if (el.request !== id) return;
  if (!answer.ok) return el.set({ trouble: el.healing.after(answer.trouble, Date.now()) });
  el.healing.after(undefined, Date.now());
  el.set({
    items: [answer.value],
    trouble: undefined,
    nextCursor: undefined,
    loadedAt: Date.now(),
  });
  void findRun(el, answer.value);
}

export async function loadMore(el: LatchkeyConsents): Promise<void> {
  if (el.state.loadingMore || !el.state.nextCursor) return;
  el.set({ loadingMore: true });
  await loadQueue(el, el.state.nextCursor);
}

/** Looks in the directory now, for an operator who has just granted there and does not want to wait for the next look. */
export async function verify(el: LatchkeyConsents, item: ConsentItem): Promise<void> {
  if (el.state.checking) return;
  el.set({ checking: item.clientId, itemTrouble: undefined });
  const answer = await el.client.call<ConsentItem>(
    "POST",
    `/admin/consents/${item.clientId}/verify`,
  );
  el.set({ checking: "" });
  if (!answer.ok) {
    el.set({ itemTrouble: { clientId: item.clientId, trouble: answer.trouble } });
    return;
  }
  el.settle(answer.value);
  const { displayName, consent } = answer.value;
  el.announce(
    consent.state === "pending"
      ? el.t.stillPending(displayName)
      : el.t.nowState(displayName, el.t[consent.state]),
  );
}

export async function grant(
  el: LatchkeyConsents,
  form: Form,
  item: ConsentItem,
): Promise<Trouble | undefined> {
  return decide(el, form, item, "grant", {});
}

export async function reject(
  el: LatchkeyConsents,
  form: Form,
  item: ConsentItem,
  reason: string,
): Promise<Trouble | undefined> {
  return decide(el, form, item, "reject", { body: { reason } });
}

/** Decides on what was shown, and on nothing else. */
export async function decide(
  el: LatchkeyConsents,
  form: Form,
  { clientId, revision }: ConsentItem,
  action: "grant" | "reject" | "revoke",
  ask: { readonly body?: unknown; readonly idempotencyKey?: string },
): Promise<Trouble | undefined> {
  const answer = await el.client.call<ConsentItem>(
    "POST",
    `/admin/consents/${clientId}/${action}`,
    { ...ask, ifMatch: `"${clientId}.${revision}"` },
  );
  if (!answer.ok) {
    // Another operator, or its customer, was faster: what is on screen is old, the dialog's own request included.
    if (["consent-already-decided", "consent-changed"].includes(answer.trouble.type)) {
      void loadQueue(el);
      await el.renewDialog(clientId);
    }
    return answer.trouble;
  }
  el.settle(answer.value);
  el.closeDialog(form);
  const { displayName, consent } = answer.value;
  el.announce(el.t.nowState(displayName, el.t[consent.state]));
  return undefined;
}
