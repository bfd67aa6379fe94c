import type { Form } from "../../shared/form.ts";
import type { Client, FederatedPresetList, Keyless } from "../../shared/shapes.ts";
import { setKeys } from "../keys-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { added } from "./credentials.ts";
import type { Refusal, Trust } from "./federated-form.ts";
import { ownTexts } from "./own-texts.ts";
import { REFUSED } from "./refused.ts";

/** The platforms that the service knows: one list for every client. */
export async function readPresets(el: LatchkeyClients): Promise<void> {
  if (el.state.keys.presets) return;
  const answer = await el.client.call<FederatedPresetList>("GET", "/federated-presets");
  setKeys(el, answer.ok ? { presets: answer.value.items } : answer);
}

export async function addFederated(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  name: string,
  trust: Trust,
): Promise<Refusal> {
  const body = { name, ...trust };
  const answer = await el.client.call<Keyless>(
    "POST",
    `/clients/${client.id}/federated-credentials`,
    {
      body,
      idempotencyKey: form.idempotencyKey(body),
    },
  );
  if (!answer.ok) {
    const complaint = REFUSED[answer.trouble.type];
    return complaint ? { name: ownTexts(el)[complaint] } : answer.trouble;
  }
  added(el, form, client, answer.value);
  return undefined;
}
