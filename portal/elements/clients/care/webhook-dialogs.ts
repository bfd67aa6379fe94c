import { html, type TemplateResult } from "lit";
import { type Form, formChoice, submit, text } from "../../shared/form.ts";
import { HOUR } from "../../shared/format.ts";
import { dialog } from "../../shared/pieces.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";
import { removeWebhook, rotateWebhookSecret } from "./webhook.ts";

const GRACES_HOURS = [24, 72, 168] as const;

export function rotateWebhookDialog(el: LatchkeyClients, form: Form): TemplateResult {
  const own = ownTexts(el);
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) =>
    rotateWebhookSecret(el, form, Number(text(values, "grace"))),
  );
  return dialog(el, {
    title: own.webhookRotate,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${own.webhookRotateDetail}</p>
      <div class="field">
        <label for="grace">${own.webhookGrace}</label>
        <select id="grace" name="grace" autofocus>
          ${GRACES_HOURS.map((hours) => html`<option value=${hours} ?selected=${hours === GRACES_HOURS[0]}>${el.f.words(hours * HOUR)}</option>`)}
          <option value="0">${own.webhookLeaked}</option>
        </select>
      </div>
      ${formChoice(el, form, { label: own.webhookRotateSubmit, close })}
    </form>`,
  });
}

export function removeWebhookDialog(el: LatchkeyClients, form: Form): TemplateResult {
  const own = ownTexts(el);
  const close = () => el.closeDialog(form);
  return dialog(el, {
    title: own.webhookRemove,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${submit(el, form, () => removeWebhook(el, form))}>
      <p>${own.webhookRemoveDetail}</p>
      ${formChoice(el, form, { label: own.webhookRemove, close, tone: "danger" })}
    </form>`,
  });
}
