import { html, type TemplateResult } from "lit";
import { type Form, formChoice, submit, text } from "../../shared/form.ts";
import { DAY } from "../../shared/format.ts";
import { dialog } from "../../shared/pieces.ts";
import type { ScheduledSecret } from "../../shared/shapes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { OfSecret } from "../clients-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";
import { putSecret } from "./scheduled.ts";

const PAUSES_DAYS = [3, 7, 14, 30] as const;
/** Reminders as they are set. */
const NONE = "0";

/** Nobody is reminded of one secret for a while; that it has expired is told all the same. */
export function snoozeDialog(el: LatchkeyClients, target: OfSecret, form: Form): TemplateResult {
  const { client, secret } = target;
  const own = ownTexts(el);
  const close = () => el.closeDialog(form);
  const left = Date.parse(secret.expiresAt) - Date.now();
  const pauses = PAUSES_DAYS.filter((days) => days * DAY < left);
  const onSubmit = submit(el, form, async (values) => {
    const days = Number(text(values, "pause"));
    const until = days > 0 ? new Date(Date.now() + days * DAY).toISOString() : null;
    return snooze(el, form, target, until);
  });
  return dialog(el, {
    title: own.snoozeTitle(secret.displayName),
    subtitle: client.displayName,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${own.snoozeDetail}</p>
      <div class="field">
        <label for="pause">${own.snoozeFor}</label>
        <select id="pause" name="pause" autofocus>
          ${pauses.map((days, index) => html`<option value=${days} ?selected=${index === 0}>${el.f.words(days * DAY)}</option>`)}
          <option value=${NONE}>${own.snoozeNone}</option>
        </select>
      </div>
      ${formChoice(el, form, { label: own.snoozeSubmit, close })}
    </form>`,
  });
}

async function snooze(
  el: LatchkeyClients,
  form: Form,
  { client, secret }: OfSecret,
  snoozedUntil: string | null,
): Promise<Trouble | undefined> {
  const path = `/clients/${client.id}/secrets/${secret.keyId}`;
  const answer = await el.client.call<ScheduledSecret>("PATCH", path, { body: { snoozedUntil } });
  if (!answer.ok) return answer.trouble;
  const until = answer.value.snoozedUntil;
  putSecret(el, client, answer.value);
  el.closeDialog(form);
  el.announce(until ? el.t.snoozedUntil(el.f.short(until)) : ownTexts(el).unsnoozed);
  return undefined;
}
