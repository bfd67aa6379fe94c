import { html, nothing, type TemplateResult } from "lit";
import { outIcon } from "../shared/icons.ts";
import type { ConsentItem } from "../shared/shapes.ts";
import { verify } from "./consents-actions.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";

const named = ({ t }: LatchkeyConsents, action: string, { displayName }: ConsentItem): string =>
  t.actionFor(action, displayName);

/** What can be decided of a request that waits. */
export function decisions(el: LatchkeyConsents, item: ConsentItem): TemplateResult {
  const { t } = el;
  return html`<div class="actions across">
    ${
      item.automaticGrant
        ? html`<button type="button" class="primary" part="button primary" aria-label=${named(el, t.grant, item)}
            @click=${() => el.openDialog("grant", item)}>${t.grant}</button>`
        : nothing
    }
    ${grantPageLink(el, item)} ${checkButton(el, item)}
    <button type="button" class="quiet danger" part="button danger" aria-label=${named(el, t.reject, item)}
      @click=${() => el.openDialog("reject", item)}>${t.reject}</button>
  </div>`;
}

/** Where grants are given, and taken away by hand. */
export const grantPageLink = (el: LatchkeyConsents, item: ConsentItem): TemplateResult =>
  html`<a class="button" part="button" href=${item.grantUrl} target="_blank" rel="noopener noreferrer"
    aria-label="${named(el, el.t.openGrantPage, item)} (${el.t.newTab})">${el.t.openGrantPage}${outIcon}</a>`;

export function checkButton(el: LatchkeyConsents, item: ConsentItem): TemplateResult {
  const { t, state } = el;
  const checking = state.checking === item.clientId;
  return html`<button type="button" part="button" aria-label=${named(el, t.verify, item)}
    aria-disabled=${state.checking ? "true" : "false"}
    @click=${() => void verify(el, item)}>${checking ? t.loading : t.verify}</button>`;
}
