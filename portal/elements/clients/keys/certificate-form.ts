import { html, nothing, type TemplateResult } from "lit";
import { type Form, field, formChoice, submit, text } from "../../shared/form.ts";
import { DAY, HOUR } from "../../shared/format.ts";
import { dialog } from "../../shared/pieces.ts";
import type { Client, Keyless } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { sendCertificate, type Wanted } from "./add-certificate.ts";
import { ownTexts } from "./own-texts.ts";

const MAX_NAME = 90;
const MAX_PEM = 12_000;
const PEM_LINES = 8;
const LIFETIMES_DAYS = [90, 180, 365, 730] as const;
const USUAL_DAYS = 180;
const GRACES_HOURS = [24, 168, 720] as const;

/** A certificate: with a key pair that is made here, or one that somebody has already. `replaced` gives way to it. */
export function certificateDialog(
  el: LatchkeyClients,
  client: Client,
  form: Form,
  replaced?: Keyless,
): TemplateResult {
  const { t } = el;
  const own = ownTexts(el);
  const close = () => el.closeDialog(form);
  const isOwn = form.choices["source"] === "own";
  const onSubmit = submit(el, form, async (values) => {
    const displayName = text(values, "displayName");
    const certificate = text(values, "certificate");
    const complaints = {
      ...(displayName === "" && { displayName: t.required }),
      ...(isOwn && certificate === "" && { certificate: t.required }),
      ...(isOwn && certificate.includes("PRIVATE KEY") && { certificate: own.privateKeyTyped }),
    };
    if (Object.keys(complaints).length > 0) return complaints;
    const wanted: Wanted = {
      displayName,
      ...(isOwn && { certificate }),
      days: Number(text(values, "days")),
      format: text(values, "format") === "p12" ? "p12" : "pem",
      ...(replaced && { replaced, graceHours: Number(text(values, "grace")) }),
    };
    return sendCertificate(el, form, client, wanted);
  });
  return dialog(el, {
    title: replaced ? own.replaceCertificate : own.addCertificate,
    subtitle: client.displayName,
    close,
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      ${field(form, { name: "displayName", label: t.fieldName, maxLength: MAX_NAME, focus: true, ...(replaced && { value: replaced.displayName }) })}
      ${source(el, form)}
      ${
        isOwn
          ? field(form, {
              name: "certificate",
              label: own.pemLabel,
              hint: own.pemHint,
              lines: PEM_LINES,
              maxLength: MAX_PEM,
            })
          : keyPair(el)
      }
      ${replaced ? grace(el) : nothing}
      <p class="small muted" role="status">${form.busy && !isOwn ? own.making : nothing}</p>
      ${formChoice(el, form, { label: replaced ? own.replaceCertificate : own.addCertificate, close })}
    </form>`,
  });
}

function source(el: LatchkeyClients, form: Form): TemplateResult {
  const own = ownTexts(el);
  const option = (value: "here" | "own", label: string, hint: string) => {
    const choose = () => {
      form.choices = { ...form.choices, source: value };
      el.requestUpdate();
    };
    return html`<label class="check"><input type="radio" name="source" value=${value}
      .checked=${(form.choices["source"] ?? "here") === value} @change=${choose} />
      <span>${label}<span class="small muted">${hint}</span></span></label>`;
  };
  return html`<fieldset>
    <legend>${own.source}</legend>
    ${option("here", own.sourceHere, own.sourceHereHint)}
    ${option("own", own.sourceOwn, own.sourceOwnHint)}
  </fieldset>`;
}

function keyPair(el: LatchkeyClients): TemplateResult {
  const own = ownTexts(el);
  return html`<div class="field">
      <label for="days">${own.goodFor}</label>
      <select id="days" name="days">
        ${LIFETIMES_DAYS.map((one) => html`<option value=${one} ?selected=${one === USUAL_DAYS}>${el.f.words(one * DAY)}</option>`)}
      </select>
    </div>
    <div class="field">
      <label for="format">${own.format}</label>
      <select id="format" name="format">
        <option value="pem">${own.formatPem}</option>
        <option value="p12">${own.formatP12}</option>
      </select>
    </div>`;
}

const grace = (el: LatchkeyClients): TemplateResult =>
  html`<div class="field">
    <label for="grace">${el.t.rotateGrace}</label>
    <select id="grace" name="grace">
      ${GRACES_HOURS.map((hours) => html`<option value=${hours} ?selected=${hours === GRACES_HOURS[0]}>${el.f.words(hours * HOUR)}</option>`)}
      <option value="0">${el.t.rotateLeaked}</option>
    </select>
  </div>`;
