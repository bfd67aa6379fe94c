import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { backIcon } from "../shared/icons.ts";
import { moment, skeleton } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import { loadDeleted, restore } from "./deleted.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

const BONES = 2;

/** What was deleted and can be brought back, until when. */
export function deletedView(el: LatchkeyClients): TemplateResult {
  const { t, state } = el;
  const { items, trouble } = state.deleted;
  return html`<nav><button type="button" class="link back" @click=${() => el.open("")}>${backIcon}${t.back}</button></nav>
    <header class="head">
      <div>
        <h2 tabindex="-1" data-heading part="title">${t.deletedTitle}</h2>
        <p class="muted">${t.deletedIntro}</p>
      </div>
    </header>
    <div class="stack">
      ${troubleNotice(el, trouble, () => void loadDeleted(el))}
      ${items ? list(el, items) : trouble ? nothing : skeleton(el, BONES)}
    </div>`;
}

const list = (el: LatchkeyClients, items: readonly Client[]) =>
  items.length === 0
    ? html`<p class="card tight muted">${el.t.deletedNone}</p>`
    : html`<ul class="rows" part="list">${repeat(
        items,
        ({ id }) => id,
        (client) => row(el, client),
      )}</ul>`;

function row(el: LatchkeyClients, client: Client): TemplateResult {
  const { t, state } = el;
  const busy = state.deleted.restoring === client.id;
  return html`<li class="row" part="row">
    <div class="cell">
      <strong class="name">${client.displayName}</strong>
      <span class="id"><code class="muted">${client.appId}</code></span>
    </div>
    <div class="cell">
      ${client.deleted ? html`<span class="small muted">${t.deletedAt} ${moment(el, client.deleted.at)}</span>` : nothing}
    </div>
    <div class="cell">
      ${client.deleted ? html`<span class="small">${t.deletedUntil} ${moment(el, client.deleted.until)}</span>` : nothing}
    </div>
    <div class="cell end">
      <button type="button" part="button" aria-label=${t.restoreOf(client.displayName)}
        aria-disabled=${busy ? "true" : "false"} @click=${() => void restore(el, client)}>${busy ? t.loading : t.restore}</button>
    </div>
  </li>`;
}
