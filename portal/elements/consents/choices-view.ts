import { html, type nothing, type TemplateResult } from "lit";
import { text } from "../shared/form.ts";
import type { Counts } from "../shared/shapes.ts";
import { SHOWN, type Shown } from "./consents-state.ts";
import type { LatchkeyConsents } from "./latchkey-consents.ts";

/** What the queue shows: one state, with how many there are of it, and what is looked for in it. */
export function choices(el: LatchkeyConsents): TemplateResult {
  const { t, state } = el;
  const names: Readonly<Record<Shown, string>> = {
    pending: t.showPending,
    overdue: t.showOverdue,
    granted: t.showGranted,
    rejected: t.showRejected,
    revoked: t.showRevoked,
    drifted: t.showDrifted,
  };
  const named = (shown: Shown): string => {
    const count = counted(state.counts, shown);
    return count === undefined ? names[shown] : t.choiceCount(names[shown], count);
  };
  return html`<div class="choices" role="group" aria-label=${t.show}>
      ${SHOWN.map(
        (
          shown,
        ) => html`<button type="button" part="choice" aria-pressed=${state.shown === shown ? "true" : "false"}
          @click=${() => el.show(shown)}>${named(shown)}</button>`,
      )}
    </div>
    ${search(el)}`;
}

/** A count that may stand for more says so. */
function counted(counts: Counts | undefined, shown: Shown): string | undefined {
  if (!counts) return undefined;
  return counts[shown] >= counts.upTo ? `${counts.upTo}+` : String(counts[shown]);
}

function search(el: LatchkeyConsents): TemplateResult | typeof nothing {
  const { t } = el;
  const find = (event: SubmitEvent): void => {
    event.preventDefault();
    const { currentTarget } = event;
    if (currentTarget instanceof HTMLFormElement)
      el.find(text(new FormData(currentTarget), "text"));
  };
  // Emptied by its own button, it shows everything again.
  const emptied = (event: Event): void => {
    const { target } = event;
    if (target instanceof HTMLInputElement && target.value === "") el.find("");
  };
  return html`<form class="search" role="search" @submit=${find}>
    <label for="search">${t.searchFor}</label>
    <input id="search" name="text" type="search" part="input" maxlength="200" autocomplete="off"
      .value=${el.state.text} @search=${emptied}>
    <button type="submit" part="button">${t.search}</button>
  </form>`;
}
