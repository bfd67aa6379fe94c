import { note } from "../base/observation.ts";
import type { Runtime } from "../base/runtime.ts";
import { RemoteUnavailable } from "../base/unavailable.ts";
import type { Journal } from "../operations/journal.ts";
import type { ClientEvent, EventPublisher } from "./client-event.ts";

/**
 * Publishes what an operation has done. With the bus away the event waits in the journal, where the reconciler finds it:
 * what was done is not undone for it, and the caller is not kept waiting.
 */
export async function announce(
  deps: { events: EventPublisher; journal: Journal; runtime: Runtime },
  event: ClientEvent,
): Promise<void> {
  try {
    await deps.events.publish(event);
  } catch (error) {
    if (!(error instanceof RemoteUnavailable)) throw error;
    note("event-deferred");
    const now = deps.runtime.now();
    await deps.journal.open({
      operationId: event.id,
      subscription: event.subscription,
      operation: { kind: "announce", event },
      startedAt: now,
      touchedAt: now,
      looks: 0,
    });
  }
}
