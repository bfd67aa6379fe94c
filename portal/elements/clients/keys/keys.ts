import type { TemplateResult } from "lit";
import type { Form } from "../../shared/form.ts";
import type { KeysDialog } from "../clients-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { certificateDialog } from "./certificate-form.ts";
import { federatedDialog } from "./federated-form.ts";
import { removeCredentialDialog } from "./remove.ts";

export { readCredentials } from "./credentials.ts";
export { credentialsView } from "./credentials-view.ts";
export { madeKeyOnce } from "./made-key.ts";

/** What this part has for the element that has loaded it. It has nothing of its own that lasts: all of that is the element's state. */

export function keysDialog(el: LatchkeyClients, dialog: KeysDialog, form: Form): TemplateResult {
  switch (dialog.kind) {
    case "add-certificate":
      return certificateDialog(el, dialog.client, form);
    case "rotate-certificate":
      return certificateDialog(el, dialog.client, form, dialog.credential);
    case "add-federated":
      return federatedDialog(el, dialog.client, form);
    case "remove-credential":
      return removeCredentialDialog(el, dialog.client, form, dialog.credential);
  }
}
