import type { Client, ClientList } from "../shared/shapes.ts";
import type { Trouble } from "../shared/trouble.ts";
import type { LatchkeyClients } from "./latchkey-clients.ts";

/** What was deleted, once somebody has asked for it. */
export interface DeletedClients {
  readonly items?: readonly Client[] | undefined;
  readonly trouble?: Trouble | undefined;
  /** The id of the one that is being brought back. */
  readonly restoring?: string | undefined;
}

const PAGE = 100;

export async function loadDeleted(el: LatchkeyClients): Promise<void> {
  const read: Client[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({
      state: "deleted",
      limit: String(PAGE),
      ...(cursor && { cursor }),
    });
    const answer = await el.client.call<ClientList>("GET", `/clients?${query}`);
    if (!answer.ok) return el.set({ deleted: { ...el.state.deleted, trouble: answer.trouble } });
    read.push(...answer.value.items);
    cursor = answer.value.nextCursor;
  } while (cursor && el.isConnected);
  el.set({ deleted: { items: read } });
}

/** One key for one wish, for as long as its answer is not known. */
const keys = new WeakMap<Client, string>();

export async function restore(el: LatchkeyClients, client: Client): Promise<void> {
  if (el.state.deleted.restoring) return;
  const { items } = el.state.deleted;
  el.set({ deleted: { items, restoring: client.id } });
  const idempotencyKey = keys.get(client) ?? crypto.randomUUID();
  keys.set(client, idempotencyKey);
  const path = `/clients/${client.id}/restore`;
  const answer = await el.client.call<Client>("POST", path, { idempotencyKey });
  if (!answer.ok) {
    // Gone for good, or back already: the list is old.
    const isOld = ["client-gone", "not-found"].includes(answer.trouble.type);
    const left = isOld ? items?.filter(({ id }) => id !== client.id) : items;
    return el.set({ deleted: { items: left, trouble: answer.trouble } });
  }
  el.set({ deleted: { items: items?.filter(({ id }) => id !== client.id) } });
  el.put(answer.value);
  if (el.show === "deleted") el.open(client.id);
  el.announce(el.t.restored(client.displayName));
  el.tell("client-restored", { clientId: client.id });
}
