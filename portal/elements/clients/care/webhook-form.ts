import { html, type TemplateResult } from "lit";
import { Form, field, formTrouble, submit, text } from "../../shared/form.ts";
import { busyLabel } from "../../shared/pieces.ts";
import type { Webhook } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";
import { setWebhook } from "./webhook.ts";

const MAX_ADDRESS = 2_048;

/** One for each element: it stays while the page is shown, with what was typed. */
const forms = new WeakMap<LatchkeyClients, Form>();

/** The address, for the first time or another one. */
export function addressForm(el: LatchkeyClients, webhook?: Webhook): TemplateResult {
  const own = ownTexts(el);
  const form = forms.get(el) ?? new Form();
  forms.set(el, form);
  const onSubmit = submit(el, form, async (values) => {
    const url = text(values, "url");
    if (url === "") return { url: el.t.required };
    if (!URL.canParse(url)) return { url: own.webhookUrlRefused };
    const trouble = await setWebhook(el, url);
    return trouble?.fields?.includes("url") ? { url: own.webhookUrlRefused } : trouble;
  });
  const label = webhook ? own.webhookChange : own.webhookSetSubmit;
  return html`<form class="card tight" part="form" novalidate @submit=${onSubmit}>
    ${field(form, {
      name: "url",
      label: own.webhookUrl,
      hint: own.webhookUrlHint,
      maxLength: MAX_ADDRESS,
      type: "url",
      ...(webhook && { value: webhook.url }),
    })}
    ${formTrouble(el, form)}
    <div class="actions"><button type="submit" class=${webhook ? "" : "primary"} part="button" aria-disabled=${form.busy ? "true" : "false"}>
      ${busyLabel(form.busy, label)}</button></div>
  </form>`;
}
