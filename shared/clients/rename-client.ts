import { announce } from "../events/announce.ts";
import type { HeldEntry, Operation } from "../journal/journal.ts";
import { done, type Outcome, refused } from "../outcome.ts";
import type { AccountRefusal } from "../subscriptions/account.ts";
import { beginChange, type ChangeDeps, type ChangeRequest } from "./begin-change.ts";
import type { ClientRecord } from "./client.ts";
import type { ClientRefusal } from "./reasons.ts";

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
  const { held, client, attempt } = begun.value;
  const renamed = await attempt(() => finishRename(deps, held, client.record.createdAt));
  await deps.journal.close(held);
  return renamed ? done(renamed) : refused({ reason: "not-found" });
}

/** Every step may be taken again; the reconciler does just that. Nothing when the client is gone. */
export async function finishRename(
  deps: Pick<ChangeDeps, "directory" | "records" | "events" | "journal" | "runtime">,
  { entry }: HeldEntry<RenameOperation>,
  createdAt: Date,
): Promise<ClientRecord | undefined> {
  const { operationId, subscription, operation, startedAt } = entry;
  const { clientId, displayName } = operation;
  if (!(await deps.directory.rename(clientId, displayName, createdAt))) return undefined;
  for (;;) {
    const found = await deps.records.find(subscription, clientId);
    if (!found) return undefined;
    const { record, version } = found.client;
    const next = { ...record, displayName, revision: record.revision + 1 };
    const saved = record.displayName === displayName ? record : next;
    if (saved === next && !(await deps.records.save(next, version))) continue;
    await announce(deps, {
      id: `${operationId}:client.renamed`,
      type: "client.renamed",
      time: startedAt.toISOString(),
      clientId,
      subscription,
      data: { displayName },
    });
    return saved;
  }
}
