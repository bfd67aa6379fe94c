import { html, nothing, type TemplateResult } from "lit";
import { type Form, formChoice, submit } from "../../shared/form.ts";
import { copyButton, copyRefused, dialog } from "../../shared/pieces.ts";
import type { CalendarLinkState } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";
import { endCalendar, makeCalendar } from "./reminders.ts";

const ADDRESS = "calendar-address";

/** A private address for one's own calendar: made, shown once, made anew, ended. */
export function calendarCard(
  el: LatchkeyClients,
  { active, since }: CalendarLinkState,
): TemplateResult {
  const own = ownTexts(el);
  const { made, isBusy = false } = el.state.care.reminders ?? {};
  const busy = isBusy ? "true" : "false";
  return html`<section class="card tight" part="calendar" aria-labelledby="calendar-title">
    <h3 id="calendar-title">${own.calendarTitle}</h3>
    <p>${own.calendarDetail}</p>
    ${made ? address(el, made.url) : active && since ? html`<p class="muted">${own.calendarSince(el.f.short(since))}</p>` : nothing}
    <div class="actions">${
      active
        ? html`<button type="button" part="button" aria-disabled=${busy}
            @click=${() => el.openDialog({ kind: "calendar-new" })}>${own.calendarAnew}</button>
          <button type="button" class="danger" part="button danger" aria-disabled=${busy}
            @click=${() => el.openDialog({ kind: "calendar-end" })}>${own.calendarEnd}</button>`
        : html`<button type="button" part="button" aria-disabled=${busy}
            @click=${() => void makeCalendar(el)}>${own.calendarMake}</button>`
    }</div>
  </section>`;
}

function address(el: LatchkeyClients, url: string): TemplateResult {
  const own = ownTexts(el);
  // Programs for calendars open this kind of address by themselves.
  const forPrograms = url.replace(/^https?:/, "webcal:");
  return html`<div class="notice warn" part="notice">
      <p>${own.calendarOnce}</p>
      <div class="value"><code data-copy=${ADDRESS} translate="no">${url}</code>${copyButton(el, {
        id: ADDRESS,
        what: own.calendarAddress,
        value: url,
      })}</div>
      ${copyRefused(el, ADDRESS)}
    </div>
    <ul class="hints small">
      <li><strong>Outlook</strong> ${own.calendarOutlook}</li>
      <li><strong>Google</strong> ${own.calendarGoogle}</li>
      <li><strong>Apple</strong> ${own.calendarApple} <a href=${forPrograms}>${own.calendarOpen}</a></li>
    </ul>`;
}

/** Calendars that have subscribed to the address lose it. */
export function calendarDialog(
  el: LatchkeyClients,
  kind: "calendar-end" | "calendar-new",
  form: Form,
): TemplateResult {
  const own = ownTexts(el);
  const ends = kind === "calendar-end";
  const label = ends ? own.calendarEnd : own.calendarAnew;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async () => {
    if (ends) await endCalendar(el);
    else await makeCalendar(el);
    const { trouble } = el.state.care.reminders ?? {};
    if (!trouble) close();
    return trouble;
  });
  return dialog(el, {
    title: label,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${ends ? own.calendarEndDetail : own.calendarAnewDetail}</p>
      ${formChoice(el, form, { label, close, tone: "danger" })}
    </form>`,
  });
}
