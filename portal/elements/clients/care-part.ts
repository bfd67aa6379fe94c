import { html, nothing, type TemplateResult } from "lit";
import type { Form } from "../shared/form.ts";
import { dialog, skeleton } from "../shared/pieces.ts";
import { notReached } from "../shared/trouble.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import { setCare } from "./care-state.ts";
import type { CareDialog } from "./clients-state.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** Pages and dialogs that few open on a visit: they are a file of their own, loaded when somebody opens one. */

type CarePart = typeof import("./care/care.ts");
let part: CarePart | undefined;

const PAGES: readonly string[] = ["reminders", "webhook"];
export const isCare = (show: string): boolean => PAGES.includes(show);

const DIALOGS: readonly string[] = [
  "reschedule",
  "snooze",
  "calendar-end",
  "calendar-new",
  "webhook-remove",
  "webhook-rotate",
] satisfies readonly CareDialog["kind"][];
export const isCareDialog = (dialog: { readonly kind: string }): dialog is CareDialog =>
  DIALOGS.includes(dialog.kind);

const BONES = 2;

export async function loadCare(el: LatchkeyClients): Promise<void> {
  try {
    part ??= await import("./care/care.ts");
  } catch {
    return setCare(el, { trouble: notReached });
  }
  setCare(el, { trouble: undefined });
  if (isCare(el.show)) await part.readCare(el);
}

export function carePage(el: LatchkeyClients, now: number): TemplateResult {
  if (part) return part.careView(el, now);
  const { trouble } = el.state.care;
  return html`<h2 tabindex="-1" data-heading class="hidden">${el.t.loading}</h2>
    ${trouble ? troubleNotice(el, trouble, () => void loadCare(el)) : skeleton(el, BONES)}`;
}

export function careDialog(el: LatchkeyClients, wanted: CareDialog, form: Form): TemplateResult {
  if (part) return part.careDialog(el, wanted, form);
  const close = () => el.closeDialog(form);
  return dialog(el, {
    title: el.t.loading,
    close,
    body: html`${troubleNotice(el, el.state.care.trouble, () => void loadCare(el))}
      <div class="actions"><button type="button" part="button" @click=${close}>${el.t.cancel}</button></div>`,
  });
}

/** A webhook's secret is on screen on whatever page of the element one is by then. */
export const careOnce = (el: LatchkeyClients): TemplateResult | typeof nothing =>
  part && el.state.care.secret ? part.webhookSecretOnce(el, el.state.care.secret) : nothing;
