import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Form, field, formChoice, submit, text } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { Client, Secret } from "../shared/shapes.ts";
import { addSecretDialog } from "./add-secret.ts";
import { careDialog, isCareDialog } from "./care-part.ts";
import { renameClient } from "./clients-actions.ts";
import { MAX_NAME } from "./create-view.ts";
import { hold } from "./held.ts";
import { keysDialog } from "./keys-part.ts";
import { isLast } from "./last.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { rotateDialog } from "./rotate.ts";
import { suspendDialog } from "./suspension.ts";

/** Keyed, so that one dialog after another is a new one: it takes the focus, and nothing of the last is left in it. */
export const clientsDialog = (el: LatchkeyClients): unknown => keyed(el.state.form, opened(el));

function opened(el: LatchkeyClients): TemplateResult | typeof nothing {
  const { dialog, form } = el.state;
  if (!dialog || !form) return nothing;
  // As it is now; a client that has gone keeps the form that was opened on it.
  if (isCareDialog(dialog)) return careDialog(el, dialog, form);
  const client = el.state.items?.find(({ id }) => id === dialog.client.id) ?? dialog.client;
  switch (dialog.kind) {
    case "rename":
      return renameDialog(el, client, form);
    case "delete":
      return deleteDialog(el, client, form);
    case "suspend":
    case "resume":
      return suspendDialog(el, dialog.kind, client, form);
    case "add-secret":
      return addSecretDialog(el, client, form);
    case "rotate-secret":
      return rotateDialog(el, client, form, dialog);
    case "remove-secret":
      return removeSecretDialog(el, client, form, dialog.secret);
    default:
      return keysDialog(el, dialog, form);
  }
}

function renameDialog(el: LatchkeyClients, client: Client, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) => {
    const displayName = text(values, "displayName");
    if (displayName === "") return { displayName: t.required };
    return renameClient(el, form, client, displayName);
  });
  const name = field(form, {
    name: "displayName",
    label: t.fieldName,
    maxLength: MAX_NAME,
    value: client.displayName,
    focus: true,
  });
  return dialog(el, {
    title: t.renameTitle,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>${name}${formChoice(el, form, { label: t.renameSubmit, close })}</form>`,
  });
}

function deleteDialog(el: LatchkeyClients, client: Client, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) => {
    if (text(values, "typed") !== client.displayName.trim()) return { typed: t.deleteMismatch };
    return hold(el, form, { client });
  });
  const typed = field(form, {
    name: "typed",
    label: t.deleteType(client.displayName),
    maxLength: MAX_NAME,
    focus: true,
  });
  return dialog(el, {
    title: t.deleteTitle,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${t.deleteDetail}</p>${typed}${formChoice(el, form, { label: t.deleteSubmit, close, tone: "danger" })}
    </form>`,
  });
}

function removeSecretDialog(
  el: LatchkeyClients,
  client: Client,
  form: Form,
  secret: Secret,
): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const { about, keys } = el.state;
  const isRead = keys.clientId === client.id && !keys.isReading && !keys.trouble;
  const evenLast = isLast(client, secret.keyId, { about, isRead, now: Date.now() });
  const onSubmit = submit(el, form, async () => hold(el, form, { client, secret, evenLast }));
  return dialog(el, {
    title: t.removeTitle(secret.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${t.removeDetail}</p>${evenLast ? html`<p class="warn"><strong>${t.removeLast}</strong></p>` : nothing}${formChoice(el, form, { label: t.removeSubmit, close, tone: "danger" })}
    </form>`,
  });
}
