import { html, nothing, type TemplateResult } from "lit";
import type { Form } from "../shared/form.ts";
import { skeleton } from "../shared/pieces.ts";
import type { Client } from "../shared/shapes.ts";
import { notReached } from "../shared/trouble.ts";
import { troubleNotice } from "../shared/trouble-notice.ts";
import type { KeysDialog } from "./clients-state.ts";
import { setKeys } from "./keys-state.ts";
import { takesOtherKinds } from "./last.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** Certificates and federated credentials: a file of its own, loaded when somebody opens them. */

type KeysPart = typeof import("./keys/keys.ts");
let part: KeysPart | undefined;

async function load(el: LatchkeyClients, clientId: string): Promise<void> {
  try {
    part ??= await import("./keys/keys.ts");
  } catch {
    return setKeys(el, { trouble: notReached });
  }
  await part.readCredentials(el, clientId);
}

/** Nothing where the directory takes secrets only. */
export function keysView(
  el: LatchkeyClients,
  client: Client,
  now: number,
): TemplateResult | typeof nothing {
  const { about, keys } = el.state;
  if (!takesOtherKinds(about)) return nothing;
  const opened = ({ target }: Event) => {
    if (target instanceof HTMLDetailsElement && target.open) void load(el, client.id);
  };
  return html`<details class="activity" part="credentials" @toggle=${opened}>
    <summary><strong>${el.t.keysTitle}</strong></summary>
    <div class="stack">${
      part?.credentialsView(el, client, now) ??
      (keys.trouble
        ? troubleNotice(el, keys.trouble, () => void load(el, client.id))
        : skeleton(el, 1))
    }</div>
  </details>`;
}

/** Opens them for who is led there; the focus brings them into view. */
export function showKeys(el: LatchkeyClients): void {
  const details = el.renderRoot.querySelector<HTMLDetailsElement>('details[part="credentials"]');
  if (!details) return;
  details.open = true;
  details.querySelector("summary")?.focus();
}

/** They are opened by what the part has shown. */
export const keysDialog = (el: LatchkeyClients, wanted: KeysDialog, form: Form) =>
  part?.keysDialog(el, wanted, form) ?? nothing;

/** A private key is to be saved on whatever page of the element one is by then. */
export const keysOnce = (el: LatchkeyClients): TemplateResult | typeof nothing =>
  part && el.state.keys.made ? part.madeKeyOnce(el, el.state.keys.made) : nothing;
