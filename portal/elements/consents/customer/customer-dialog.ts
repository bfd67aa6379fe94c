import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { field, formChoice, submit, text } from "../../shared/form.ts";
import { dialog } from "../../shared/pieces.ts";
import type { LatchkeyConsents } from "../latchkey-consents.ts";
import { reasonField, reasonOf } from "../reason-field.ts";
import { textsOf } from "../stops.ts";
import { act, change } from "./customer-actions.ts";
import type { CustomerDialog, CustomerState } from "./customer-state.ts";
import { purge } from "./deleted.ts";

const SECOND_MS = 1_000;

/** Asks once more, and for the reason where something is taken away. */
export function customerDialog(el: LatchkeyConsents): unknown {
  const shown = el.state.customer;
  if (!shown?.dialog || shown.subscription !== el.customer) return nothing;
  if (shown.dialog.kind === "purge")
    return keyed(shown.dialog.form, purgeDialog(el, shown, shown.dialog));
  const { kind, form } = shown.dialog;
  const { t } = el;
  const { label, detail, takesAway } = textsOf(t, kind);
  const grace = kind === "offboard-subscription" ? shown.stops.offboardGraceSeconds : undefined;
  const close = () => {
    change(el, shown, { dialog: undefined });
    void el.returnFocus();
  };
  const onSubmit = submit(el, form, async (values) => {
    if (!takesAway) return act(el, kind, shown, { form });
    const reason = reasonOf(values);
    return reason === "" ? { reason: t.required } : act(el, kind, shown, { form, reason });
  });
  const asked = dialog(el, {
    title: t.actionFor(label, shown.subscription),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${detail}</p>
      ${grace === undefined ? nothing : html`<p>${t.offboardGrace(el.f.words(grace * SECOND_MS))}</p>`}
      ${takesAway ? reasonField(form, { label: t.rejectReason, hint: t.stopReasonHint }) : nothing}
      ${formChoice(el, form, { label, close, ...(takesAway && { tone: "danger" }) })}
    </form>`,
  });
  return keyed(form, asked);
}

/** Nothing brings it back: whoever does it writes its name. */
function purgeDialog(
  el: LatchkeyConsents,
  shown: CustomerState,
  asked: Extract<CustomerDialog, { kind: "purge" }>,
): TemplateResult {
  const { t } = el;
  const { client, form } = asked;
  const close = () => {
    change(el, shown, { dialog: undefined });
    void el.returnFocus();
  };
  const onSubmit = submit(el, form, async (values) =>
    text(values, "typed") === client.displayName.trim()
      ? purge(el, shown, asked)
      : { typed: t.deleteMismatch },
  );
  return dialog(el, {
    title: t.purgeTitle(client.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${t.purgeDetail}</p>
      ${field(form, { name: "typed", label: t.deleteType(client.displayName), focus: true })}
      ${formChoice(el, form, { label: t.purge, close, tone: "danger" })}
    </form>`,
  });
}
