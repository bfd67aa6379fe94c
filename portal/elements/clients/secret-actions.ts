import type { Form } from "../shared/form.ts";
import type { Client, NewSecret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { loadClient } from "./clients-actions.ts";
import { sendAllOf } from "./held.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { dropped, pathOf } from "./removals.ts";

/** What a customer does with secrets. A value belongs to the client it was asked for, wherever the person has gone meanwhile. */

/** After these the secret may be there all the same. */
const UNCERTAIN = new Set(["", "unavailable", "internal-error", "request-in-progress"]);

/** The token endpoint takes a new secret 4 to 20 seconds late; the answer with the value comes when it works, or after this long. */
export const READY_SECONDS = 20;

export async function addSecret(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  wanted: { readonly displayName: string; readonly lifetimeDays?: number },
): Promise<Trouble | undefined> {
  el.set({ awaited: el.state.awaited + 1 });
  // One that is about to go makes room for it, and the service does one thing to a client at a time.
  await sendAllOf(el, client.id);
  const answer = await el.client.call<NewSecret>("POST", `/clients/${client.id}/secrets`, {
    body: wanted,
    idempotencyKey: form.idempotencyKey(wanted),
    prefer: `wait=${READY_SECONDS}`,
  });
  el.set({ awaited: el.state.awaited - 1 });
  if (!answer.ok) return notAdded(el, form, client, wanted.displayName, answer.trouble);

  const { keyId, displayName, hint, createdAt, expiresAt } = answer.value;
  // An earlier request for it made nothing, or this very one.
  el.set({
    lost: el.state.lost.filter(
      (one) => one.clientId !== client.id || one.displayName !== displayName,
    ),
  });
  const now = el.state.items?.find(({ id }) => id === client.id) ?? client;
  const others = now.secrets.filter((secret) => secret.keyId !== keyId);
  el.put({ ...now, secrets: [...others, { keyId, displayName, hint, createdAt, expiresAt }] });
  // Taken out of the page meanwhile: there is nowhere to show it, and it must not wait in memory.
  if (!el.isConnected) el.leaveUnseen([keyId]);
  else
    el.set({
      once: [...el.state.once, { client: now, secret: answer.value, copied: false, unsure: false }],
    });
  el.closeDialog(form);
  el.announce(el.t.secretCreated(displayName));
  el.tell("secret-created", { clientId: client.id, keyId, displayName, expiresAt });
  return undefined;
}

export async function notAdded(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  displayName: string,
  trouble: Trouble,
): Promise<Trouble> {
  const made = trouble.type === "secret-value-already-returned" ? trouble.keyId : undefined;
  if (made) {
    // An earlier answer was lost, and the value with it.
    el.leaveUnseen([made]);
    await loadClient(el, client.id);
  } else if (trouble.kind !== "session" && UNCERTAIN.has(trouble.type)) {
    const known = new Set(client.secrets.map(({ keyId }) => keyId));
    el.set({ lost: [...el.state.lost, { clientId: client.id, displayName, known }] });
    // Nobody waits for it in the dialog any more: what has become of it is on the client's page.
    if (el.state.form !== form) await loadClient(el, client.id);
  }
  return trouble;
}

/** The secret that an earlier answer told of, but whose value was lost, gives its place to a new one. */
export async function replaceSecret(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  keyId: string,
): Promise<boolean> {
  const answer = await el.client.call("DELETE", pathOf(client.id, keyId, true));
  if (!answer.ok && answer.trouble.type !== "secret-not-found") {
    form.trouble = answer.trouble;
    el.requestUpdate();
    return false;
  }
  dropped(el, client, keyId);
  form.trouble = undefined;
  form.forgetKey();
  return true;
}
