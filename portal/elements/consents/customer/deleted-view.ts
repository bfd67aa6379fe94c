import { html, nothing, type TemplateResult } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { Form } from "../../shared/form.ts";
import { moment } from "../../shared/pieces.ts";
import { troubleNotice } from "../../shared/trouble-notice.ts";
import type { LatchkeyConsents } from "../latchkey-consents.ts";
import { change } from "./customer-actions.ts";
import type { CustomerState, DeletedClient } from "./customer-state.ts";
import { loadDeleted, restore } from "./deleted.ts";

/** What was deleted of a customer: asked for when somebody opens it. */
export function deletedView(el: LatchkeyConsents, shown: CustomerState): TemplateResult {
  const { t } = el;
  const { items, trouble } = shown.deleted ?? {};
  const opened = (event: Event) => {
    const { target } = event;
    if (target instanceof HTMLDetailsElement && target.open) void loadDeleted(el, shown);
  };
  return html`<details class="deleted" @toggle=${opened}>
    <summary><strong>${t.deletedTitle}</strong></summary>
    <div class="stack">
      ${troubleNotice(el, trouble, () => void loadDeleted(el, shown))}
      ${items ? list(el, shown, items) : trouble ? nothing : html`<p class="muted">${t.loading}</p>`}
    </div>
  </details>`;
}

const list = (el: LatchkeyConsents, shown: CustomerState, items: readonly DeletedClient[]) =>
  items.length === 0
    ? html`<p class="card tight muted">${el.t.customerDeletedNone}</p>`
    : html`<ul class="rows" part="list">${repeat(
        items,
        ({ id }) => id,
        (client) => row(el, shown, client),
      )}</ul>`;

function row(el: LatchkeyConsents, shown: CustomerState, client: DeletedClient): TemplateResult {
  const { t } = el;
  const busy = shown.deleted?.restoring === client.id;
  const ask = () => {
    el.rememberOpener();
    change(el, shown, { dialog: { kind: "purge", form: new Form(), client } });
  };
  return html`<li class="row" part="row">
    <div class="cell">
      <strong class="name">${client.displayName}</strong>
      <span class="id"><code class="muted">${client.appId}</code></span>
    </div>
    <div class="cell"><span class="small muted">${t.deletedAt} ${moment(el, client.deletedAt)}</span></div>
    <div class="cell">
      <div class="actions">
        <button type="button" part="button" aria-label=${t.actionFor(t.restore, client.displayName)}
          aria-disabled=${busy ? "true" : "false"} @click=${() => void restore(el, shown, client)}>${t.restore}</button>
        <button type="button" class="danger" part="button danger" aria-label=${t.actionFor(t.purge, client.displayName)}
          @click=${ask}>${t.purge}</button>
      </div>
    </div>
  </li>`;
}
