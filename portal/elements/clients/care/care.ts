import type { TemplateResult } from "lit";
import type { Form } from "../../shared/form.ts";
import type { CareDialog } from "../clients-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { calendarDialog } from "./calendar-view.ts";
import { readReminders } from "./reminders.ts";
import { remindersView } from "./reminders-view.ts";
import { rescheduleDialog } from "./reschedule.ts";
import { snoozeDialog } from "./snooze.ts";
import { readWebhook } from "./webhook.ts";
import { removeWebhookDialog, rotateWebhookDialog } from "./webhook-dialogs.ts";
import { webhookView } from "./webhook-view.ts";

export { webhookSecretOnce } from "./webhook-secret.ts";

/** What this part has for the element that has loaded it. It has nothing of its own that lasts: all of that is the element's state. */

export const careView = (el: LatchkeyClients, now: number): TemplateResult =>
  el.show === "webhook" ? webhookView(el, now) : remindersView(el);

export const readCare = (el: LatchkeyClients): Promise<void> =>
  el.show === "webhook" ? readWebhook(el) : readReminders(el);

export function careDialog(el: LatchkeyClients, dialog: CareDialog, form: Form): TemplateResult {
  switch (dialog.kind) {
    case "reschedule":
      return rescheduleDialog(el, dialog, form);
    case "snooze":
      return snoozeDialog(el, dialog, form);
    case "calendar-end":
    case "calendar-new":
      return calendarDialog(el, dialog.kind, form);
    case "webhook-remove":
      return removeWebhookDialog(el, form);
    case "webhook-rotate":
      return rotateWebhookDialog(el, form);
  }
}
