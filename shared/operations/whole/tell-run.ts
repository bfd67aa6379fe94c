import { type TellDeps, tell } from "../admission/tell.ts";
import { announceStop } from "../clients/announce-stop.ts";
import type { CheckDeps } from "../settling/checks.ts";
import { RUN_EVENTS, type Run } from "./run.ts";

/** Other systems and administrators hear of an operation on a whole subscription: under ids of its own, so that twice is once. */
export async function tellRun(deps: CheckDeps & TellDeps, run: Run): Promise<void> {
  const { operationId, kind, subscription, by, reason, createdAt, deleteAt } = run;
  const event = {
    id: `${operationId}:${RUN_EVENTS[kind]}`,
    type: RUN_EVENTS[kind],
    time: createdAt.toISOString(),
    subscription,
    data: {
      operationId,
      ...(reason !== undefined && { reason }),
      ...(deleteAt && { deleteAt: deleteAt.toISOString() }),
    },
  };
  await tell(deps, event);
  await announceStop(deps, event, { operationId, by: by.actor });
}

export const ENDED = "subscription.offboarded";

/** Nothing is left of the customer. */
export const tellEnded = (
  deps: TellDeps,
  { operationId, subscription }: Run,
  endedAt: Date,
): Promise<void> =>
  tell(deps, {
    id: `${operationId}:${ENDED}`,
    type: ENDED,
    time: endedAt.toISOString(),
    subscription,
    data: { operationId },
  });
