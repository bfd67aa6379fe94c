import { html, nothing, type TemplateResult } from "lit";
import { type Form, formChoice, submit } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { ConsentItem } from "../shared/shapes.ts";
import { grant, reject } from "./consents-actions.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";
import { reasonField, reasonOf } from "./reason-field.ts";
import { requestFacts } from "./request-facts.ts";
import { stopDialog } from "./stop-dialog.ts";

export function consentsDialog(el: LatchkeyConsents): TemplateResult | typeof nothing {
  const { dialog: open, form } = el.state;
  if (!open || !form) return nothing;
  switch (open.kind) {
    case "grant":
      return grantDialog(el, open.item, form);
    case "reject":
      return rejectDialog(el, open.item, form);
    default:
      return stopDialog(el, open.kind, open.item, form);
  }
}

function grantDialog(el: LatchkeyConsents, item: ConsentItem, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  return dialog(el, {
    title: t.grantTitle(item.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${submit(el, form, () => grant(el, form, item))}>
      <p>${t.grantDetail(item.subscription)}</p>
      ${requestFacts(el, item)}
      ${formChoice(el, form, { label: t.grantSubmit, close })}
    </form>`,
  });
}

function rejectDialog(el: LatchkeyConsents, item: ConsentItem, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) => {
    const reason = reasonOf(values);
    return reason === "" ? { reason: t.required } : reject(el, form, item, reason);
  });
  return dialog(el, {
    title: t.rejectTitle(item.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      ${requestFacts(el, item)}
      ${reasonField(form, { label: t.rejectReason, hint: t.rejectDetail })}
      ${formChoice(el, form, { label: t.rejectSubmit, close, tone: "danger" })}
    </form>`,
  });
}
