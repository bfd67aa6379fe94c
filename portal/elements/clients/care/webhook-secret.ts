import { html, nothing, type TemplateResult } from "lit";
import { checkIcon, copyIcon } from "../../shared/icons.ts";
import { copyRefused, dialog } from "../../shared/pieces.ts";
import { setCare, type WebhookSecret } from "../care-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";

const VALUE = "webhook-secret";

/** The one time a webhook's secret is on screen. Closing takes it out of the page; whoever has not copied it makes another. */
export function webhookSecretOnce(el: LatchkeyClients, once: WebhookSecret): TemplateResult {
  const { t } = el;
  const own = ownTexts(el);
  const change = (part: Partial<WebhookSecret>) => setCare(el, { secret: { ...once, ...part } });
  const kept = () => change({ copied: true, unsure: false });
  const gone = () => {
    setCare(el, { secret: undefined });
    void el.returnFocus();
  };
  const close = () => (once.copied ? gone() : change({ unsure: true }));
  const copyValue = async () => {
    if (await el.copy(VALUE, once.value)) kept();
  };
  const done = el.copied === VALUE;
  return dialog(el, {
    id: VALUE,
    title: own.webhookOnceTitle,
    close,
    wide: true,
    body: html`<div class="sheet-form" @copy=${kept}>
      <p>${own.webhookOnceDetail}</p>
      <div class="field" part="secret">
        <span id="webhook-value-label" class="label">${own.webhookValue}</span>
        <div class="value">
          <code tabindex="0" role="group" aria-labelledby="webhook-value-label" data-once data-copy=${VALUE} translate="no">${once.value}</code>
          <button type="button" class="primary" part="button primary" autofocus @click=${copyValue}>
            ${done ? checkIcon : copyIcon}${done ? t.copied : t.copy}</button>
        </div>
        ${copyRefused(el, VALUE)}
      </div>
      ${
        once.unsure
          ? html`<div class="notice warn" role="alert"><p>${t.onceUnsure}</p><div class="actions">
              <button type="button" part="button" @click=${() => change({ unsure: false })}>${t.onceBack}</button>
              <button type="button" class="danger" part="button danger" @click=${gone}>${t.onceDiscard}</button></div></div>`
          : nothing
      }
      ${
        once.unsure
          ? nothing
          : html`<div class="actions"><button type="button" class=${once.copied ? "primary" : ""} part="button" @click=${close}>${t.onceClose}</button></div>`
      }
    </div>`,
  });
}
