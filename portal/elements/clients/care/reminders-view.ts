import { html, nothing, type TemplateResult } from "lit";
import { backIcon } from "../../shared/icons.ts";
import { skeleton } from "../../shared/pieces.ts";
import type { Watch } from "../../shared/shapes.ts";
import { troubleNotice } from "../../shared/trouble-notice.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { calendarCard } from "./calendar-view.ts";
import { ownTexts } from "./own-texts.ts";
import { readReminders, watchAll } from "./reminders.ts";

const BONES = 2;

/** How a person hears of all secrets that end: mail, and a calendar. */
export function remindersView(el: LatchkeyClients): TemplateResult {
  const { t } = el;
  const own = ownTexts(el);
  const { watch, link, trouble } = el.state.care.reminders ?? {};
  return html`<nav><button type="button" class="link back" @click=${() => el.open("")}>${backIcon}${t.back}</button></nav>
    <header class="head"><div>
      <h2 tabindex="-1" data-heading part="title">${t.remindersTitle}</h2>
      <p class="muted">${own.remindersIntro}</p>
    </div></header>
    <div class="stack">
      ${troubleNotice(el, trouble, () => void readReminders(el))}
      ${watch ? watchCard(el, watch) : nothing}
      ${link ? calendarCard(el, link) : nothing}
      ${watch || trouble ? nothing : skeleton(el, BONES)}
    </div>`;
}

function watchCard(el: LatchkeyClients, { watching, email }: Watch): TemplateResult {
  const { t } = el;
  const own = ownTexts(el);
  const busy = el.state.care.reminders?.isBusy ?? false;
  const said = watching
    ? own.watchAllOn(email ?? t.dash)
    : email
      ? own.watchAllOff(email)
      : own.watchNoMail;
  return html`<section class="card tight" part="watch" aria-labelledby="watch-all">
    <h3 id="watch-all">${t.watchTitle}</h3>
    <p>${said}</p>
    ${
      watching || email
        ? html`<div class="actions"><button type="button" part="button" aria-disabled=${busy ? "true" : "false"}
            @click=${() => void watchAll(el, !watching)}>${watching ? t.watchStop : own.watchAllStart}</button></div>`
        : nothing
    }
  </section>`;
}
