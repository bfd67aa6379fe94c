import { html, nothing, type TemplateResult } from "lit";
import { moment } from "../../shared/pieces.ts";
import type { WebhookDelivery } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";
import { readWebhook } from "./webhook.ts";

/** What was sent of late, what was answered, and when it is tried again. */
export function deliveriesView(el: LatchkeyClients): TemplateResult {
  const own = ownTexts(el);
  const { deliveries = [] } = el.state.care.webhook ?? {};
  return html`<section class="stack" aria-labelledby="deliveries-title">
    <header class="head"><h3 id="deliveries-title">${own.deliveries}</h3>
      <button type="button" class="quiet" part="button" @click=${() => void readWebhook(el)}>${own.deliveriesAgain}</button></header>
    ${
      deliveries.length === 0
        ? html`<p class="card tight muted">${own.deliveriesNone}</p>`
        : html`<ul class="rows" part="list">${deliveries.map((one) => row(el, one))}</ul>`
    }
  </section>`;
}

function row(el: LatchkeyClients, one: WebhookDelivery): TemplateResult {
  const own = ownTexts(el);
  const delivered = one.state === "delivered";
  return html`<li class="row" part="row">
    <div class="cell"><strong class="name">${el.t.actions[one.type] ?? one.type}</strong><code class="small muted">${one.type}</code></div>
    <div class="cell">
      <span class="chip ${delivered ? "good" : "bad"}" part="chip">${delivered ? own.delivered : own.notDelivered}</span>
      <span class="small">${outcomeOf(el, one)}</span>
    </div>
    <div class="cell">
      <span class="small muted">${moment(el, one.at)} · ${own.attempt(el.f.number(one.attempt))}</span>
      ${one.nextAt ? html`<span class="small muted">${own.nextAt} ${moment(el, one.nextAt)}</span>` : nothing}
    </div>
  </li>`;
}

/** "204 after 120 ms", or why nothing was answered. */
export function outcomeOf(el: LatchkeyClients, one: WebhookDelivery): string {
  const own = ownTexts(el);
  const time = own.milliseconds(el.f.number(one.milliseconds));
  if (one.status !== undefined) return own.answered(String(one.status), time);
  return one.why ? own.silences[one.why] : own.silences.connection;
}
