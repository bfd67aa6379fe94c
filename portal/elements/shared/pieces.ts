import { html, nothing, type TemplateResult } from "lit";
import { DAY, HOUR } from "./format.ts";
import { checkIcon, copyIcon } from "./icons.ts";
import type { LatchkeyElement } from "./latchkey-element.ts";
import type { Trouble } from "./trouble.ts";

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

/** "in 12 days", coloured as it comes near. */
export function expiry(el: LatchkeyElement, expiresAt: string, now: number): TemplateResult {
  const left = Date.parse(expiresAt) - now;
  const tone = left <= 0 ? "bad" : left < SOON_DAYS * DAY ? "warn" : "muted";
  const text = left <= 0 ? el.t.expired : el.t.expiresIn(el.f.words(left));
  return html`<time class=${tone} datetime=${expiresAt} title=${el.f.exact(expiresAt)}>${text}</time>`;
}

/** What went wrong, what helps, and when asking again makes sense. */
export function troubleNotice(
  el: LatchkeyElement,
  trouble: Trouble | undefined,
  retry?: () => void,
): Piece {
  if (!trouble) return nothing;
  const { t } = el;
  if (trouble.kind === "session") {
    return notice(
      "warn",
      t.sessionTitle,
      t.sessionDetail,
      "",
      html`<button
      type="button" class="primary" part="button primary"
      @click=${() => el.fire("sign-in-needed")}>${t.signIn}</button>`,
    );
  }
  const again = retry ? retryButton(el, retry, trouble.retryAt) : nothing;
  if (trouble.kind === "offline") return notice("warn", t.offlineTitle, t.offlineDetail, "", again);
  const [title, detail] = t.problems[trouble.type] ?? [trouble.title, trouble.detail];
  const reference = trouble.instance ? t.reference(trouble.instance.replace("urn:uuid:", "")) : "";
  return notice("bad", title, detail, reference, again);
}

const notice = (tone: string, title: string, detail: string, small: string, action: Piece) =>
  html`<div class="notice ${tone}" part="notice" role="alert">
    <strong>${title}</strong>
    ${detail ? html`<p>${detail}</p>` : nothing}
    ${small ? html`<p class="small muted">${small}</p>` : nothing}
    ${action === nothing ? nothing : html`<div class="actions">${action}</div>`}
  </div>`;

/** Counts down outside the alert's own words, so that a screen reader is not told each second. */
function retryButton(el: LatchkeyElement, retry: () => void, retryAt = 0): TemplateResult {
  const wait = retryAt - Date.now();
  const label = wait > 0 ? el.t.retryIn(countdown(el, wait + 999)) : el.t.retry;
  return html`<button
    type="button" part="button" aria-live="off" aria-disabled=${wait > 0 ? "true" : "false"}
    @click=${() => wait <= 0 && retry()}>${label}</button>`;
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
