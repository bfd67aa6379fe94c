import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { troubleNotice } from "../shared/trouble-notice.ts";
import { goOn, type Held, nameOf, pause, send, undo } from "./held.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** What is about to go, on whatever page of the element one is, and the way back. */
export const heldView = (el: LatchkeyClients, now: number): TemplateResult | typeof nothing =>
  el.state.held.length === 0
    ? nothing
    : html`<section class="held stack" part="undo" aria-label=${el.t.heldTitle}>
        ${repeat(
          el.state.held,
          ({ client, secret }) => secret?.keyId ?? client.id,
          (held) => (held.trouble ? failed(el, held) : waiting(el, held, now)),
        )}
      </section>`;

function waiting(el: LatchkeyClients, held: Held, now: number): TemplateResult {
  const { t } = el;
  if (held.isSent)
    return html`<p class="notice warn" part="notice"><span>${t.heldSent(nameOf(held))}</span></p>`;
  el.ticker.showsSeconds = true;
  const left = held.dueAt === undefined ? undefined : Math.max(1, held.dueAt - now);
  const words =
    left === undefined ? t.heldPaused(nameOf(held)) : t.heldFor(nameOf(held), seconds(el, left));
  return html`<div class="notice warn line" part="notice"
    @mouseenter=${() => pause(el, held)} @mouseleave=${() => goOn(el, held)}
    @focusin=${() => pause(el, held)} @focusout=${() => goOn(el, held)}>
    <span>${words}</span>
    <button type="button" part="button" aria-label=${t.undoOf(nameOf(held))} @click=${() => undo(el, held)}>${t.undo}</button>
  </div>`;
}

const seconds = (el: LatchkeyClients, left: number): string =>
  el.f.words(Math.ceil(left / 1_000) * 1_000);

/** It is still there: why, and once more. */
const failed = (el: LatchkeyClients, held: Held): TemplateResult =>
  html`<div class="stack"><p><strong>${el.t.heldFailed(nameOf(held))}</strong></p>
    ${troubleNotice(el, held.trouble, () => void send(el, held))}
    <div class="actions"><button type="button" part="button" @click=${() => undo(el, held)}>${el.t.heldKeep}</button></div>
  </div>`;
