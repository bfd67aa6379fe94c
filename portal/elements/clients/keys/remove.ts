import { html, type TemplateResult } from "lit";
import { type Form, formChoice, submit } from "../../shared/form.ts";
import { dialog } from "../../shared/pieces.ts";
import type { Client, Keyless } from "../../shared/shapes.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { removeCredential } from "./credentials.ts";
import { ownTexts } from "./own-texts.ts";

export function removeCredentialDialog(
  el: LatchkeyClients,
  client: Client,
  form: Form,
  credential: Keyless,
): TemplateResult {
  const own = ownTexts(el);
  const onSubmit = submit(el, form, () => removeCredential(el, form, client, credential));
  return dialog(el, {
    title: own.removeCredentialTitle(credential.displayName),
    subtitle: client.displayName,
    close: () => el.closeDialog(form),
    body: html`<form class="sheet-form" novalidate @submit=${onSubmit}>
      <p>${own.removeCredentialDetail}</p>
      ${formChoice(el, form, { label: el.t.removeSecret, close: () => el.closeDialog(form), tone: "danger" })}
    </form>`,
  });
}
