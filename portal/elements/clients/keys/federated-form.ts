import { html, nothing, type TemplateResult } from "lit";
import { type Form, field, formChoice, submit, text } from "../../shared/form.ts";
import { dialog } from "../../shared/pieces.ts";
import type { Client, FederatedPreset } from "../../shared/shapes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { troubleNotice } from "../../shared/trouble-notice.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { addFederated, readPresets } from "./add-federated.ts";
import { ownTexts } from "./own-texts.ts";

const MAX_NAME = 120;
const MAX_PART = 600;
/** Of the choice of platforms: what none of them is. */
const OTHER = "other";
/** What the directory asks of a name. */
const NAME = /^[A-Za-z0-9][\w-]{2,}$/;

/** A federated credential by what people know of their platform; the service knows how its tokens are written. */
export function federatedDialog(el: LatchkeyClients, client: Client, form: Form): TemplateResult {
  const own = ownTexts(el);
  const close = () => el.closeDialog(form);
  const { presets, trouble } = el.state.keys;
  const preset = chosen(presets, form);
  const onSubmit = submit(el, form, async (values) => {
    const complaints = complaintsOf(el, preset, form, values);
    if (Object.keys(complaints).length > 0) return complaints;
    return addFederated(el, form, client, text(values, "name"), trustOf(preset, form, values));
  });
  return dialog(el, {
    title: own.addFederated,
    subtitle: client.displayName,
    close,
    body: html`${troubleNotice(el, presets ? undefined : trouble, () => void readPresets(el))}
    <form class="sheet-form" novalidate @submit=${onSubmit}>
      ${choice(el, form, {
        name: "preset",
        label: own.platform,
        chosen: preset?.id ?? OTHER,
        options: [...(presets ?? []), { id: OTHER, title: own.anyIssuer }],
      })}
      ${preset ? ofPreset(el, form, preset) : byHand(el, form)}
      ${field(form, { name: "name", label: el.t.fieldName, hint: own.federatedName, maxLength: MAX_NAME })}
      ${formChoice(el, form, { label: own.addFederated, close })}
    </form>`,
  });
}

function chosen(
  presets: readonly FederatedPreset[] | undefined,
  { choices }: Form,
): FederatedPreset | undefined {
  const wanted = choices["preset"];
  return wanted === undefined ? presets?.[0] : presets?.find(({ id }) => id === wanted);
}

const scopeOf = ({ scopes }: FederatedPreset, { choices }: Form) =>
  scopes.find(({ id }) => id === choices["scope"]) ?? scopes[0];

const fieldsOf = (preset: FederatedPreset, form: Form) => [
  ...preset.fields,
  ...(scopeOf(preset, form)?.fields ?? []),
];

function ofPreset(el: LatchkeyClients, form: Form, preset: FederatedPreset): TemplateResult {
  const { scopes } = preset;
  return html`${
    scopes.length > 1
      ? choice(el, form, {
          name: "scope",
          label: preset.title,
          chosen: scopeOf(preset, form)?.id ?? "",
          options: scopes,
        })
      : nothing
  }
  ${fieldsOf(preset, form).map(({ name, title, example, maxLength, default: usual }) =>
    field(form, { name, label: title, hint: example, maxLength, ...(usual && { value: usual }) }),
  )}`;
}

function byHand(el: LatchkeyClients, form: Form): TemplateResult {
  const own = ownTexts(el);
  return html`${field(form, { name: "issuer", label: own.issuer, maxLength: MAX_PART, type: "url" })}
    ${field(form, { name: "subject", label: own.subject, maxLength: MAX_PART })}`;
}

function choice(
  el: LatchkeyClients,
  form: Form,
  options: {
    readonly name: string;
    readonly label: string;
    readonly chosen: string;
    readonly options: readonly { readonly id: string; readonly title: string }[];
  },
): TemplateResult {
  const { name } = options;
  const choose = ({ target }: Event) => {
    if (!(target instanceof HTMLSelectElement)) return;
    form.choices = { ...form.choices, [name]: target.value };
    form.complaints = {};
    el.requestUpdate();
  };
  return html`<div class="field">
    <label for=${name}>${options.label}</label>
    <select id=${name} name=${name} @change=${choose}>
      ${options.options.map(({ id, title }) => html`<option value=${id} ?selected=${id === options.chosen}>${title}</option>`)}
    </select>
  </div>`;
}

function complaintsOf(
  el: LatchkeyClients,
  preset: FederatedPreset | undefined,
  form: Form,
  values: FormData,
): Readonly<Record<string, string>> {
  const { t } = el;
  const wanted = preset
    ? fieldsOf(preset, form)
    : [
        { name: "issuer", pattern: "https://.+", isOptional: undefined },
        { name: "subject", pattern: ".+", isOptional: undefined },
      ];
  const wrong = wanted.flatMap(({ name, pattern, isOptional }) => {
    const value = text(values, name);
    if (value === "") return isOptional ? [] : [[name, t.required] as const];
    return new RegExp(`^(?:${pattern})$`, "u").test(value) ? [] : [[name, t.valueRefused] as const];
  });
  const name = text(values, "name");
  const called = name === "" ? t.required : NAME.test(name) ? "" : ownTexts(el).federatedName;
  return { ...Object.fromEntries(wrong), ...(called && { name: called }) };
}

export type Trust =
  | { readonly issuer: string; readonly subject: string }
  | {
      readonly preset: string;
      readonly scope?: string;
      readonly values: Readonly<Record<string, string>>;
    };

function trustOf(preset: FederatedPreset | undefined, form: Form, values: FormData): Trust {
  if (!preset) return { issuer: text(values, "issuer"), subject: text(values, "subject") };
  const given = fieldsOf(preset, form).flatMap(({ name }) => {
    const value = text(values, name);
    return value === "" ? [] : [[name, value] as const];
  });
  const scope = scopeOf(preset, form)?.id;
  return { preset: preset.id, ...(scope && { scope }), values: Object.fromEntries(given) };
}

export type Refusal = Trouble | Readonly<Record<string, string>> | undefined;
