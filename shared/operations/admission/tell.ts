import { note } from "../../base/observation.ts";
import type { Runtime } from "../../base/runtime.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientEvent, EventPublisher } from "../../events/client-event.ts";
import type { AsideActivity } from "./activity-of.ts";
import type { UnderWay } from "./operation.ts";
import type { Journal } from "./ports.ts";

export interface TellDeps {
  readonly events: EventPublisher;
  readonly journal: Pick<Journal, "untold">;
  readonly runtime: Runtime;
}

/**
 * Publishes what an operation has done, before the operation ends. With the bus away the event waits in the journal, where the
 * reconciler finds it: what was done is not undone for it, and the caller is not kept waiting.
 */
export async function tell(deps: TellDeps, event: ClientEvent): Promise<void> {
  try {
    await deps.events.publish(event);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("event-deferred");
    await deps.journal.untold(event, deps.runtime.now());
  }
}

/**
 * The event of an entry of activity that no change has told of. What is about no client yet has none: the topic follows
 * clients' lives.
 */
export async function tellOf(
  deps: TellDeps,
  { id, action, at, subscription, clientId, detail }: AsideActivity,
): Promise<void> {
  if (clientId === undefined) return;
  const data = { clientId, ...detail };
  await tell(deps, { id, type: action, time: at.toISOString(), clientId, subscription, data });
}

/** The event of an operation; the same one however often it is told. */
export const eventOf = (
  { operationId, subscription, noWebhook }: UnderWay,
  type: ClientEvent["type"],
  about: { readonly clientId: string; readonly at: Date; readonly data: ClientEvent["data"] },
): ClientEvent => ({
  id: `${operationId}:${type}`,
  type,
  time: about.at.toISOString(),
  clientId: about.clientId,
  subscription,
  data: about.data,
  ...(noWebhook && { noWebhook }),
});

/** When it is told to have happened: something else may have, and have been told, while it was set aside, and it comes after that. */
export const toldAt = ({ parkedAt, touchedAt, startedAt }: UnderWay): Date =>
  parkedAt ? touchedAt : startedAt;
