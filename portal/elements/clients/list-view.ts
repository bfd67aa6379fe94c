import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { consentChip } from "../shared/consent-chip.ts";
import { credentialCount, nextExpiry } from "../shared/ending.ts";
import { keyIcon, plusIcon } from "../shared/icons.ts";
import { copyButton, expiry, skeleton } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import { loadList } from "./clients-actions.ts";
import { isHeld, withoutHeld } from "./held.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { found, ORDERS } from "./list-order.ts";

/** From this many on a filter is quicker than looking. */
const FILTER_FROM = 8;
const BONES = 4;

export function listView(el: LatchkeyClients, now: number): TemplateResult {
  const { t, state } = el;
  return html`<header class="head">
      <div>
        <h2 tabindex="-1" data-heading part="title">${t.clientsTitle}</h2>
        <p class="muted">${t.clientsIntro}</p>
      </div>
      <button type="button" class="primary" part="button primary" @click=${() => el.open("new")}>
        ${plusIcon}${t.newClient}
      </button>
    </header>
    <div class="stack">
      ${troubleNotice(el, state.listTrouble, () => void loadList(el))}
      ${state.items ? loaded(el, state.items, now) : state.listTrouble ? nothing : skeleton(el, BONES)}
      ${
        state.items
          ? html`<nav class="line" aria-label=${t.besides}>${[
              ["deleted", t.deletedTitle],
              ["reminders", t.remindersTitle],
              ["webhook", t.webhookTitle],
            ].map(
              ([show = "", label]) =>
                html`<button type="button" class="link small" part="link" @click=${() => el.open(show)}>${label}</button>`,
            )}</nav>`
          : nothing
      }
    </div>`;
}

function loaded(el: LatchkeyClients, items: readonly Client[], now: number): TemplateResult {
  const { t, state } = el;
  const kept = items.filter(({ id }) => !isHeld(el, id)).map((one) => withoutHeld(el, one));
  if (kept.length === 0) return empty(el);
  const shown = found(kept, state.filter, state.order, el.language);
  return html`${kept.length >= FILTER_FROM ? filter(el, shown.length) : nothing}
    ${
      shown.length === 0
        ? html`<p class="muted">${t.filterNone(state.filter)}</p>`
        : html`<div class="columns small muted" aria-hidden="true">
              <span>${t.fieldName}</span><span>${t.consent}</span><span>${t.secrets}</span>
            </div>
            <ul class="rows" part="list">
              ${repeat(
                shown,
                ({ id }) => id,
                (client) => row(el, client, now),
              )}
            </ul>`
    }
`;
}

const filter = (el: LatchkeyClients, count: number) =>
  html`<div class="filter">
    <input type="search" aria-label=${el.t.filter} placeholder=${el.t.filter} .value=${el.state.filter}
      @input=${(event: InputEvent) => {
        if (event.target instanceof HTMLInputElement) el.set({ filter: event.target.value });
      }} />
    <label class="order"><span class="small muted">${el.t.sortBy}</span>
      <select @change=${(event: Event) => {
        const { target } = event;
        const order = ORDERS.find(
          (one) => target instanceof HTMLSelectElement && one === target.value,
        );
        if (order) el.set({ order });
      }}>${ORDERS.map(
        (order) =>
          html`<option value=${order} ?selected=${order === el.state.order}>${el.t.orders[order]}</option>`,
      )}</select></label>
    <p class="small muted" role="status">${el.t.clientCount(count)}</p>
  </div>`;

const empty = (el: LatchkeyClients) =>
  html`<div class="empty" part="empty">
    <span class="emblem">${keyIcon}</span>
    <h3>${el.t.emptyTitle}</h3>
    <p class="muted">${el.t.emptyDetail}</p>
    <button type="button" part="button" @click=${() => el.open("new")}>${plusIcon}${el.t.newClient}</button>
  </div>`;

function row(el: LatchkeyClients, client: Client, now: number): TemplateResult {
  const { t } = el;
  const next = nextExpiry(client);
  return html`<li class="row" part="row">
    <div class="cell">
      <button type="button" class="link name" @click=${() => el.open(client.id)}>${client.displayName}</button>
      <span class="id"><code class="muted">${client.appId}</code>${copyButton(el, {
        id: `row-${client.id}`,
        what: `${t.clientId} ${client.displayName}`,
        value: client.appId,
      })}</span>
    </div>
    <div class="cell">${
      client.suspended
        ? html`<span class="chip bad" part="chip">${t.suspended}</span>`
        : consentChip(el, client.consent, now)
    }</div>
    <div class="cell">
      <span>${credentialCount(t, client)}</span>
      ${next ? html`<span class="small muted">${t.nearestExpiry} ${expiry(el, next, now)}</span>` : nothing}
    </div>
  </li>`;
}
