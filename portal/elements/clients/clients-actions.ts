import type { Form } from "../shared/form.ts";
import type { About, Client, ClientList, Role } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";
import { findLost } from "./lost-secrets.ts";

/** What a customer can do with clients: each asks the API, changes the element's state and tells the host page. */

/** The largest page the API gives. */
const PAGE = 100;

interface Reading {
  readonly done: Promise<void>;
  again: boolean;
}
const readings = new WeakMap<LatchkeyClients, Reading>();

/** Reads all clients. Asked for while they are being read, it reads once more: what changed meanwhile may be missing. */
export function loadList(el: LatchkeyClients): Promise<void> {
  const running = readings.get(el);
  if (running) {
    running.again = true;
    return running.done;
  }
  const reading: Reading = {
    again: false,
    done: readPages(el).then(() => {
      readings.delete(el);
      return reading.again ? loadList(el) : undefined;
    }),
  };
  readings.set(el, reading);
  return reading.done;
}

/** Page by page, shown when it is whole: in the reader's order a later page would push rows apart that are on screen. */
async function readPages(el: LatchkeyClients): Promise<void> {
  const read = new Map<string, Client>();
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ limit: String(PAGE), ...(cursor && { cursor }) });
    const answer = await el.client.call<ClientList>("GET", `/clients?${query}`);
    if (!answer.ok) {
      const listTrouble = el.listHealing.after(answer.trouble, Date.now());
      return el.set({ listTrouble });
    }
    for (const client of answer.value.items) read.set(client.id, client);
    cursor = answer.value.nextCursor;
  } while (cursor && el.isConnected);
  // Taken out of the page meanwhile: half a list is none.
  if (cursor) return;
  el.listHealing.after(undefined, Date.now());
  el.set({ items: [...read.values()], listTrouble: undefined, loadedAt: Date.now() });
  for (const client of read.values()) findLost(el, client);
}

/** What the service allows helps to fill in a form; without it the form asks less precisely. */
export async function loadAbout(el: LatchkeyClients): Promise<void> {
  const answer = await el.client.call<About>("GET", "/about");
  if (answer.ok) el.set({ about: answer.value });
}

export async function loadClient(el: LatchkeyClients, id: string): Promise<void> {
  const answer = await el.client.call<Client>("GET", `/clients/${id}`);
  if (answer.ok) {
    el.put(answer.value);
    findLost(el, answer.value);
  }
  if (el.show !== id) return;
  if (!answer.ok) {
    const gone = answer.trouble.type === "not-found";
    if (gone) el.set({ items: el.state.items?.filter((item) => item.id !== id) });
    return el.set({ clientTrouble: el.clientHealing.after(answer.trouble, Date.now()) });
  }
  el.clientHealing.after(undefined, Date.now());
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
  // Who has left the form meanwhile is not taken away from where they are now.
  if (el.state.form === form) el.open(client.id);
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
  form: Form,
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
  const now = el.state.items?.find(({ id }) => id === client.id) ?? client;
  el.put({ ...now, displayName });
  if (el.show === client.id) el.set({ etag: answer.etag });
  el.closeDialog(form);
  el.announce(el.t.renamed(displayName));
  el.tell("client-renamed", { clientId: client.id, displayName });
  return undefined;
}
