import type { SecretDirectory } from "../clients/secret-directory.ts";
import type { EventPublisher } from "../events/client-event.ts";
import { recordDeletion } from "./delete-client.ts";
import { type HeldEntry, LOOKS, NOT_LATE, type Operation } from "./journal.ts";
import { finishRemove } from "./remove-secret.ts";
import { finishRename } from "./rename-client.ts";
import { type SettleDeps as SettleCreateDeps, settleCreate } from "./settle-create.ts";
import { withdrawSecret } from "./withdraw-secret.ts";

export interface SettleDeps extends SettleCreateDeps {
  readonly directory: SettleCreateDeps["directory"] & SecretDirectory;
  readonly events: EventPublisher;
}

/** `waiting`: somebody else is on it, or a late directory has to be asked once more. */
export type Settled = "finished" | "undone" | "waiting";

const isOf = <Kind extends Operation["kind"]>(
  held: HeldEntry,
  kind: Kind,
): held is HeldEntry<Extract<Operation, { kind: Kind }>> => held.entry.operation.kind === kind;

/**
 * Brings one abandoned operation to its end. Whatever the operation had done already may be done again here; the entry
 * changes hands first, so that of two reconcilers one works on it.
 *
 * @throws RemoteUnavailable leaves the entry for the next run
 */
export async function settle(deps: SettleDeps, abandoned: HeldEntry): Promise<Settled> {
  if (isOf(abandoned, "create")) return (await settleCreate(deps, abandoned)).state;

  const { looks } = abandoned.entry;
  const held = await deps.journal.take(abandoned, deps.runtime.now(), looks + 1);
  if (!held) return "waiting";
  const settled = await act(deps, held);
  if (settled !== "waiting") await deps.journal.close(held);
  return settled;
}

async function act(deps: SettleDeps, held: HeldEntry): Promise<Settled> {
  if (isOf(held, "announce")) {
    await deps.events.publish(held.entry.operation.event);
    return "finished";
  }
  const client = await ownClient(deps, held);
  // Not there yet, or not there any more: only a second look tells.
  const absent: Settled = held.entry.looks < LOOKS ? "waiting" : "undone";
  if (isOf(held, "delete")) {
    const { clientId } = held.entry.operation;
    const deleted = client === undefined || (await deps.directory.delete(clientId, NOT_LATE));
    if (!deleted && absent === "waiting") return absent;
    await recordDeletion(deps, held, client?.record);
    return "finished";
  }
  // The client has gone since, and all that was to change with it.
  if (!client) return "undone";
  if (isOf(held, "rename")) {
    return (await finishRename(deps, held, client, NOT_LATE)) ? "finished" : absent;
  }
  if (isOf(held, "remove-secret")) {
    return (await finishRemove(deps, held)) ? "finished" : absent;
  }
  if (isOf(held, "add-secret")) return withdrawSecret(deps, held);
  throw new Error(`The journal holds an operation of unknown kind: ${held.entry.operation.kind}`);
}

async function ownClient({ records }: SettleDeps, { entry }: HeldEntry) {
  const { operation, subscription } = entry;
  if (!("clientId" in operation)) return undefined;
  return records.client(subscription, operation.clientId);
}
