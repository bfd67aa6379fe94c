import { html, nothing, type TemplateResult } from "lit";
import { checkIcon, copyIcon } from "../shared/icons.ts";
import { copyButton, dialog } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import type { ClientsDialog } from "./clients-state.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { snippets } from "./snippets.ts";

type Once = Extract<ClientsDialog, { kind: "secret-once" }>;
const VALUE = "secret-value";

/**
 * The one time a secret's value is on screen. It is text in this dialog and in the element's state, and nowhere else;
 * closing removes both. Leaving without having copied it takes a second decision, because nothing brings it back.
 */
export function secretOnceDialog(el: LatchkeyClients, client: Client, once: Once): TemplateResult {
  const { t } = el;
  const close = () => {
    if (once.copied || once.unsure) el.closeDialog();
    else el.set({ dialog: { ...once, unsure: true } });
  };
  const copyValue = async () => {
    const copied = await el.copy(VALUE, once.secret.secretText);
    if (copied && el.state.dialog?.kind === "secret-once")
      el.set({ dialog: { ...el.state.dialog, copied: true, unsure: false } });
  };
  const done = el.copied === VALUE;
  return dialog(el, {
    title: t.onceTitle,
    close,
    wide: true,
    body: html`<p>${t.onceDetail} <span class="muted">${t.onceDelay}</span></p>
      <div class="field" part="secret">
        <span id="value-label" class="label">${t.secretValue}: ${once.secret.displayName}</span>
        <div class="value">
          <code tabindex="0" role="group" aria-labelledby="value-label" data-copy=${VALUE} translate="no">${once.secret.secretText}</code>
          <button type="button" class="primary" part="button primary" autofocus @click=${copyValue}>
            ${done ? checkIcon : copyIcon}${done ? t.copied : t.copy}
          </button>
        </div>
      </div>
      <section class="snippets" aria-label=${t.try}>
        <strong>${t.try}</strong>
        ${snippets(client, once.secret.secretText).map(
          ({ name, code }, index) => html`<details name="snippet" ?open=${index === 0}>
            <summary>${name}</summary>
            <div class="code"><pre tabindex="0" aria-label=${name} translate="no" data-copy=${name}><code>${code}</code></pre>
            ${copyButton(el, { id: name, what: name, value: code })}</div>
          </details>`,
        )}
      </section>
      ${
        once.unsure
          ? html`<div class="notice warn" role="alert"><p>${t.onceUnsure}</p>
              <div class="actions">
                <button type="button" part="button" @click=${() => el.set({ dialog: { ...once, unsure: false } })}>${t.onceBack}</button>
                <button type="button" class="danger" part="button danger" @click=${() => el.closeDialog()}>${t.onceDiscard}</button>
              </div></div>`
          : nothing
      }
      ${
        once.unsure
          ? nothing
          : html`<div class="actions"><button type="button" class=${once.copied ? "primary" : ""} part="button" @click=${close}>${t.onceClose}</button></div>`
      }`,
  });
}
