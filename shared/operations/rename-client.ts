import { done, type Outcome, refused } from "../base/outcome.ts";
import type { ClientRecord } from "../clients/client.ts";
import type { Expected, VersionedClient } from "../clients/ports.ts";
import type { ClientRefusal } from "../clients/reasons.ts";
import { announce } from "../events/announce.ts";
import type { AccountRefusal } from "./account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest } from "./begin-change.ts";
import type { HeldEntry, Operation } from "./journal.ts";

type RenameOperation = Extract<Operation, { kind: "rename" }>;

/** Gives a client another name. One directory call; safe to repeat. */
export async function renameClient(
  deps: ChangeDeps,
  request: ChangeRequest & { readonly displayName: string },
): Promise<Outcome<ClientRecord, ClientRefusal | AccountRefusal>> {
  const begun = await beginChange(deps, request, {
    kind: "rename",
    clientId: request.clientId,
    displayName: request.displayName,
  });
  if (!begun.ok) return begun;
  const { held, client, expected, attempt } = begun.value;
  const renamed = await attempt(() => finishRename(deps, held, client, expected));
  await deps.journal.close(held);
  return renamed ? done(renamed) : refused({ reason: "not-found" });
}

/**
 * Every step may be taken again; the reconciler does just that. Nothing when the client is gone.
 *
 * @param client as it was read under the entry
 */
export async function finishRename(
  deps: Pick<ChangeDeps, "directory" | "records" | "events" | "journal" | "runtime">,
  { entry }: HeldEntry<RenameOperation>,
  client: VersionedClient,
  expected: Expected,
): Promise<ClientRecord | undefined> {
  const { operationId, subscription, operation, startedAt } = entry;
  const { clientId, displayName } = operation;
  if (!(await deps.directory.rename(clientId, displayName, expected))) return undefined;
  const [renamed] = await Promise.all([
    saveName(deps.records, client, displayName),
    announce(deps, {
      id: `${operationId}:client.renamed`,
      type: "client.renamed",
      time: startedAt.toISOString(),
      clientId,
      subscription,
      data: { displayName },
    }),
  ]);
  return renamed;
}

/** The record may be changed meanwhile by a decision on its consent, which asks for no entry. */
async function saveName(
  records: ChangeDeps["records"],
  client: VersionedClient,
  displayName: string,
): Promise<ClientRecord | undefined> {
  let current: VersionedClient | undefined = client;
  while (current) {
    const { record, version }: VersionedClient = current;
    if (record.displayName === displayName) return record;
    const next = { ...record, displayName, revision: record.revision + 1 };
    if (await records.save(next, version)) return next;
    current = await records.client(record.subscription, record.id);
  }
  return undefined;
}
