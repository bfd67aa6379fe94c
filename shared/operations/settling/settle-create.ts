import { note } from "../../base/observation.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { DirectoryClient } from "../../clients/ports.ts";
import type { ChangeDeps } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import { end } from "../admission/end.ts";
import type { CreateOperation, Held, UnderWay } from "../admission/operation.ts";
import { ownKey } from "../admission/own-key.ts";
import { ANNOUNCE_AFTER_MS, type CreateDeps } from "../clients/create-client.ts";
import { madeOf, madeRecord } from "../clients/made-record.ts";
import { watchForGivenUp } from "./given-up.ts";
import { mayBeLate, NOT_LATE, type Settler } from "./settler.ts";
import { stoppedFromTheStart } from "./stopped-from-the-start.ts";
import { noteTakenBack, tellTakenBack } from "./taken-back.ts";

/**
 * Brings an abandoned create to its end, by the tag in the directory: what was made is recorded, and whoever takes its message
 * tells administrators; what does not show in time is given up, and deleted whenever it shows. A client that has registered itself,
 * or whose customer has ended, is deleted at once.
 */
export const settleCreate =
  (deps: CreateDeps): Settler<CreateOperation> =>
  async (held) => {
    const { entry } = held;
    const created = await deps.directory.findByOperation(entry.operationId);
    if (!created && !entry.takesBack && mayBeLate(held)) return "waiting";
    const key = await ownKey(deps.operations, entry);
    const isKept = !entry.operation.secret && !(await hasEnded(deps, entry));
    if (created && isKept) {
      const made = madeRecord(entry, created, deps.promise);
      const isDisabled = async () => created.disabled;
      const { record, also } = await stoppedFromTheStart(deps, held, made, isDisabled);
      await announce(deps, entry);
      await end(deps, held, {
        came: { outcome: "done", clientId: record.id },
        made: madeOf(entry, record),
        // A pass over the directory may have come by before, and found no client of ours.
        secrets: [{ now: "back", clientId: record.id }],
        ...also,
        ...(key && { key: { key, result: { clientId: record.id } } }),
      });
      return "finished";
    }
    const taken = created ? await takeBack(deps, held, created) : held;
    if (taken === "waiting" || "stuck" in taken) return taken;
    if (!created) await watchForGivenUp(deps, entry);
    const { takesBack } = taken.entry;
    if (takesBack) await tellTakenBack(deps, entry, takesBack);
    await end(deps, taken, {
      came: { outcome: "undone", clientId: takesBack?.clientId ?? created?.id },
      placeBack: {},
      ...(key && { key: { key } }),
    });
    return "undone";
  };

/**
 * Once more: the message that was sent first has come for nothing if the create was set aside, and is lost with a bus that is. With the
 * bus away it is there still, unless the create was set aside.
 */
async function announce(
  { consentQueue, runtime }: CreateDeps,
  { operationId, subscription, startedAt, parkedAt }: UnderWay,
): Promise<void> {
  const requestedAt = startedAt.toISOString();
  try {
    await consentQueue.putOff(
      { type: "consent.requested", version: 2, operationId, subscription, requestedAt },
      new Date(runtime.now().getTime() + ANNOUNCE_AFTER_MS),
    );
  } catch (error) {
    if (parkedAt || !(error instanceof RemoteUnavailable)) throw error;
    note("create-not-announced-again");
  }
}

/**
 * A client that has registered itself, and whose secret has reached nobody: nobody could ever use it, and whoever asked asks again.
 * What may have been told of its secret is taken back afterwards.
 */
async function takeBack(
  deps: CreateDeps,
  held: Held<CreateOperation>,
  { id: clientId, secrets }: DirectoryClient,
): Promise<Held<CreateOperation> | "waiting" | { readonly stuck: string; readonly held: Held }> {
  const keyIds = secrets.map(({ keyId }) => keyId);
  const noted = await noteTakenBack(deps, held, { clientId, keyIds });
  if (!noted) return "waiting";
  const answer = await deps.directory.delete(clientId, NOT_LATE);
  if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
  if (answer.kind === "done") return noted;
  const { reason } = answer.refusal;
  // Shown a moment ago: one of the two answers is late, and the next look tells which.
  return reason === "absent" ? "waiting" : { stuck: reason, held: noted };
}

/**
 * Only what was set aside comes after the end of its customer, which waits for all else: nothing is left of them then, and nobody would
 * ever take it away.
 */
export async function hasEnded(
  { operations }: Pick<ChangeDeps, "operations">,
  { subscription, parkedAt }: UnderWay,
): Promise<boolean> {
  if (!parkedAt) return false;
  return (await operations.account(subscription)).account.suspended?.endedAt !== undefined;
}
