import type { Runtime } from "../base/runtime.ts";
import type { ClientRecords, DeletedClient } from "./ports.ts";

/** The directory keeps what was deleted for so long, in milliseconds. */
const KEPT_MS = 30 * 86_400_000;

/** Until when a deleted client can be brought back, if nobody purges it. */
export const restorableUntil = ({ deletedAt }: Pick<DeletedClient, "deletedAt">): Date =>
  new Date(deletedAt.getTime() + KEPT_MS);

export interface DeletedPage {
  readonly items: readonly DeletedClient[];
  /** Id of the last client of the page, when there are more. */
  readonly next?: string;
}

/** A page of the clients that a subscription can still restore, from the records alone. One that is over is passed over. */
export async function listDeleted(
  {
    records,
    runtime,
  }: { readonly records: Pick<ClientRecords, "listDeleted">; readonly runtime: Runtime },
  request: { readonly subscription: string; readonly limit: number; readonly after?: string },
): Promise<DeletedPage> {
  const { subscription, limit, after } = request;
  const { clients, more } = await records.listDeleted(subscription, limit, after);
  const now = runtime.now();
  const items = clients.filter((client) => restorableUntil(client) > now);
  const last = clients.at(-1);
  return { items, ...(more && last ? { next: last.record.id } : {}) };
}
