import { ask } from "./ask.ts";
import type { Bus } from "./connect.ts";

/**
 * Whether these queues and topics can be sent to, by a new link to each: an open one does not tell what has become of its other
 * end. Within 3 s.
 *
 * @throws BusRefused naming an entity that is missing or closed to us; RemoteUnavailable
 */
export async function checkEntities(bus: Bus, entities: readonly string[]): Promise<void> {
  await Promise.all(
    entities.map((entity) =>
      ask(bus, entity, "no", async (client, abortSignal) => {
        const sender = client.createSender(entity);
        try {
          await sender.createMessageBatch({ abortSignal });
        } finally {
          // Not waited for: a bus that does not answer does not answer this either.
          void sender.close().catch(() => undefined);
        }
      }),
    ),
  );
}
