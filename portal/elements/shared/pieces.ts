import { html, nothing, type TemplateResult } from "lit";
import { DAY, HOUR } from "./format.ts";
import { checkIcon, copyIcon } from "./icons.ts";
import type { LatchkeyElement } from "./latchkey-element.ts";

/** Small pieces that several views are made of. */

type Piece = TemplateResult | typeof nothing;

/** A moment in the reader's zone; the exact one is told on hover and to screen readers. */
export const moment = (el: LatchkeyElement, instant: string): TemplateResult =>
  html`<time datetime=${instant} title=${el.f.exact(instant)}>${el.f.short(instant)}</time>`;

/** Time left until, or time gone since, an instant; it runs while it is on screen. */
export function countdown(el: LatchkeyElement, milliseconds: number): string {
  if (Math.abs(milliseconds) < HOUR) el.ticker.showsSeconds = true;
  return el.f.countdown(Math.abs(milliseconds));
}

export function copyButton(
  el: LatchkeyElement,
  copy: {
    readonly id: string;
    readonly what: string;
    readonly value: string;
    readonly done?: () => void;
  },
): TemplateResult {
  const done = el.copied === copy.id;
  return html`<button
    type="button"
    class="quiet icon"
    part="copy"
    aria-label=${done ? el.t.copied : el.t.copyOf(copy.what)}
    title=${done ? el.t.copied : el.t.copyOf(copy.what)}
    @click=${async () => {
      if (await el.copy(copy.id, copy.value)) copy.done?.();
    }}
  >${done ? html`<span class="good">${checkIcon}</span>` : copyIcon}</button>`;
}

/** Where the browser keeps a page from the clipboard, the text is selected and the person is told what to press. */
export const copyRefused = (el: LatchkeyElement, id: string): Piece =>
  el.refusedCopy === id ? html`<p class="small warn">${el.t.copyFailed}</p>` : nothing;

const SOON_DAYS = 14;

/** How near it is. */
export function expiryTone(expiresAt: string, now: number): "bad" | "warn" | "muted" {
  const left = Date.parse(expiresAt) - now;
  return left <= 0 ? "bad" : left < SOON_DAYS * DAY ? "warn" : "muted";
}

/** "in 12 days", coloured as it comes near. */
export function expiry(el: LatchkeyElement, expiresAt: string, now: number): TemplateResult {
  const left = Date.parse(expiresAt) - now;
  const tone = expiryTone(expiresAt, now);
  const text = left <= 0 ? el.t.expired : el.t.expiresIn(el.f.words(left));
  return html`<time class=${tone} datetime=${expiresAt} title=${el.f.exact(expiresAt)}>${text}</time>`;
}

/** Reserves the room of what is coming, so that nothing moves when it arrives. */
export const skeleton = (el: LatchkeyElement, rows: number): TemplateResult =>
  html`<p class="hidden">${el.t.loading}</p>
    <div class="rows pulse" aria-hidden="true">
      ${Array.from({ length: rows }, () => html`<div class="row bones"><i></i><i></i><i></i><i></i></div>`)}
    </div>`;

export function dialog(
  el: LatchkeyElement,
  options: {
    /** Tells two open dialogs apart. */
    readonly id?: string;
    readonly title: string;
    /** Whom it is about. */
    readonly subtitle?: string;
    readonly close: () => void;
    readonly body: TemplateResult;
    readonly wide?: boolean;
  },
): TemplateResult {
  const title = `${options.id ?? "dialog"}-title`;
  const stay = (event: Event) => {
    // Closing takes the dialog out of the page; the browser must not do it first, and for good.
    event.preventDefault();
    // A key that is held down is one wish.
    if (!(event instanceof KeyboardEvent && event.repeat)) options.close();
  };
  // Some ways of closing cannot be prevented (a second gesture on a phone). What is still wanted is opened again.
  const reopen = () => el.requestUpdate();
  return html`<dialog
    part="dialog"
    class=${options.wide ? "wide" : ""}
    aria-labelledby=${title}
    lang=${el.f.language}
    @cancel=${stay}
    @close=${reopen}
    @keydown=${(event: KeyboardEvent) => event.key === "Escape" && stay(event)}
  ><div class="sheet"><div><h3 id=${title} tabindex="-1">${options.title}</h3>${
    options.subtitle ? html`<p class="muted name">${options.subtitle}</p>` : nothing
  }</div>${options.body}</div></dialog>`;
}

export const busyLabel = (busy: boolean, label: string): string => (busy ? `${label} …` : label);
