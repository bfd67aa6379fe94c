import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { consentChip } from "../shared/consent-chip.ts";
import { clockIcon } from "../shared/icons.ts";
import { copyButton, moment, skeleton } from "../shared/pieces.ts";
import type { ShownConsent } from "../shared/shapes.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import { choices } from "./choices-view.ts";
import { loadMore, loadQueue, verify } from "./consents-actions.ts";
import { customerView } from "./customer/customer-view.ts";
import { decisions } from "./decisions-view.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";
import { requestFacts } from "./request-facts.ts";
import { stopsView } from "./stops-view.ts";

const BONES = 4;

export function queueView(el: LatchkeyConsents, now: number): TemplateResult {
  const { t, state } = el;
  if (el.request) return oneView(el, now);
  if (el.customer) return customerView(el, now);
  return html`<header class="head">
      <div>
        <h2 tabindex="-1" data-heading part="title">${t.queueTitle}</h2>
        <p class="muted">${t.queueIntro}</p>
      </div>
    </header>
    ${choices(el)}
    <div class="stack">
      ${troubleNotice(el, state.trouble, () => void loadQueue(el))}
      ${state.items ? loaded(el, state.items, now) : state.trouble ? nothing : skeleton(el, BONES)}
    </div>`;
}

/** One request, where an alert leads. */
function oneView(el: LatchkeyConsents, now: number): TemplateResult {
  const { t, state } = el;
  return html`<header class="head">
      <h2 tabindex="-1" data-heading part="title">${t.oneRequest}</h2>
      <button type="button" part="button" @click=${() => el.open("")}>${t.allRequests}</button>
    </header>
    <div class="stack">
      ${troubleNotice(el, state.trouble, () => void loadQueue(el))}
      ${
        state.items
          ? html`<ul class="rows" part="list">${state.items.map((item) => row(el, item, now))}</ul>
            ${state.items.map((item) => stopsView(el, item))}`
          : state.trouble
            ? nothing
            : skeleton(el, 1)
      }
    </div>`;
}

function loaded(el: LatchkeyConsents, items: readonly ShownConsent[], now: number): TemplateResult {
  const { t, state } = el;
  if (items.length === 0 && !state.nextCursor) {
    if (state.text !== "") return html`<p class="muted" role="status">${t.searchNone}</p>`;
    return state.shown === "pending" ? empty(el) : html`<p class="muted">${t.queueNone}</p>`;
  }
  return html`<ul class="rows" part="list">
      ${repeat(
        items,
        ({ clientId }) => clientId,
        (item) => row(el, item, now),
      )}
    </ul>
    ${
      state.nextCursor
        ? html`<div class="actions"><button type="button" part="button" aria-disabled=${state.loadingMore ? "true" : "false"}
            @click=${() => void loadMore(el)}>${state.loadingMore ? t.loading : t.more}</button></div>`
        : nothing
    }`;
}

const empty = (el: LatchkeyConsents) =>
  html`<div class="empty" part="empty">
    <span class="emblem">${clockIcon}</span>
    <h3>${el.t.queueEmptyTitle}</h3>
    <p class="muted">${el.t.queueEmptyDetail}</p>
  </div>`;

function row(el: LatchkeyConsents, item: ShownConsent, now: number): TemplateResult {
  const { t, state } = el;
  const { consent, clientId, displayName, suspended } = item;
  const late = consent.state === "pending" && Date.parse(consent.dueAt) < now;
  const trouble = state.itemTrouble?.clientId === clientId ? state.itemTrouble.trouble : undefined;
  return html`<li class="row ${late ? "late" : ""}" part="row ${late ? "row-late" : ""}">
    <div class="cell">
      ${
        el.request
          ? html`<strong class="name">${displayName}</strong>`
          : html`<button type="button" class="link name" part="link" @click=${() => el.open(clientId)}>${displayName}</button>`
      }
      <span class="id"><code class="muted">${item.appId}</code>${copyButton(el, {
        id: `row-${clientId}`,
        what: `${t.clientId} ${displayName}`,
        value: item.appId,
      })}</span>
    </div>
    <div class="cell">
      <button type="button" class="link name" part="link" aria-label=${t.customerOpen(item.subscription)}
        @click=${() => el.openCustomer(item.subscription)}>${item.subscription}</button>
      <span class="small muted">${t.requestedBy} ${item.requestedBy}, ${moment(el, consent.requestedAt)}</span>
    </div>
    <div class="cell">
      ${consentChip(el, consent, now)}
      ${consent.remindersSent ? html`<span class="small muted">${t.reminders(consent.remindersSent)}</span>` : nothing}
      ${consent.reason ? html`<span class="small">${consent.reason}</span>` : nothing}
      ${
        suspended
          ? html`<span class="chip bad" part="chip">${t.suspended}</span><span class="small">${suspended.reason}</span>`
          : nothing
      }
    </div>
    ${requestFacts(el, item)}
    ${consent.state === "pending" ? decisions(el, item) : nothing}
    ${trouble ? html`<div class="across">${troubleNotice(el, trouble, () => void verify(el, item))}</div>` : nothing}
  </li>`;
}
