import type { ClientRecord } from "../clients/client.ts";
import type { DirectoryClient } from "../clients/ports.ts";
import { type ConsentPromise, requestConsent } from "../consent/request-consent.ts";
import type { CreateOperation, UnderWay } from "./operation.ts";

/** The client that a create has made, as it begins. */
export const madeRecord = (
  { operationId, subscription, operation, startedAt, by }: UnderWay<CreateOperation>,
  { id, appId, createdAt }: DirectoryClient,
  promise: ConsentPromise,
): ClientRecord => ({
  id,
  appId,
  subscription,
  displayName: operation.displayName,
  roles: operation.roles,
  createdAt,
  operationId,
  revision: 1,
  consent: requestConsent(startedAt, promise),
  requester: by.actor,
});
