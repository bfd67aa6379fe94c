import type { Form } from "../shared/form.ts";
import type { Client, ClientList, NewSecret, Role, Secret } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import { newestFirst } from "./clients-state.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** What a customer can do: each asks the API, changes the element's state and tells the host page. */

/** The largest page the API gives. */
const PAGE = 100;

interface Reading {
  readonly done: Promise<void>;
  again: boolean;
}
const readings = new WeakMap<LatchkeyClients, Reading>();

/** Reads the list. Asked for while it is being read, it is read once more: what changed meanwhile may be missing. */
export function loadList(el: LatchkeyClients): Promise<void> {
  const running = readings.get(el);
  if (running) {
    running.again = true;
    return running.done;
  }
  const reading: Reading = {
    again: false,
    done: readPage(el, undefined).then(() => {
      readings.delete(el);
      return reading.again ? loadList(el) : undefined;
    }),
  };
  readings.set(el, reading);
  return reading.done;
}

export async function loadMore(el: LatchkeyClients): Promise<void> {
  if (el.state.loadingMore || !el.state.nextCursor) return;
  el.set({ loadingMore: true });
  await readPage(el, el.state.nextCursor);
  el.set({ loadingMore: false });
}

/** A filter that sees only the first page would say that a client is not there. */
export async function loadAll(el: LatchkeyClients): Promise<void> {
  while (el.state.nextCursor && !el.state.listTrouble && !el.state.loadingMore) await loadMore(el);
}

async function readPage(el: LatchkeyClients, cursor: string | undefined): Promise<void> {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
  const answer = await el.client.call<ClientList>("GET", `/clients?${query}`);
  if (!answer.ok) return el.set({ listTrouble: answer.trouble });
  const { items, nextCursor } = answer.value;
  const before = cursor ? (el.state.items ?? []) : [];
  const known = new Set(items.map(({ id }) => id));
  el.set({
    // Page by page: what is on screen stays where it is.
    items: [...before.filter(({ id }) => !known.has(id)), ...newestFirst(items)],
    nextCursor,
    listTrouble: undefined,
    loadedAt: Date.now(),
  });
}

export async function loadClient(el: LatchkeyClients, id: string): Promise<void> {
  const answer = await el.client.call<Client>("GET", `/clients/${id}`);
  if (el.show !== id) return;
  if (!answer.ok) {
    const gone = answer.trouble.type === "not-found";
    if (gone) el.set({ items: el.state.items?.filter((item) => item.id !== id) });
    return el.set({ clientTrouble: answer.trouble });
  }
  el.put(answer.value);
  el.set({ clientTrouble: undefined, etag: answer.etag });
}

export async function createClient(
  el: LatchkeyClients,
  form: Form,
  wanted: { readonly displayName: string; readonly roles: readonly Role[] },
): Promise<Trouble | undefined> {
  const idempotencyKey = form.idempotencyKey(wanted);
  const answer = await el.client.call<Client>("POST", "/clients", { body: wanted, idempotencyKey });
  if (!answer.ok) return answer.trouble;
  const client = answer.value;
  el.put(client);
  el.open(client.id);
  el.announce(el.t.clientCreated(client.displayName));
  el.tell("client-created", {
    clientId: client.id,
    appId: client.appId,
    displayName: client.displayName,
  });
  return undefined;
}

export async function renameClient(
  el: LatchkeyClients,
  client: Client,
  displayName: string,
): Promise<Trouble | undefined> {
  const answer = await el.client.call("PATCH", `/clients/${client.id}`, {
    body: { displayName },
    ifMatch: el.state.etag,
  });
  if (!answer.ok) {
    // Somebody else was faster: show what is there now, and let the person decide again.
    if (answer.trouble.type === "precondition-failed") await loadClient(el, client.id);
    return answer.trouble;
  }
  el.put({ ...client, displayName });
  el.set({ etag: answer.etag });
  el.closeDialog();
  el.announce(el.t.renamed(displayName));
  el.tell("client-renamed", { clientId: client.id, displayName });
  return undefined;
}

export async function deleteClient(
  el: LatchkeyClients,
  client: Client,
): Promise<Trouble | undefined> {
  const answer = await el.client.call("DELETE", `/clients/${client.id}`);
  if (!answer.ok && answer.trouble.type !== "not-found") return answer.trouble;
  el.set({ items: el.state.items?.filter(({ id }) => id !== client.id) });
  el.closeDialog();
  el.open("");
  el.announce(el.t.clientDeleted(client.displayName));
  el.tell("client-deleted", { clientId: client.id });
  return undefined;
}

export async function addSecret(
  el: LatchkeyClients,
  form: Form,
  client: Client,
  wanted: { readonly displayName: string; readonly lifetimeDays?: number },
): Promise<Trouble | undefined> {
  const idempotencyKey = form.idempotencyKey(wanted);
  const answer = await el.client.call<NewSecret>("POST", `/clients/${client.id}/secrets`, {
    body: wanted,
    idempotencyKey,
  });
  if (!answer.ok) return answer.trouble;
  const { keyId, displayName, hint, createdAt, expiresAt } = answer.value;
  el.put({
    ...client,
    secrets: [...client.secrets, { keyId, displayName, hint, createdAt, expiresAt }],
  });
  el.set({
    form: undefined,
    dialog: { kind: "secret-once", secret: answer.value, copied: false, unsure: false },
  });
  el.announce(el.t.secretCreated(displayName));
  el.tell("secret-created", { clientId: client.id, keyId, displayName, expiresAt });
  return undefined;
}

export async function removeSecret(
  el: LatchkeyClients,
  client: Client,
  { keyId, displayName }: Secret,
): Promise<Trouble | undefined> {
  const answer = await el.client.call("DELETE", `/clients/${client.id}/secrets/${keyId}`);
  if (!answer.ok && answer.trouble.type !== "secret-not-found") return answer.trouble;
  el.put({ ...client, secrets: client.secrets.filter((secret) => secret.keyId !== keyId) });
  el.closeDialog();
  el.announce(el.t.secretRemoved(displayName));
  el.tell("secret-removed", { clientId: client.id, keyId });
  return undefined;
}
