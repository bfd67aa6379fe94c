import { html, nothing, type TemplateResult } from "lit";
import { busyLabelled, type Form, field, formChoice, submit, text } from "../shared/form.ts";
import { DAY } from "../shared/format.ts";
import { dialog } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import { showKeys } from "./keys-part.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { addSecret, replaceSecret } from "./secret-actions.ts";

const MAX_SECRET_NAME = 90;
const LIFETIMES_DAYS = [30, 90, 180] as const;
/** Of the choice of lifetimes. */
const LONGEST = "longest";
const DATE = "date";

export function addSecretDialog(el: LatchkeyClients, client: Client, form: Form): TemplateResult {
  const { t } = el;
  const close = () => el.closeDialog(form);
  const onSubmit = submit(el, form, async (values) => {
    const displayName = text(values, "displayName");
    const lifetimeDays = chosenDays(values, Date.now());
    const longest = el.state.about?.limits.secretLifetimeDays ?? Number.POSITIVE_INFINITY;
    const complaints = {
      ...(displayName === "" && { displayName: t.required }),
      ...(lifetimeDays === "none" && { expiresOn: t.required }),
      ...(typeof lifetimeDays === "number" && lifetimeDays < 1 && { expiresOn: t.dateTooEarly }),
      ...(typeof lifetimeDays === "number" &&
        lifetimeDays > longest && { expiresOn: t.dateTooLate(el.f.number(longest)) }),
    };
    if (Object.keys(complaints).length > 0) return complaints;
    return addSecret(el, form, client, {
      displayName,
      ...(typeof lifetimeDays === "number" && { lifetimeDays }),
    });
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
    subtitle: client.displayName,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      ${discouraged(el, form)}${name}${lifetime(el, form)}${lostBefore(el, client, form)}
      <p class="small muted" role="status">${form.busy ? t.onceWaiting : nothing}</p>
      ${formChoice(el, form, { label: t.addSecretSubmit, close })}
    </form>`,
  });
}

/** What is better than a secret, where the operators say so (`SECRETS=discouraged`) and there is anything better to be had. */
function discouraged(el: LatchkeyClients, form: Form) {
  const { about } = el.state;
  const hasBetter = about?.credentials?.some(({ kind, allowed }) => kind !== "secret" && allowed);
  if (about?.secrets !== "discouraged" || !hasBetter) return nothing;
  const look = async () => {
    el.closeDialog(form);
    await el.updateComplete;
    showKeys(el);
  };
  return html`<div class="notice warn" part="notice"><p>${el.t.secretsDiscouraged}</p>
    <button type="button" class="link" part="link" @click=${look}>${el.t.keysTitle}</button></div>`;
}

/** Whole days from now: a number, `none` for a date that was not given, or nothing for the longest allowed. */
function chosenDays(values: FormData, now: number): number | "none" | undefined {
  const choice = text(values, "lifetime");
  if (choice === LONGEST) return undefined;
  if (choice !== DATE) return Number(choice);
  const [year, month, day] = text(values, "expiresOn").split("-").map(Number);
  if (!year || !month || !day) return "none";
  // Calendar days in the reader's zone: a day with a change of the clock has 23 or 25 hours.
  const today = new Date(now);
  const from = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate());
  return Math.round((Date.UTC(year, month - 1, day) - from) / DAY);
}

function lifetime(el: LatchkeyClients, form: Form): TemplateResult {
  const { t, f } = el;
  const longest = el.state.about?.limits.secretLifetimeDays;
  const chosen = form.choices["lifetime"] ?? LONGEST;
  const choose = (event: Event) => {
    if (!(event.target instanceof HTMLSelectElement)) return;
    form.choices = { ...form.choices, lifetime: event.target.value };
    el.requestUpdate();
  };
  const dateOf = (days: number) => {
    const at = new Date(Date.now() + days * DAY);
    const two = (part: number) => String(part).padStart(2, "0");
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  };
  return html`<div class="field">
      <label for="lifetime">${t.lifetime}</label>
      <select id="lifetime" name="lifetime" @change=${choose}>
        <option value=${LONGEST} selected>${longest ? t.lifetimeLongestOf(f.number(longest)) : t.lifetimeLongest}</option>
        ${LIFETIMES_DAYS.filter((days) => days < (longest ?? Number.POSITIVE_INFINITY)).map(
          (days) => html`<option value=${days}>${t.days(f.number(days))}</option>`,
        )}
        <option value=${DATE}>${t.lifetimeDate}</option>
      </select>
    </div>
    ${
      chosen === DATE
        ? field(form, {
            name: "expiresOn",
            label: t.expiresOn,
            type: "date",
            min: dateOf(1),
            ...(longest && { max: dateOf(longest) }),
          })
        : nothing
    }`;
}

/** The earlier request did make a secret; nobody can have its value, so all that helps is another one in its place. */
function lostBefore(el: LatchkeyClients, client: Client, form: Form) {
  const { trouble } = form;
  const keyId = trouble?.type === "secret-value-already-returned" ? trouble.keyId : undefined;
  if (!keyId) return nothing;
  const replace = async (event: Event) => {
    const target = event.currentTarget;
    if (form.busy || !(target instanceof HTMLElement)) return;
    const wish = target.closest("form");
    form.busy = true;
    el.requestUpdate();
    const gone = await replaceSecret(el, form, client, keyId);
    form.busy = false;
    el.requestUpdate();
    if (gone) wish?.requestSubmit();
  };
  return html`<div class="actions"><button type="button" class="danger" part="button danger"
    aria-disabled=${form.busy ? "true" : "false"} @click=${replace}>${busyLabelled(form, el.t.replaceLost)}</button></div>`;
}
