import { gather } from "../../base/gather.ts";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ClientEvent, EventPublisher } from "../../events/client-event.ts";
import { BusRefused } from "./bus-refused.ts";

/** Together they are far from what one transfer may hold, as a rule. */
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
          const isTooMuch = error instanceof BusRefused && error.reason === "too-large";
          if (error instanceof RemoteUnavailable && !isTooMuch) throw error;
          return events.map(() => "alone");
        }
      },
    }),
    publishAll,
  };
}
