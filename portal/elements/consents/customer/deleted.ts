import type { Form } from "../../shared/form.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { LatchkeyConsents } from "../latchkey-consents.ts";
import { change, closeDialog, loadCustomer } from "./customer-actions.ts";
import type { CustomerState, DeletedClient } from "./customer-state.ts";
import { readReport } from "./report.ts";

/** A customer's deleted clients: the report has them; brought back, or deleted for good. */

export async function loadDeleted(el: LatchkeyConsents, shown: CustomerState): Promise<void> {
  const answer = await readReport(el, shown.subscription, { limit: 1 });
  const { items } = shown.deleted ?? {};
  if (!answer.ok) return change(el, shown, { deleted: { items, trouble: answer.trouble } });
  const deleted = answer.value.clients.flatMap((client) =>
    client.deletedAt === undefined ? [] : [{ ...client, deletedAt: client.deletedAt }],
  );
  change(el, shown, { deleted: { items: deleted } });
}

/** One key for one wish, for as long as its answer is not known. */
const keys = new WeakMap<DeletedClient, string>();

export async function restore(
  el: LatchkeyConsents,
  shown: CustomerState,
  client: DeletedClient,
): Promise<void> {
  if (shown.deleted?.restoring) return;
  const items = shown.deleted?.items;
  change(el, shown, { deleted: { items, restoring: client.id } });
  const idempotencyKey = keys.get(client) ?? crypto.randomUUID();
  keys.set(client, idempotencyKey);
  const answer = await el.client.call("POST", `/admin/clients/${client.id}/restore`, {
    idempotencyKey,
  });
  if (!answer.ok) {
    change(el, shown, { deleted: { items, trouble: answer.trouble } });
    // Gone for good, or back already: the list is old.
    if (["client-gone", "not-found"].includes(answer.trouble.type)) await loadDeleted(el, shown);
    return;
  }
  await gone(el, shown, client, el.t.restoredCustomers(client.displayName));
}

export async function purge(
  el: LatchkeyConsents,
  shown: CustomerState,
  { client, form }: { readonly client: DeletedClient; readonly form: Form },
): Promise<Trouble | undefined> {
  const answer = await el.client.call("POST", `/admin/clients/${client.id}/purge`, {
    idempotencyKey: form.idempotencyKey(client.id),
  });
  // Whoever was faster wanted the same, or has brought it back: the list tells.
  if (!answer.ok && answer.trouble.type !== "not-found") return answer.trouble;
  closeDialog(el, shown.subscription, form);
  await gone(el, shown, client, answer.ok ? el.t.purged(client.displayName) : "");
  return undefined;
}

/** It is in this list no more. */
async function gone(
  el: LatchkeyConsents,
  shown: CustomerState,
  { id }: DeletedClient,
  told: string,
): Promise<void> {
  const items = shown.deleted?.items?.filter((client) => client.id !== id);
  change(el, shown, { deleted: { items } });
  el.announce(told);
  await loadCustomer(el);
}
