import type { ClientRecord } from "../../clients/client.ts";
import type { DirectoryClient } from "../../clients/ports.ts";
import type { Watch } from "../../clients/watch.ts";
import { type ConsentPromise, requestConsent } from "../../consent/request-consent.ts";
import type { CreateOperation, UnderWay } from "../admission/operation.ts";

/** The client that a create has made, as it begins. */
export const madeRecord = (
  { operationId, subscription, operation, startedAt, by, noWebhook }: UnderWay<CreateOperation>,
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
  ...(noWebhook && { noWebhook }),
});

/** What stays of the create beside the client: whom administrators are told of, and who is told of its secrets. */
export function madeOf({ operation, by }: UnderWay<CreateOperation>, record: ClientRecord) {
  const { requestedBy, watcher } = operation;
  const { subscription, createdAt: since } = record;
  const watch: Watch | undefined = watcher && {
    ...watcher,
    subscription,
    of: record.id,
    since,
    by: "create",
  };
  return { record, requestedBy, actor: by.actor, ...(watch && { watch }) };
}
