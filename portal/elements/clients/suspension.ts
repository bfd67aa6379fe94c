import { html, nothing, type TemplateResult } from "lit";
import { type Form, field, formChoice, submit, text } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { loadClient } from "./clients-actions.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** A customer stops one of their own clients, and lets it go on. */

const MAX_REASON = 200;

/** What an operator has stopped is not the customer's to resume. */
export function suspendButton(
  el: LatchkeyClients,
  client: Client,
): TemplateResult | typeof nothing {
  if (client.suspended?.by === "operator") return nothing;
  const kind = client.suspended ? "resume" : "suspend";
  const label = client.suspended ? el.t.resumeOwn : el.t.suspendOwn;
  return html`<button type="button" part="button" @click=${() => el.openDialog({ kind, client })}>${label}</button>`;
}

/** Why it is stopped stands here, once. */
export function suspension(
  el: LatchkeyClients,
  { by, reason, at }: NonNullable<Client["suspended"]>,
): TemplateResult {
  const told = by === "operator" ? el.t.suspendedText : el.t.suspendedByCustomer;
  return html`<div class="notice bad" part="notice" role="status">
    <strong>${el.t.suspended}</strong><p>${told(el.f.short(at), reason)}</p>
  </div>`;
}

export function suspendDialog(
  el: LatchkeyClients,
  kind: "suspend" | "resume",
  client: Client,
  form: Form,
): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const stops = kind === "suspend";
  const onSubmit = submit(el, form, async (values) => {
    const reason = text(values, "reason");
    if (stops && reason === "") return { reason: t.required };
    return stopOrGoOn(el, form, client, stops ? reason : undefined);
  });
  const label = stops ? t.suspendOwn : t.resumeOwn;
  const why = field(form, {
    name: "reason",
    label: t.suspendReason,
    hint: t.suspendReasonHint,
    maxLength: MAX_REASON,
    focus: true,
  });
  return dialog(el, {
    title: label,
    subtitle: client.displayName,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${stops ? t.suspendOwnDetail : t.resumeOwnDetail}</p>${stops ? why : nothing}
      ${formChoice(el, form, { label, close, ...(stops && { tone: "danger" }) })}
    </form>`,
  });
}

/** @param reason to stop it; nothing to let it go on */
async function stopOrGoOn(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  reason: string | undefined,
): Promise<Trouble | undefined> {
  const action = reason === undefined ? "resume" : "suspend";
  const answer = await el.client.call("POST", `/clients/${client.id}/${action}`, {
    ...(reason !== undefined && { body: { reason } }),
    idempotencyKey: form.idempotencyKey([action, client.id, reason]),
  });
  if (!answer.ok) {
    // Operators were faster: show what is there now.
    if (answer.trouble.type === "stopped-by-operator") await loadClient(el, client.id);
    return answer.trouble;
  }
  el.closeDialog(form);
  const { t } = el;
  const told = reason === undefined ? t.resumedOwn : t.suspendedOwn;
  el.announce(told(client.displayName));
  el.tell(reason === undefined ? "client-resumed" : "client-suspended", { clientId: client.id });
  await loadClient(el, client.id);
  return undefined;
}
