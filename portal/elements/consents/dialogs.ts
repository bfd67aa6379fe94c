import { html, nothing, type TemplateResult } from "lit";
import { type Form, field, formChoice, submit, text } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { ConsentItem } from "../shared/shapes.ts";
import { grant, reject } from "./consents-actions.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";
import { requestFacts } from "./request-facts.ts";

const MAX_REASON = 500;

export function consentsDialog(el: LatchkeyConsents): TemplateResult | typeof nothing {
  const { dialog: open, form } = el.state;
  if (!open || !form) return nothing;
  return open.kind === "grant"
    ? grantDialog(el, open.item, form)
    : rejectDialog(el, open.item, form);
}

function grantDialog(el: LatchkeyConsents, item: ConsentItem, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog();
  return dialog(el, {
    title: t.grantTitle(item.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${submit(el, form, () => grant(el, item))}>
      <p>${t.grantDetail(item.subscription)}</p>
      ${requestFacts(el, item)}
      ${formChoice(el, form, { label: t.grantSubmit, close })}
    </form>`,
  });
}

function rejectDialog(el: LatchkeyConsents, item: ConsentItem, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog();
  const onSubmit = submit(el, form, async (values) => {
    // One line of text is what the API takes and what the customer is shown.
    const reason = text(values, "reason").replaceAll(/\s+/g, " ");
    return reason === "" ? { reason: t.required } : reject(el, item, reason);
  });
  return dialog(el, {
    title: t.rejectTitle(item.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      ${requestFacts(el, item)}
      ${field(form, {
        name: "reason",
        label: t.rejectReason,
        hint: t.rejectDetail,
        maxLength: MAX_REASON,
        lines: 3,
        focus: true,
      })}
      ${formChoice(el, form, { label: t.rejectSubmit, close, tone: "danger" })}
    </form>`,
  });
}
