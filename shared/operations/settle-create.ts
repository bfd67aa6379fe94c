import type { CreateDeps } from "./create-client.ts";
import { end } from "./end.ts";
import { watchForGivenUp } from "./given-up.ts";
import { madeRecord } from "./made-record.ts";
import type { CreateOperation } from "./operation.ts";
import { ownKey } from "./own-key.ts";
import { mayBeLate, type Settler } from "./settler.ts";

/**
 * Brings an abandoned create to its end, by the tag in the directory: what was made is recorded, and whoever takes the message
 * that was sent first tells administrators; what does not show in time is given up, and deleted whenever it shows.
 */
export const settleCreate =
  (deps: CreateDeps): Settler<CreateOperation> =>
  async (held) => {
    const { entry } = held;
    const created = await deps.directory.findByOperation(entry.operationId);
    if (!created && mayBeLate(held)) return "waiting";
    const key = await ownKey(deps.operations, entry);
    if (created) {
      const record = madeRecord(entry, created, deps.promise);
      await end(deps, held, {
        came: { outcome: "done", clientId: record.id },
        made: { record, requestedBy: entry.operation.requestedBy, actor: entry.by.actor },
        ...(key && { key: { key, result: { clientId: record.id } } }),
      });
      return "finished";
    }
    await watchForGivenUp(deps, entry);
    await end(deps, held, {
      came: { outcome: "undone" },
      placeBack: {},
      ...(key && { key: { key } }),
    });
    return "undone";
  };
