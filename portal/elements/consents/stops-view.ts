import { html, nothing, type TemplateResult } from "lit";
import type { ShownConsent } from "../shared/shapes.ts";
import { checkButton, grantPageLink } from "./decisions-view.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";
import { progress } from "./progress.ts";
import { type StopKind, stoppedText, stopsOf, textsOf } from "./stops.ts";

/** What is stopped of a client and of its whole subscription, why, and what can be done about it. */
export function stopsView(el: LatchkeyConsents, item: ShownConsent): TemplateResult {
  const { t, f } = el;
  const { suspended, stops, consent, automaticGrant } = item;
  const { client, subscription } = stopsOf(item);
  const byHand = consent.state === "granted" && !automaticGrant;
  return html`<section class="card tight" part="stops" aria-labelledby="stops-client">
      <h3 id="stops-client">${t.stopsClient}</h3>
      ${suspended ? html`<p class="bad">${stoppedText(t, suspended, f.short(suspended.at))}</p>` : nothing}
      <div class="actions">
        ${client.map((kind) => button(el, kind, item))}
        ${byHand ? [grantPageLink(el, item), checkButton(el, item)] : nothing}
      </div>
    </section>
    <section class="card tight" part="stops" aria-labelledby="stops-subscription">
      <h3 id="stops-subscription">${t.stopsSubscription(item.subscription)}</h3>
      ${stops?.suspended ? html`<p class="bad">${t.suspendedAll(f.short(stops.suspended.at), stops.suspended.reason)}</p>` : nothing}
      ${stops?.blocked ? html`<p class="bad">${t.blocked(f.short(stops.blocked.at), stops.blocked.reason)}</p>` : nothing}
      <div role="status">${el.state.run ? progress(el, el.state.run) : nothing}</div>
      <div class="actions">${subscription.map((kind) => button(el, kind, item))}</div>
    </section>`;
}

function button(el: LatchkeyConsents, kind: StopKind, item: ShownConsent): TemplateResult {
  const { label, takesAway } = textsOf(el.t, kind);
  return html`<button type="button" class=${takesAway ? "danger" : ""} part="button ${takesAway ? "danger" : ""}"
    @click=${() => el.openDialog(kind, item)}>${label}</button>`;
}
