import { html, nothing, type TemplateResult } from "lit";
import { copyButton, copyRefused, dialog } from "../../shared/pieces.ts";
import { saveFile } from "../../shared/save-file.ts";
import { type MadeKey, setKeys } from "../keys-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";

const PASSWORD = "key-password";

/** The one time a private key can be saved. Closing takes it out of the page; whoever has not saved it removes the certificate. */
export function madeKeyOnce(el: LatchkeyClients, made: MadeKey): TemplateResult {
  const { t } = el;
  const own = ownTexts(el);
  const change = (part: Partial<MadeKey>) => setKeys(el, { made: { ...made, ...part } });
  const gone = () => {
    setKeys(el, { made: made.below });
    if (!made.below) void el.returnFocus();
  };
  const close = () => (made.saved ? gone() : change({ unsure: true }));
  const save = () => {
    saveFile(`${made.name}.${made.password ? "p12" : "pem"}`, made.content);
    change({ saved: true, unsure: false });
  };
  const { password } = made;
  return dialog(el, {
    id: "made-key",
    title: own.madeTitle,
    close,
    wide: true,
    body: html`<div class="sheet-form">
      <p>${own.madeDetail}</p>
      <div class="actions"><button type="button" class="primary" part="button primary" autofocus @click=${save}>${own.madeSave}</button></div>
      ${
        password
          ? html`<div class="field" part="secret"><span id="key-password-label" class="label">${own.madePassword}</span>
              <div class="value"><code tabindex="0" role="group" aria-labelledby="key-password-label" data-once data-copy=${PASSWORD} translate="no">${password}</code>
              ${copyButton(el, { id: PASSWORD, what: own.madePassword, value: password })}</div>${copyRefused(el, PASSWORD)}</div>`
          : nothing
      }
      ${
        made.unsure
          ? html`<div class="notice warn" role="alert"><p>${own.madeUnsure}</p><div class="actions">
              <button type="button" part="button" @click=${() => change({ unsure: false })}>${t.onceBack}</button>
              <button type="button" class="danger" part="button danger" @click=${gone}>${own.madeDiscard}</button></div></div>`
          : html`<div class="actions"><button type="button" class=${made.saved ? "primary" : ""} part="button" @click=${close}>${t.onceClose}</button></div>`
      }
    </div>`,
  });
}
