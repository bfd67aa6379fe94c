import type { Actor } from "../../clients/actor.ts";
import type { ClientEvent } from "../../events/client-event.ts";
import { type CheckDeps, checkLater } from "../settling/checks.ts";

/**
 * Has the administrators told of what an operator has stopped or let go on. Like the event it is sent before the operation ends, under
 * the event's id: whoever ends what a dead host began sends the same, and the queue drops the second one.
 */
export async function announceStop(
  { checks, journal, runtime }: CheckDeps,
  { id, type: action, time: at, clientId, subscription, data }: ClientEvent,
  { operationId, by }: { readonly operationId: string; readonly by: Actor },
): Promise<void> {
  const { reason } = data;
  await checkLater(
    { checks, journal },
    {
      ...{ type: "stop.notice", version: 1, id, operationId, subscription, action, by, at },
      ...(clientId !== undefined && { clientId }),
      ...(typeof reason === "string" && { reason }),
    },
    runtime.now(),
  );
}
