import { CloudEvent } from "cloudevents";
import type { ClientEvent } from "../../events/client-event.ts";

/** CloudEvents `source`: this service, as a relative reference so that it is the same on every host. */
const SOURCE = "/latchkey";

/** An event in CloudEvents 1.0, structured mode. */
export const toCloudEvent = (event: ClientEvent): Record<string, unknown> =>
  new CloudEvent({
    id: event.id,
    source: SOURCE,
    type: event.type,
    subject: event.clientId ?? event.subscription,
    time: event.time,
    subscription: event.subscription,
    datacontenttype: "application/json",
    data: { ...(event.clientId !== undefined && { clientId: event.clientId }), ...event.data },
  }).toJSON();
