import { html, type TemplateResult } from "lit";
import { type Form, formChoice, submit, text } from "../shared/form.ts";
import { dialog } from "../shared/pieces.ts";
import type { Client, RotatedSecret, Secret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { loadClient } from "./clients-actions.ts";
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
  secret: Secret,
): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) =>
    rotate(el, form, client, secret, Number(text(values, "grace"))),
  );
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
      <p class="small muted" role="status">${form.busy ? t.onceWaiting : ""}</p>
      ${formChoice(el, form, { label: t.rotateSubmit, close })}
    </form>`,
  });
}

async function rotate(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  old: Secret,
  graceHours: number,
): Promise<Trouble | undefined> {
  const wanted = { graceHours };
  el.set({ awaited: el.state.awaited + 1 });
  await sendAllOf(el, client.id);
  const path = `/clients/${client.id}/secrets/${old.keyId}/rotate`;
  const answer = await el.client.call<RotatedSecret>("POST", path, {
    body: wanted,
    idempotencyKey: form.idempotencyKey([old.keyId, wanted]),
    prefer: `wait=${READY_SECONDS}`,
  });
  el.set({ awaited: el.state.awaited - 1 });
  if (!answer.ok) return notAdded(el, form, client, old.displayName, answer.trouble);
  const { keyId, displayName, expiresAt, replaced } = answer.value;
  if (!el.isConnected) el.leaveUnseen([keyId]);
  else {
    const once = { client, secret: answer.value, copied: false, unsure: false };
    const oldEndsAt = graceHours > 0 ? (replaced.retiresAt ?? replaced.expiresAt) : undefined;
    el.set({ once: [...el.state.once, { ...once, ...(oldEndsAt && { oldEndsAt }) }] });
  }
  el.closeDialog(form);
  el.announce(el.t.secretCreated(displayName));
  el.tell("secret-created", { clientId: client.id, keyId, displayName, expiresAt });
  await loadClient(el, client.id);
  return undefined;
}
