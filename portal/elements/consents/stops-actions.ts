import type { Form } from "../shared/form.ts";
import type { ConsentItem, Operation, ShownConsent } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { decide, loadQueue } from "./consents-actions.ts";
import { followRun } from "./follow-run.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";
import { isOfSubscription, nameOf, type StopKind, textsOf } from "./stops.ts";

/** Stops, or lets go on. The same wish asked again after a lost answer is done once. */
export async function stop(
  el: LatchkeyConsents,
  kind: StopKind,
  item: ShownConsent,
  { form, reason }: { readonly form: Form; readonly reason?: string | undefined },
): Promise<Trouble | undefined> {
  const ask = {
    ...(reason !== undefined && { body: { reason } }),
    idempotencyKey: form.idempotencyKey([kind, item.clientId, item.revision, reason]),
  };
  if (kind === "revoke") return decide(el, form, item, kind, ask);
  return isOfSubscription(kind)
    ? stopSubscription(el, form, kind, item, ask)
    : stopClient(el, form, kind, item, ask);
}

type Ask = Parameters<LatchkeyConsents["client"]["call"]>[2];

async function stopClient(
  el: LatchkeyConsents,
  form: Form,
  kind: StopKind,
  item: ShownConsent,
  ask: Ask,
): Promise<Trouble | undefined> {
  const path = `/admin/clients/${item.clientId}/${kind}`;
  const answer = await el.client.call<ConsentItem>("POST", path, ask);
  if (!answer.ok) {
    // Its subscription was suspended meanwhile: what is on screen is old.
    if (answer.trouble.type === "subscription-suspended") void loadQueue(el);
    return answer.trouble;
  }
  el.settle(answer.value);
  told(el, form, kind, item);
  return undefined;
}

async function stopSubscription(
  el: LatchkeyConsents,
  form: Form,
  kind: StopKind,
  item: ShownConsent,
  ask: Ask,
): Promise<Trouble | undefined> {
  const action = kind.replace("-subscription", "");
  const path = `/admin/subscriptions/${encodeURIComponent(item.subscription)}/${action}`;
  const answer = await el.client.call<Operation>("POST", path, ask);
  if (!answer.ok) return answer.trouble;
  await loadQueue(el);
  told(el, form, kind, item);
  void followRun(el, answer.value);
  return undefined;
}

function told(el: LatchkeyConsents, form: Form, kind: StopKind, item: ShownConsent): void {
  el.closeDialog(form);
  el.announce(el.t.done(el.t.actionFor(textsOf(el.t, kind).label, nameOf(kind, item))));
}
