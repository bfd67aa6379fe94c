import { html, nothing, type TemplateResult } from "lit";
import type { LatchkeyElement } from "./latchkey-element.ts";
import { busyLabel } from "./pieces.ts";
import type { Trouble } from "./trouble.ts";
import { troubleNotice } from "./trouble-notice.ts";

/** One form while it is on screen. It forgets itself when it is closed. */
export class Form {
  busy = false;
  trouble: Trouble | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  /** What to change, by the field's name. */
  complaints: Readonly<Record<string, string>> = {};
  /** What was chosen in fields that others depend on, by the field's name. */
  choices: Readonly<Record<string, string>> = {};
  #asked = "";
  #key = "";

  /** Does the same again at that time, unless the form has gone or somebody did it before. */
  againAt(time: number, repeat: () => void): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(repeat, time - Date.now());
  }

  /** Whether the service has asked for a pause that is not over. */
  paused(now: number): boolean {
    return (this.trouble?.retryAt ?? 0) > now;
  }

  /** One key for one wish: asking again after a lost answer repeats it, a changed form is another wish. */
  idempotencyKey(body: unknown): string {
    const asked = JSON.stringify(body);
    if (asked !== this.#asked) {
      this.#asked = asked;
      this.#key = crypto.randomUUID();
    }
    return this.#key;
  }

  /** The next request is another wish, even with the same words. */
  forgetKey(): void {
    this.#asked = "";
  }
}

/** Runs a form's action once at a time and shows what became of it. */
export function submit(
  el: LatchkeyElement,
  form: Form,
  act: (values: FormData) => Promise<Trouble | Readonly<Record<string, string>> | undefined>,
): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    const target = event.currentTarget;
    if (form.busy || form.paused(Date.now()) || !(target instanceof HTMLFormElement)) return;
    const values = new FormData(target);
    form.busy = true;
    form.trouble = undefined;
    form.complaints = {};
    el.requestUpdate();
    void act(values).then(async (result) => {
      form.busy = false;
      if (isTrouble(result)) {
        form.trouble = result;
        form.complaints = refusedFields(el, result);
        if (result.retryAt) {
          form.againAt(result.retryAt + 50, () => target.isConnected && target.requestSubmit());
        }
      } else if (result) form.complaints = result;
      el.requestUpdate();
      await el.updateComplete;
      target.querySelector<HTMLElement>("[aria-invalid=true]")?.focus();
    });
  };
}

/** The service says in its own language why; a person is told in theirs which field it is. */
const refusedFields = (el: LatchkeyElement, { type, fields = [] }: Trouble) =>
  type === "invalid-request" || type === "name-not-allowed"
    ? Object.fromEntries(
        (type === "name-not-allowed" ? ["displayName"] : fields).map((name) => [
          name,
          name === "displayName" ? el.t.nameRefused : el.t.valueRefused,
        ]),
      )
    : {};

const isTrouble = (
  result: Trouble | Readonly<Record<string, string>> | undefined,
): result is Trouble =>
  !!result &&
  ["session", "token", "offline", "refused"].includes(String(Reflect.get(result, "kind")));

export const busyLabelled = (form: Form, label: string): string => busyLabel(form.busy, label);

export const text = (values: FormData, name: string): string =>
  String(values.get(name) ?? "").trim();

/** A labelled field whose complaint and hint are told with it. */
export function field(
  form: Form,
  options: {
    readonly name: string;
    readonly label: string | TemplateResult;
    readonly hint?: string;
    readonly maxLength?: number;
    readonly type?: "date" | "datetime-local" | "url";
    readonly min?: string;
    readonly max?: string;
    readonly value?: string;
    readonly lines?: number;
    readonly focus?: boolean;
  },
): TemplateResult {
  const { name, hint } = options;
  const complaint = form.complaints[name];
  const described = [hint && `${name}-hint`, complaint && `${name}-complaint`].filter(Boolean);
  return html`<div class="field">
    <label for=${name}>${options.label}</label>
    ${
      options.lines
        ? html`<textarea id=${name} name=${name} rows=${options.lines} maxlength=${options.maxLength ?? nothing}
            aria-describedby=${described.join(" ") || nothing} aria-invalid=${complaint ? "true" : "false"}
            ?autofocus=${options.focus ?? false}></textarea>`
        : html`<input id=${name} name=${name} type=${options.type ?? "text"} autocomplete="off" spellcheck="false"
            maxlength=${options.maxLength ?? nothing} min=${options.min ?? nothing} max=${options.max ?? nothing}
            value=${options.value ?? ""} aria-describedby=${described.join(" ") || nothing}
            aria-invalid=${complaint ? "true" : "false"} ?autofocus=${options.focus ?? false} />`
    }
    ${hint ? html`<p class="small muted" id="${name}-hint">${hint}</p>` : nothing}
    ${complaint ? html`<p class="complaint" id="${name}-complaint" role="alert">${complaint}</p>` : nothing}
  </div>`;
}

export const formTrouble = (el: LatchkeyElement, form: Form): TemplateResult | typeof nothing =>
  troubleNotice(el, form.trouble && { ...form.trouble, ...againOf(form.trouble) });

/** A pause that the service asked for ends with the same request. */
const againOf = ({ retryAt }: Trouble) => retryAt !== undefined && { againAt: retryAt };

/** The last row of a dialog's form: leave, or do it. */
export const formChoice = (
  el: LatchkeyElement,
  form: Form,
  options: { readonly label: string; readonly close: () => void; readonly tone?: string },
): TemplateResult =>
  html`${formTrouble(el, form)}
    <div class="actions">
      <button type="button" class="quiet" part="button" @click=${options.close}>${el.t.cancel}</button>
      <button type="submit" class="primary ${options.tone ?? ""}" part="button primary" aria-disabled=${form.busy || form.paused(Date.now()) ? "true" : "false"}>
        ${busyLabelled(form, options.label)}
      </button>
    </div>`;
