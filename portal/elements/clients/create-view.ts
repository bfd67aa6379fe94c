import { html, nothing, type TemplateResult } from "lit";
import { field, formTrouble, submit, text } from "../shared/form.ts";
import { backIcon } from "../shared/icons.ts";
import { busyLabel } from "../shared/pieces.ts";
import type { Role } from "../shared/shapes.ts";
import { createClient } from "./clients-actions.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** The longest the directory takes for any kind of account; the service knows which kind, and says so. */
export const MAX_NAME = 120;
const ROLES: readonly Role[] = ["api.read", "api.write", "keys.rotate"];

export function createView(el: LatchkeyClients): TemplateResult {
  const { t } = el;
  const { form } = el.state;
  if (!form) return html``;
  const onSubmit = submit(el, form, async (values) => {
    const displayName = text(values, "displayName");
    const roles = ROLES.filter((role) => values.getAll("roles").includes(role));
    const complaints = {
      ...(displayName === "" && { displayName: t.required }),
      ...(roles.length === 0 && { roles: t.rolesNone }),
    };
    if (Object.keys(complaints).length > 0) return complaints;
    return createClient(el, form, { displayName, roles });
  });
  // The least is enough for most: who needs more, asks for it.
  const role = (value: Role, label: string, least = false) =>
    html`<label class="check"><input type="checkbox" name="roles" value=${value} ?checked=${least}
      aria-invalid=${form.complaints["roles"] ? "true" : "false"}
      aria-describedby=${form.complaints["roles"] ? "roles-complaint" : nothing} />
      <span>${label} <code class="muted">${value}</code></span></label>`;

  return html`<nav><button type="button" class="link back" @click=${() => el.open("")}>${backIcon}${t.back}</button></nav>
    <header class="head"><div>
      <h2 tabindex="-1" data-heading part="title">${t.createTitle}</h2>
      <p class="muted">${t.createIntro}</p>
    </div></header>
    <form class="card" part="form" novalidate @submit=${onSubmit}>
      ${field(form, { name: "displayName", label: t.fieldName, hint: t.createNameHint, maxLength: MAX_NAME })}
      <fieldset>
        <legend>${t.rolesTitle}</legend>
        ${role("api.read", t.roleRead, true)}${role("api.write", t.roleWrite)}
        ${el.state.about?.selfRotation ? role("keys.rotate", t.roleRotate) : nothing}
        ${
          form.complaints["roles"]
            ? html`<p class="complaint" id="roles-complaint" role="alert">${form.complaints["roles"]}</p>`
            : nothing
        }
      </fieldset>
      <p class="small muted">${t.createConsentNote}</p>
      ${formTrouble(el, form)}
      <div class="actions">
        <button type="submit" class="primary" part="button primary" aria-disabled=${form.busy || form.paused(Date.now()) ? "true" : "false"}>
          ${busyLabel(form.busy, t.createSubmit)}
        </button>
        <button type="button" class="quiet" part="button" @click=${() => el.open("")}>${t.cancel}</button>
      </div>
    </form>`;
}
