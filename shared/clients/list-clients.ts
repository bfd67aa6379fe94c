import type { Runtime } from "../base/runtime.ts";
import type { Client } from "./client.ts";
import { presentSince } from "./expected-client.ts";
import { LATE_FOR_MS } from "./late.ts";
import type { ClientDirectory, ClientRecords } from "./ports.ts";

export interface ClientPage {
  readonly items: readonly Client[];
  /** Id of the last client of the page, when there are more. */
  readonly next?: string;
}

/** A page of the subscription's clients with live names and secrets: ceil(limit/20) directory calls. */
export async function listClients(
  deps: { records: ClientRecords; directory: ClientDirectory; runtime: Runtime },
  request: { readonly subscription: string; readonly limit: number; readonly after?: string },
): Promise<ClientPage> {
  const { records, more } = await deps.records.list(
    request.subscription,
    request.limit,
    request.after,
  );
  const live = await deps.directory.getMany(records.map(({ id }) => id));
  const now = deps.runtime.now().getTime();
  const items = records.flatMap((record): Client[] => {
    const found = live.get(record.id);
    if (found) {
      const { displayName, secrets, certificates } = found;
      return [{ record, displayName, secrets, certificates }];
    }
    // A late directory does not show a new client yet, nor one that is back; an old one that it does not show was deleted there.
    const fresh = now - presentSince(record).getTime() < LATE_FOR_MS;
    return fresh
      ? [{ record, displayName: record.displayName, secrets: [], certificates: [] }]
      : [];
  });
  const last = records.at(-1);
  return { items, ...(more && last ? { next: last.id } : {}) };
}
