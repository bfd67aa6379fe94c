import { html, nothing, type TemplateResult } from "lit";
import { type Form, formChoice, submit } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { ShownConsent } from "../shared/shapes.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";
import { reasonField, reasonOf } from "./reason-field.ts";
import { nameOf, type StopKind, textsOf } from "./stops.ts";
import { stop } from "./stops-actions.ts";

/** Asks once more, and for the reason where something is taken away. */
export function stopDialog(
  el: LatchkeyConsents,
  kind: StopKind,
  item: ShownConsent,
  form: Form,
): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const { label, detail, takesAway } = textsOf(t, kind);
  const onSubmit = submit(el, form, async (values) => {
    if (!takesAway) return stop(el, kind, item, { form });
    const reason = reasonOf(values);
    return reason === "" ? { reason: t.required } : stop(el, kind, item, { form, reason });
  });
  return dialog(el, {
    title: t.actionFor(label, nameOf(kind, item)),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${detail}</p>
      ${takesAway ? reasonField(form, { label: t.rejectReason, hint: t.stopReasonHint }) : nothing}
      ${formChoice(el, form, { label, close, ...(takesAway && { tone: "danger" }) })}
    </form>`,
  });
}
