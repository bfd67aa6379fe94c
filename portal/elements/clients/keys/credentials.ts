import type { Form } from "../../shared/form.ts";
import type { Client, CredentialList, Keyless } from "../../shared/shapes.ts";
import type { Trouble } from "../../shared/trouble.ts";
import { setKeys } from "../keys-state.ts";
import type { LatchkeyClients } from "../latchkey-clients.ts";
import { ownTexts } from "./own-texts.ts";

/** A client's certificates and federated credentials: read, and taken away. */

export async function readCredentials(el: LatchkeyClients, clientId: string): Promise<void> {
  const { keys } = el.state;
  if (keys.isReading && keys.clientId === clientId) return;
  setKeys(el, {
    clientId,
    isReading: true,
    trouble: undefined,
    ...(keys.clientId !== clientId && { items: [] }),
  });
  const answer = await el.client.call<CredentialList>("GET", `/clients/${clientId}/credentials`);
  if (el.state.keys.clientId !== clientId) return;
  if (answer.ok) holds(el, clientId, answer.value.items);
  setKeys(el, {
    isReading: false,
    ...(answer.ok ? { items: answer.value.items.filter((one) => one.kind !== "secret") } : answer),
  });
}

/** What the list of clients counts, and what tells which credential is the last one. */
function holds(el: LatchkeyClients, clientId: string, credentials: Client["credentials"]): void {
  const now = el.state.items?.find(({ id }) => id === clientId);
  if (now) el.put({ ...now, credentials });
}

const pathOf = (client: Client, { kind, id }: Keyless, evenLast: boolean): string =>
  `/clients/${client.id}/${kind === "certificate" ? "certificates" : "federated-credentials"}/${id}${evenLast ? "?confirm=last" : ""}`;

/** Who asks again after "it is the last one" has been told. */
const EVEN_LAST = "evenLast";

export async function removeCredential(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  credential: Keyless,
): Promise<Trouble | undefined> {
  const evenLast = form.choices[EVEN_LAST] !== undefined;
  const answer = await el.client.call("DELETE", pathOf(client, credential, evenLast));
  if (!answer.ok && answer.trouble.type === "last-secret")
    form.choices = { ...form.choices, [EVEN_LAST]: "yes" };
  if (!answer.ok && !answer.trouble.type?.endsWith("-not-found")) return answer.trouble;
  setKeys(el, { items: el.state.keys.items?.filter(({ id }) => id !== credential.id) ?? [] });
  const { credentials = [] } = el.state.items?.find(({ id }) => id === client.id) ?? client;
  holds(
    el,
    client.id,
    credentials.filter(({ id }) => id !== credential.id),
  );
  el.closeDialog(form);
  el.announce(ownTexts(el).credentialRemoved(credential.displayName));
  el.tell("credential-removed", { clientId: client.id, credentialId: credential.id });
  return undefined;
}

/** What was added is on the list at once, and read as it is by then. */
export function added(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  { displayName, ...made }: Pick<Keyless, "id" | "kind" | "displayName">,
): void {
  el.closeDialog(form);
  el.announce(ownTexts(el).credentialAdded(displayName));
  el.tell("credential-created", { clientId: client.id, credentialId: made.id, kind: made.kind });
  void readCredentials(el, client.id);
}
