import { html, nothing, type TemplateResult } from "lit";
import type { LatchkeyElement } from "./latchkey-element.ts";
import { countdown } from "./pieces.ts";
import type { Trouble } from "./trouble.ts";

type Piece = TemplateResult | typeof nothing;

/** What went wrong, what helps, and when it is tried again. Nothing in it is the API's own language. */
export function troubleNotice(
  el: LatchkeyElement,
  trouble: Trouble | undefined,
  retry?: () => void,
): Piece {
  if (!trouble) return nothing;
  const { t } = el;
  const again: readonly Piece[] = [
    pause(el, trouble),
    retry ? retryButton(el, retry, trouble) : nothing,
  ];
  switch (trouble.kind) {
    case "session":
      return notice("warn", t.sessionTitle, t.sessionDetail, "", [signInButton(el)]);
    case "token":
      return notice("warn", t.tokenTitle, t.tokenDetail, "", again);
    case "offline":
      return notice("warn", t.offlineTitle, t.offlineDetail, "", again);
    case "refused": {
      const [title, detail] = t.problems[trouble.type] ?? [t.unknownTitle, t.unknownDetail];
      const reference = trouble.instance
        ? t.reference(trouble.instance.replace("urn:uuid:", ""))
        : "";
      const about = trouble.page
        ? html`<a href=${trouble.page} target="_blank" rel="noopener">${t.aboutProblem}</a>`
        : nothing;
      const why = trouble.reason ? `${detail} ${t.reasonGiven(trouble.reason)}` : detail;
      return notice("bad", title, why, reference, again, about);
    }
  }
}

const notice = (
  tone: string,
  title: string,
  detail: string,
  small: string,
  actions: readonly Piece[],
  about: Piece = nothing,
) =>
  html`<div class="notice ${tone}" part="notice">
    <div role="alert"><strong>${title}</strong><p>${detail}</p></div>
    ${small || about !== nothing ? html`<p class="small muted">${small} ${about}</p>` : nothing}
    ${actions.some((action) => action !== nothing) ? html`<div class="actions line">${actions}</div>` : nothing}
  </div>`;

const signInButton = (el: LatchkeyElement) =>
  html`<button type="button" class="primary" part="button primary"
    @click=${() => el.fire("sign-in-needed")}>${el.t.signIn}</button>`;

/** Counts down outside the alert's own words, so that a screen reader is not told each second. */
function pause(el: LatchkeyElement, { againAt }: Trouble): Piece {
  if (againAt === undefined) return nothing;
  const wait = againAt - Date.now();
  el.ticker.showsSeconds = true;
  return html`<span class="small muted" aria-live="off">${
    wait > 0 ? el.t.againIn(countdown(el, wait + 999)) : el.t.againNow
  }</span>`;
}

/** Of no use before a pause that the service asked for is over. */
function retryButton(el: LatchkeyElement, retry: () => void, { retryAt = 0 }: Trouble) {
  const paused = retryAt > Date.now();
  return html`<button type="button" part="button" aria-disabled=${paused ? "true" : "false"}
    @click=${() => retryAt <= Date.now() && retry()}>${el.t.retry}</button>`;
}
