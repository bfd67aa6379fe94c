import type { Client, Secret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** What takes something away: asks the API, changes the element's state and tells the host page. */

export async function deleteClient(
  el: LatchkeyClients,
  client: Client,
): Promise<Trouble | undefined> {
  const answer = await el.client.call("DELETE", `/clients/${client.id}`);
  if (!answer.ok && answer.trouble.type !== "not-found") return answer.trouble;
  el.set({ items: el.state.items?.filter(({ id }) => id !== client.id) });
  if (el.show === client.id) el.open("");
  el.announce(el.t.clientDeleted(client.displayName));
  el.tell("client-deleted", { clientId: client.id });
  return undefined;
}

/** @param evenLast the person knows that nothing is left to sign in with */
export const pathOf = (clientId: string, keyId: string, evenLast: boolean): string =>
  `/clients/${clientId}/secrets/${keyId}${evenLast ? "?confirm=last" : ""}`;

export async function removeSecret(
  el: LatchkeyClients,
  client: Client,
  { keyId, displayName }: Pick<Secret, "keyId" | "displayName">,
  evenLast: boolean,
): Promise<Trouble | undefined> {
  const answer = await el.client.call("DELETE", pathOf(client.id, keyId, evenLast));
  if (!answer.ok && answer.trouble.type !== "secret-not-found") return answer.trouble;
  dropped(el, client, keyId);
  el.announce(el.t.secretRemoved(displayName));
  return undefined;
}

export function dropped(el: LatchkeyClients, client: Client, keyId: string): void {
  const now = el.state.items?.find(({ id }) => id === client.id);
  if (now) el.put({ ...now, secrets: now.secrets.filter((secret) => secret.keyId !== keyId) });
  el.tell("secret-removed", { clientId: client.id, keyId });
}
