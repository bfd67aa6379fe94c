import { THE_SERVICE } from "../../clients/actor.ts";
import type { ClientRecord } from "../../clients/client.ts";
import type { ChangeDeps } from "../admission/change.ts";
import { unavailable } from "../admission/directory-answer.ts";
import type { Left } from "../admission/end.ts";
import type { Held } from "../admission/operation.ts";
import { eventOf, tell } from "../admission/tell.ts";
import { reportRefusal } from "./incident.ts";

interface Stopped {
  readonly record: ClientRecord;
  /** What stays on record of that, beside what has made the client or brought it back. */
  readonly also?: Pick<Left, "also">;
}

/**
 * Operators may have stopped the whole subscription while this was set aside: then the client gets no token, new or back. What was
 * not set aside is waited for by the operation on the subscription, which stops this client with the others.
 *
 * @param isDisabled in the directory: by an attempt before this one, when the subscription was stopped still
 */
export async function stoppedFromTheStart(
  deps: ChangeDeps,
  held: Held,
  record: ClientRecord,
  isDisabled: () => Promise<boolean>,
): Promise<Stopped> {
  const { entry } = held;
  if (!entry.parkedAt || record.suspended) return { record };
  const { suspended } = (await deps.operations.account(record.subscription)).account;
  if (!suspended && !(await isDisabled())) return { record };
  // The directory has just shown it, or brought it back: what does not know it is late.
  const at = deps.runtime.now();
  const isStopped = suspended !== undefined;
  const answer = await deps.directory.setDisabled(record.id, isStopped, { createdAt: at });
  if (answer.kind === "not-now" || answer.kind === "unknown") throw unavailable(answer);
  if (answer.kind === "refused") {
    // It gets no secret while the subscription is stopped; that it is not stopped itself is for operators to know.
    await reportRefusal(deps, held, answer.refusal);
    return { record };
  }
  const { id: clientId, subscription } = record;
  const tellOfIt = async (
    action: "client.suspended" | "client.resumed",
    detail: { readonly reason?: string; readonly withSubscription?: string },
  ): Promise<Pick<Left, "also">> => {
    const { withSubscription: _, ...told } = detail;
    const data = { by: "operator", ...told };
    await tell(deps, eventOf(entry, action, { clientId, at, data }));
    const id = `${entry.operationId}:${action}`;
    const about = { subscription, clientId, outcome: "done" as const, detail };
    return { also: { id, at, by: THE_SERVICE, action, ...about } };
  };
  if (!suspended) return { record, also: await tellOfIt("client.resumed", {}) };
  const { reason, operationId: withSubscription } = suspended;
  const stop = { by: "operator" as const, reason, at: suspended.at, withSubscription };
  return {
    record: { ...record, suspended: stop },
    also: await tellOfIt("client.suspended", { reason, withSubscription }),
  };
}
