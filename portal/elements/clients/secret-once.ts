import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { checkIcon, copyIcon } from "../shared/icons.ts";
import { copyRefused, dialog } from "../shared/pieces.ts";
import { saveFile } from "../shared/save-file.ts";
import type { Once } from "./clients-state.ts";
import { environmentFile } from "./environment-file.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { removeSecret } from "./removals.ts";
import { samplesView } from "./samples-view.ts";

const VALUE = "secret-value";

/** One dialog for each value on screen, the newest on top. */
export const secretsOnce = (el: LatchkeyClients): TemplateResult[] =>
  el.state.once.map((once) => html`${keyed(once.secret.keyId, secretOnceDialog(el, once))}`);

/**
 * The one time a secret's value is on screen. It is text in this dialog and in the element's state, and nowhere else;
 * closing removes both. Leaving without having copied it takes a second decision, because nothing brings it back.
 */
function secretOnceDialog(el: LatchkeyClients, once: Once): TemplateResult {
  const { t } = el;
  const { client, secret } = once;
  const change = (part: Partial<Once>) => el.changeOnce(secret.keyId, part);
  const kept = () => change({ copied: true, unsure: false });
  const close = () => {
    if (once.copied) el.closeOnce(secret.keyId);
    else change({ unsure: true });
  };
  const copyValue = async () => {
    if (await el.copy(VALUE, secret.secretText)) kept();
  };
  // However it was copied: by the keys, from the browser's menu, or within one of the samples.
  const onCopy = () => {
    const root = el.shadowRoot;
    const taken = [...(root?.querySelectorAll("[data-once]") ?? [])].some((shown) =>
      getSelection()?.containsNode(shown, true),
    );
    const text = String(getSelection() ?? "");
    if (text.includes(secret.secretText) || (text === "" && taken)) kept();
  };
  const save = () => {
    saveFile(`${client.displayName}.env`, environmentFile(client, secret.secretText));
    kept();
  };
  const done = el.copied === VALUE;
  return dialog(el, {
    id: `once-${secret.keyId}`,
    title: t.onceTitle,
    subtitle: client.displayName,
    close,
    wide: true,
    body: html`<div class="sheet-form" @copy=${onCopy}><p>${t.onceDetail} ${readiness(el, secret.ready)}</p>
      ${once.oldEndsAt ? html`<p><strong>${t.rotateEnds(el.f.short(secret.expiresAt), el.f.short(once.oldEndsAt))}</strong></p>` : nothing}
      <div class="field" part="secret">
        <span id="value-label" class="label">${t.secretValue}: ${secret.displayName}</span>
        <div class="value">
          <code tabindex="0" role="group" aria-labelledby="value-label" data-once data-copy=${VALUE} translate="no">${secret.secretText}</code>
          <button type="button" class="primary" part="button primary" autofocus @click=${copyValue}>
            ${done ? checkIcon : copyIcon}${done ? t.copied : t.copy}
          </button>
          <button type="button" part="button" @click=${save}>${t.saveEnvironment}</button>
        </div>
        ${copyRefused(el, VALUE)}
      </div>
      ${samplesView(el, client, { secret: secret.secretText, copied: kept })}
      ${once.unsure ? unsure(el, once) : nothing}
      ${
        once.unsure
          ? nothing
          : html`<div class="actions"><button type="button" class=${once.copied ? "primary" : ""} part="button" @click=${close}>${t.onceClose}</button></div>`
      }</div>`,
  });
}

/** Whether the token endpoint takes it already: the service has asked. */
const readiness = ({ t }: LatchkeyClients, ready: boolean | undefined): TemplateResult =>
  ready
    ? html`<strong class="good">${t.onceReady}</strong>`
    : html`<span class="muted">${ready === undefined ? t.onceDelay : t.onceNotReady}</span>`;

/** Three ways on: back to it, without it, and without leaving behind a secret that nobody can use. */
function unsure(el: LatchkeyClients, { client, secret }: Once): TemplateResult {
  const { t } = el;
  const { keyId } = secret;
  const discard = () => {
    el.leaveUnseen([keyId]);
    el.closeOnce(keyId);
  };
  const remove = async () => {
    // Gone from the screen at once; should the removal fail, the client's page goes on offering it.
    discard();
    const trouble = await removeSecret(el, client, secret, true);
    if (trouble) el.announce(t.notRemoved(secret.displayName));
  };
  return html`<div class="notice warn" role="alert"><p>${t.onceUnsure}</p>
    <div class="actions">
      <button type="button" part="button" @click=${() => el.changeOnce(keyId, { unsure: false })}>${t.onceBack}</button>
      <button type="button" class="danger" part="button danger" @click=${discard}>${t.onceDiscard}</button>
      <button type="button" class="danger" part="button danger" @click=${() => void remove()}>${t.removeSubmit}</button>
    </div></div>`;
}
