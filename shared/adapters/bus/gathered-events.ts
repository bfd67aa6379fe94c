import { gather } from "../../base/gather.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientEvent, EventPublisher } from "../../events/client-event.ts";

/** Together they are far from what one transfer may hold. */
const MOST = 20;

/**
 * The same topic for who catches up on much at once: what is told in one turn of the event loop goes in one transfer. Nobody's
 * failure is another's: what the bus refuses together is sent one by one. Only an outage is everybody's.
 */
export function gatheredEvents({ publish, publishAll }: EventPublisher): EventPublisher {
  return {
    publish: gather<ClientEvent, void>({
      most: MOST,
      alone: publish,
      together: async (events) => {
        try {
          await publishAll(events);
          return events.map(() => ({ value: undefined }));
        } catch (error) {
          if (error instanceof RemoteUnavailable) throw error;
          return events.map(() => "alone");
        }
      },
    }),
    publishAll,
  };
}
