import { html, nothing, type TemplateResult } from "lit";
import { backIcon } from "../../shared/icons.ts";
import { moment, skeleton } from "../../shared/pieces.ts";
import type { Webhook } from "../../shared/shapes.ts";
import { troubleNotice } from "../../shared/trouble-notice.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { deliveriesView, outcomeOf } from "./deliveries-view.ts";
import { ownTexts } from "./own-texts.ts";
import { readWebhook, switchOn, testWebhook } from "./webhook.ts";
import { addressForm } from "./webhook-form.ts";

const BONES = 2;

/** Where the subscription's events are sent, how that goes, and what to do about it. */
export function webhookView(el: LatchkeyClients, now: number): TemplateResult {
  const { t } = el;
  const own = ownTexts(el);
  const { webhook, trouble } = el.state.care.webhook ?? {};
  return html`<nav><button type="button" class="link back" @click=${() => el.open("")}>${backIcon}${t.back}</button></nav>
    <header class="head"><div>
      <h2 tabindex="-1" data-heading part="title">${t.webhookTitle}</h2>
      <p class="muted">${own.webhookIntro}</p>
    </div></header>
    <div class="stack">
      ${troubleNotice(el, trouble, () => void readWebhook(el))}
      ${webhook === undefined ? (trouble ? nothing : skeleton(el, BONES)) : nothing}
      ${webhook === "none" ? addressForm(el) : nothing}
      ${webhook && webhook !== "none" ? [state(el, webhook, now), addressForm(el, webhook), deliveriesView(el)] : nothing}
    </div>`;
}

const TONES = { on: "good", failing: "warn", off: "bad" } as const;

function state(el: LatchkeyClients, webhook: Webhook, now: number): TemplateResult {
  const { f } = el;
  const own = ownTexts(el);
  const { tested, isBusy = false } = el.state.care.webhook ?? {};
  const since = f.short(webhook.since);
  const said = {
    on: own.webhookOn(since),
    failing: own.webhookFailing(since),
    off: webhook.disabledReason === "gone" ? own.webhookGone(since) : own.webhookOff(since),
  };
  const old = webhook.oldSecretsUntil;
  const busy = isBusy ? "true" : "false";
  return html`<section class="card tight" part="webhook" aria-labelledby="webhook-state">
    <h3 id="webhook-state" class="hidden">${own.webhookState}</h3>
    <p class="line"><span class="chip ${TONES[webhook.state]}" part="chip">${own.webhookStates[webhook.state]}</span>
      <code class="muted">${webhook.url}</code></p>
    <p>${said[webhook.state]}</p>
    ${old && Date.parse(old) > now ? html`<p class="small muted">${own.webhookOldSecret} ${moment(el, old)}</p>` : nothing}
    <div role="status">${tested ? html`<p class=${tested.state === "delivered" ? "good" : "bad"}>${own.webhookTested(outcomeOf(el, tested))}</p>` : nothing}</div>
    <div class="actions">
      ${
        webhook.state === "off"
          ? html`<button type="button" class="primary" part="button primary"
              @click=${() => void switchOn(el, webhook.url)}>${own.webhookOnAgain}</button>`
          : nothing
      }
      <button type="button" part="button" aria-disabled=${busy} @click=${() => void testWebhook(el)}>${isBusy ? el.t.loading : own.webhookTest}</button>
      <button type="button" part="button" @click=${() => el.openDialog({ kind: "webhook-rotate" })}>${own.webhookRotate}</button>
      <button type="button" class="danger" part="button danger"
        @click=${() => el.openDialog({ kind: "webhook-remove" })}>${own.webhookRemove}</button>
    </div>
  </section>`;
}
