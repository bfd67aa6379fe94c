import type { ClientRecord } from "../../shared/clients/client.ts";
import { handleMessage } from "../../shared/consent/clock/handle-message.ts";
import { requestConsent } from "../../shared/consent/request-consent.ts";
import { unlistClient } from "../../shared/consent/unlist-client.ts";
import { type ConsentWorld, registrationOf } from "./consent-world.ts";
import { ANN, newId } from "./samples.ts";

/** What a client's consent meets when it is deleted by its customer, and brought back. */

/** Written by the transaction that ends a restore; its message has been worked on as well. */
export async function restored(world: ConsentWorld, before: ClientRecord): Promise<ClientRecord> {
  const { runtime, promise } = world.deps;
  const now = runtime.now();
  const isDecided = ["rejected", "revoked"].includes(before.consent.state);
  const operationId = newId();
  const record: ClientRecord = {
    ...before,
    ...{ operationId, revision: before.revision + 1, requester: ANN.actor, restoredAt: now },
    consent: isDecided ? before.consent : requestConsent(now, promise),
  };
  world.directory.register(registrationOf(record));
  world.put(record);
  await handleMessage(world.deps, {
    ...{ type: "consent.requested", version: 2, operationId, clientId: record.id },
    ...{ subscription: record.subscription, requestedAt: now.toISOString() },
  });
  return record;
}

/** Its customer deletes it. */
export async function deleted(world: ConsentWorld, record: ClientRecord): Promise<void> {
  await unlistClient(world.deps, record);
  for (const look of world.lookMessages.splice(0)) await handleMessage(world.deps, look);
  await world.deps.records.remove(record, world.deps.runtime.now());
  world.directory.delete(record.id);
}
