import { html, nothing, type TemplateResult } from "lit";
import { HOUR, MINUTE } from "./format.ts";
import type { LatchkeyElement } from "./latchkey-element.ts";
import { countdown } from "./pieces.ts";
import type { Consent } from "./shapes.ts";

const TONES = { pending: "warn", granted: "good", rejected: "bad", revoked: "bad" } as const;

/** The state of a consent in two words, with the time left while it is pending. */
export function consentChip(el: LatchkeyElement, consent: Consent, now: number): TemplateResult {
  return html`<span class="chip ${TONES[consent.state]}" part="chip">${el.t[consent.state]}</span>
    ${consent.state === "pending" ? dueTime(el, consent, now) : nothing}`;
}

export function dueTime(el: LatchkeyElement, { dueAt }: Consent, now: number): TemplateResult {
  const left = Date.parse(dueAt) - now;
  const time = countdown(el, left);
  // "Overdue by 0 seconds" is no news.
  const isNow = left <= 0 && left > -MINUTE;
  return html`<time
    class="small ${left < 0 && !isNow ? "bad" : "muted"}" part="countdown" datetime=${dueAt} title=${el.f.exact(dueAt)}
  >${isNow ? el.t.dueNow : left < 0 ? el.t.overdueBy(time) : el.t.dueIn(time)}</time>`;
}

/** The same as a sentence for the customer. */
export function consentSentence(el: LatchkeyElement, consent: Consent, now: number): string {
  const { t, f } = el;
  const sla = f.words(consent.slaHours * HOUR);
  const due = f.short(consent.dueAt);
  const decided = consent.decidedAt ? f.short(consent.decidedAt) : t.dash;
  switch (consent.state) {
    case "pending":
      return Date.parse(consent.dueAt) < now ? t.overdueText(sla, due) : t.pendingText(sla, due);
    case "granted":
      return t.grantedText(decided);
    case "rejected":
      return consent.reason ? t.rejectedText(consent.reason) : t.rejectedBare;
    case "revoked":
      return t.revokedText(decided);
  }
}
