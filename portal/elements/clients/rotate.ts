import { html, nothing, type TemplateResult } from "lit";
import { type Form, formChoice, submit, text } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { Client, HeldSecret, RotatedSecret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { loadClient } from "./clients-actions.ts";
import type { RotateDialog } from "./clients-state.ts";
import { sendAllOf } from "./held.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { notAdded, READY_SECONDS } from "./secret-actions.ts";

/** A secret gives way to a new one, which is shown once with both times: its own end, and that of the old one. */

const GRACES_HOURS = [24, 168, 720] as const;
const HOUR_MS = 3_600_000;

export function rotateDialog(
  el: LatchkeyClients,
  client: Client,
  form: Form,
  wanted: RotateDialog,
): TemplateResult {
  const { t } = el;
  const { secret } = wanted;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) => {
    const replaces = text(values, "replaces");
    if (wanted.places && replaces === "") return { replaces: t.required };
    const graceHours = Number(text(values, "grace"));
    return rotate(el, form, { ...wanted, client }, { graceHours, ...(replaces && { replaces }) });
  });
  return dialog(el, {
    title: t.rotateTitle(secret.displayName),
    subtitle: client.displayName,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${t.rotateDetail}</p>
      <div class="field">
        <label for="grace">${t.rotateGrace}</label>
        <select id="grace" name="grace" autofocus>
          ${GRACES_HOURS.map((hours) => html`<option value=${hours} ?selected=${hours === GRACES_HOURS[0]}>${el.f.words(hours * HOUR_MS)}</option>`)}
          <option value="0">${t.rotateLeaked}</option>
        </select>
      </div>
      ${wanted.places ? places(el, form, wanted, wanted.places) : nothing}
      <p class="small muted" role="status">${form.busy ? t.onceWaiting : ""}</p>
      ${formChoice(el, form, { label: t.rotateSubmit, close })}
    </form>`,
  });
}

/** Two and no more: the service cannot know which of them is of no use any longer. */
function places(
  el: LatchkeyClients,
  form: Form,
  { secret }: RotateDialog,
  held: readonly HeldSecret[],
): TemplateResult {
  const { t, f } = el;
  const complaint = form.complaints["replaces"];
  return html`<fieldset aria-describedby="replaces-hint">
    <legend>${t.rotateWhich}</legend>
    <p class="small muted" id="replaces-hint">${t.rotateWhichHint}</p>
    ${held.map(
      ({ keyId, displayName, hint, expiresAt }) =>
        html`<label class="check"><input type="radio" name="replaces" value=${keyId}
          aria-invalid=${complaint ? "true" : "false"} aria-describedby=${complaint ? "replaces-complaint" : nothing} />
          <span><span class="name">${displayName}${keyId === secret.keyId ? ` (${t.rotateSame})` : ""}</span>
            <span class="small muted"><code>${hint}…</code> · ${t.expires} ${f.short(expiresAt)}</span></span></label>`,
    )}
    ${complaint ? html`<p class="complaint" id="replaces-complaint" role="alert">${complaint}</p>` : nothing}
  </fieldset>`;
}

async function rotate(
  el: LatchkeyClients,
  form: Form,
  dialog: RotateDialog,
  wanted: { readonly graceHours: number; readonly replaces?: string },
): Promise<Trouble | Readonly<Record<string, string>> | undefined> {
  const { client, secret: old } = dialog;
  const { graceHours } = wanted;
  el.set({ awaited: el.state.awaited + 1 });
  await sendAllOf(el, client.id);
  const path = `/clients/${client.id}/secrets/${old.keyId}/rotate`;
  const answer = await el.client.call<RotatedSecret>("POST", path, {
    body: wanted,
    idempotencyKey: form.idempotencyKey([old.keyId, wanted]),
    prefer: `wait=${READY_SECONDS}`,
  });
  el.set({ awaited: el.state.awaited - 1 });
  if (!answer.ok && answer.trouble.secrets && el.state.form === form) {
    el.set({ dialog: { ...dialog, places: answer.trouble.secrets } });
    await el.updateComplete;
    el.shadowRoot?.querySelector<HTMLElement>("[name=replaces]")?.focus();
    return undefined;
  }
  if (!answer.ok) return notAdded(el, form, client, old.displayName, answer.trouble);
  const { keyId, displayName, expiresAt, replaced } = answer.value;
  const isGone = graceHours === 0 || wanted.replaces === old.keyId;
  if (!el.isConnected) el.leaveUnseen([keyId]);
  else {
    const once = { client, secret: answer.value, copied: false, unsure: false };
    const oldEndsAt = isGone ? undefined : (replaced.retiresAt ?? replaced.expiresAt);
    el.set({ once: [...el.state.once, { ...once, ...(oldEndsAt && { oldEndsAt }) }] });
  }
  el.closeDialog(form);
  el.announce(el.t.secretCreated(displayName));
  el.tell("secret-created", { clientId: client.id, keyId, displayName, expiresAt });
  await loadClient(el, client.id);
  return undefined;
}
