import { html, type TemplateResult } from "lit";
import { type Form, field, formChoice, submit, text } from "../../shared/form.ts";
import { localTime } from "../../shared/format.ts";
import { dialog } from "../../shared/pieces.ts";
import type { ScheduledSecret } from "../../shared/shapes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import type { OfSecret } from "../clients-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";
import { putSecret } from "./scheduled.ts";

const KEEP = "keep";
const MOVE = "move";

/** When a secret that has been replaced is removed: at another time, or not before it expires. */
export function rescheduleDialog(
  el: LatchkeyClients,
  target: OfSecret,
  form: Form,
): TemplateResult {
  const { client, secret } = target;
  const { t, f } = el;
  const own = ownTexts(el);
  const close = () => el.closeDialog(form);
  const choice = form.choices["when"] ?? MOVE;
  const onSubmit = submit(el, form, async (values) => {
    if (text(values, "when") === KEEP) return reschedule(el, form, target, null);
    const at = Date.parse(text(values, "retiresAt"));
    if (Number.isNaN(at)) return { retiresAt: t.required };
    if (at <= Date.now()) return { retiresAt: own.rescheduleTooEarly };
    if (at > Date.parse(secret.expiresAt))
      return { retiresAt: own.rescheduleTooLate(f.short(secret.expiresAt)) };
    return reschedule(el, form, target, new Date(at).toISOString());
  });
  const choose = (value: string) => () => {
    form.choices = { ...form.choices, when: value };
    el.requestUpdate();
  };
  const one = (value: string, label: string) =>
    html`<label class="check"><input type="radio" name="when" value=${value} ?checked=${choice === value}
      @change=${choose(value)} /><span>${label}</span></label>`;
  const at = field(form, {
    name: "retiresAt",
    label: own.rescheduleAt,
    type: "datetime-local",
    min: localTime(new Date().toISOString()),
    max: localTime(secret.expiresAt),
    value: localTime(secret.retiresAt ?? secret.expiresAt),
    focus: true,
  });
  return dialog(el, {
    title: own.rescheduleTitle(secret.displayName),
    subtitle: client.displayName,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <fieldset><legend class="hidden">${t.reschedule}</legend>
        ${one(MOVE, own.rescheduleMove)}${one(KEEP, own.rescheduleKeep(f.short(secret.expiresAt)))}
      </fieldset>
      ${choice === MOVE ? at : ""}
      ${formChoice(el, form, { label: own.rescheduleSubmit, close })}
    </form>`,
  });
}

async function reschedule(
  el: LatchkeyClients,
  form: Form,
  { client, secret }: OfSecret,
  retiresAt: string | null,
): Promise<Trouble | undefined> {
  const path = `/clients/${client.id}/secrets/${secret.keyId}`;
  const answer = await el.client.call<ScheduledSecret>("PATCH", path, { body: { retiresAt } });
  if (!answer.ok) return answer.trouble;
  const { keyId, displayName, retiresAt: at } = answer.value;
  putSecret(el, client, answer.value);
  el.closeDialog(form);
  const own = ownTexts(el);
  el.announce(at ? own.rescheduled(displayName, el.f.short(at)) : own.kept(displayName));
  el.tell("secret-rescheduled", { clientId: client.id, keyId, ...(at && { retiresAt: at }) });
  return undefined;
}
