import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Form, field, formChoice, submit, text } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { Client, Secret } from "../shared/shapes.ts";
import { addSecret, deleteClient, removeSecret, renameClient } from "./clients-actions.ts";
import { MAX_NAME } from "./create-view.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { secretOnceDialog } from "./secret-once.ts";

const MAX_SECRET_NAME = 90;
const LIFETIMES_DAYS = [30, 90, 180] as const;

/** Keyed, so that one dialog after another is a new one: it takes the focus, and nothing of the last is left in it. */
export const clientsDialog = (el: LatchkeyClients): unknown =>
  keyed(el.state.dialog?.kind, opened(el));

function opened(el: LatchkeyClients): TemplateResult | typeof nothing {
  const { dialog, form } = el.state;
  const client = el.opened;
  if (!dialog || !client) return nothing;
  if (dialog.kind === "secret-once") return secretOnceDialog(el, client, dialog);
  if (!form) return nothing;
  switch (dialog.kind) {
    case "rename":
      return renameDialog(el, client, form);
    case "delete":
      return deleteDialog(el, client, form);
    case "add-secret":
      return addSecretDialog(el, client, form);
    case "remove-secret":
      return removeSecretDialog(el, client, form, dialog.secret);
  }
}

function renameDialog(el: LatchkeyClients, client: Client, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog();
  const onSubmit = submit(el, form, async (values) => {
    const displayName = text(values, "displayName");
    if (displayName === "") return { displayName: t.required };
    return renameClient(el, client, displayName);
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
  const close = () => el.closeDialog();
  const onSubmit = submit(el, form, async (values) => {
    if (text(values, "typed") !== client.displayName.trim()) return { typed: t.deleteMismatch };
    return deleteClient(el, client);
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

function addSecretDialog(el: LatchkeyClients, client: Client, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog();
  const onSubmit = submit(el, form, async (values) => {
    const displayName = text(values, "displayName");
    if (displayName === "") return { displayName: t.required };
    const days = Number(text(values, "lifetime"));
    return addSecret(el, form, client, { displayName, ...(days > 0 && { lifetimeDays: days }) });
  });
  const name = field(form, {
    name: "displayName",
    label: t.fieldName,
    hint: t.addSecretNameHint,
    maxLength: MAX_SECRET_NAME,
    focus: true,
  });
  return dialog(el, {
    title: t.addSecretTitle,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      ${name}
      <div class="field">
        <label for="lifetime">${t.lifetime}</label>
        <select id="lifetime" name="lifetime">
          <option value="0" selected>${t.lifetimeLongest}</option>
          ${LIFETIMES_DAYS.map((days) => html`<option value=${days}>${t.days(el.f.number(days))}</option>`)}
        </select>
      </div>
      ${formChoice(el, form, { label: t.addSecretSubmit, close })}
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
  const close = () => el.closeDialog();
  const onSubmit = submit(el, form, () => removeSecret(el, client, secret));
  return dialog(el, {
    title: t.removeTitle(secret.displayName),
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${t.removeDetail}</p>${formChoice(el, form, { label: t.removeSubmit, close, tone: "danger" })}
    </form>`,
  });
}
