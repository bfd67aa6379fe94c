import { done, type Outcome, refused } from "../../base/outcome.ts";
import type { ClientDirectory, ClientRecords, DeletedClient } from "../../clients/ports.ts";
import type { ClientRefusal } from "../../clients/reasons.ts";

/**
 * Operators know a client by its id alone, and no list has a deleted one: the directory says whose it was, and the record proves
 * it. One directory call; two for one that is not among the deleted any more.
 */
export async function findDeleted(
  deps: {
    readonly directory: Pick<ClientDirectory, "locateDeleted">;
    readonly records: Pick<ClientRecords, "deletedAt">;
  },
  clientId: string,
): Promise<Outcome<DeletedClient, ClientRefusal>> {
  const lead = await deps.directory.locateDeleted(clientId);
  const found = lead && (await deps.records.deletedAt(lead));
  return found ? done(found) : refused({ reason: "not-found" });
}
