import type { ConsentRequestedV2 } from "../../shared/events/consent-requested.ts";
import type { ConsentWorld } from "./consent-world.ts";
import { aRecord, NOON, newId } from "./samples.ts";

/** What the consent clock finds after a create: its message, and the client as it is recorded and not listed yet. */

export const REQUESTER = {
  ...{ kind: "customer" as const, issuer: "https://login.example/", subject: "ann-1" },
  displayName: "Ann",
};

export const aRequestMessage = (operationId = newId()): ConsentRequestedV2 => ({
  type: "consent.requested",
  version: 2,
  operationId,
  subscription: "contoso",
  requestedAt: NOON.toISOString(),
});

export function recorded(world: ConsentWorld) {
  const record = aRecord({ requester: REQUESTER });
  world.put(record);
  world.made.set(record.operationId, { state: "recorded", record, requestedBy: "Ann" });
  return { record, message: aRequestMessage(record.operationId) };
}
