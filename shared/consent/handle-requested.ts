import type { ClientRecord } from "../clients/client.ts";
import type { ClientRecords } from "../clients/ports.ts";
import type { EventPublisher } from "../events/client-event.ts";
import type { Journal } from "../journal/journal.ts";
import type { ConsentRequested } from "../messages/consent-requested.ts";
import { note } from "../observation.ts";
import type { Runtime } from "../runtime.ts";
import type { AlertChannel } from "./alert.ts";

export interface HandleRequestedDeps {
  readonly records: ClientRecords;
  readonly journal: Journal;
  readonly events: EventPublisher;
  readonly channels: readonly AlertChannel[];
  readonly runtime: Runtime;
  /** The directory's page where consent is granted to a client, by its appId. */
  readonly grantUrl: (appId: string) => string;
}

/** The message may overtake the record, which is written at the same moment: 1.5 s in all. */
const PAUSES_MS = [20, 50, 100, 300, 1000];

/**
 * Tells operators and other systems of a new client, then removes the create's journal entry: from here on nothing of it
 * can be lost. Everything before may happen twice, under the same ids.
 *
 * @throws RemoteUnavailable to have the message delivered again
 */
export async function handleRequested(
  deps: HandleRequestedDeps,
  message: ConsentRequested,
): Promise<void> {
  const record = await findRecord(deps, message);
  if (!record) {
    // Either the create was undone, or the reconciler will record the client and send this message again.
    note("consent-without-client");
    return;
  }
  const { consent } = record;
  const sentAt = deps.runtime.now();
  await Promise.all(
    deps.channels.map((channel) =>
      channel.send({
        id: `${message.operationId}:requested`,
        stage: "requested",
        sentAt,
        clientId: record.id,
        appId: record.appId,
        displayName: record.displayName,
        subscription: record.subscription,
        requestedBy: message.requestedBy,
        requestedAt: consent.requestedAt,
        dueAt: consent.dueAt,
        grantUrl: deps.grantUrl(record.appId),
      }),
    ),
  );
  const event = {
    time: consent.requestedAt.toISOString(),
    clientId: record.id,
    subscription: record.subscription,
  };
  await deps.events.publish({
    ...event,
    id: `${message.operationId}:client.created`,
    type: "client.created",
    data: { appId: record.appId, displayName: record.displayName },
  });
  await deps.events.publish({
    ...event,
    id: `${message.operationId}:consent.requested`,
    type: "consent.requested",
    data: { dueAt: consent.dueAt.toISOString() },
  });
  await deps.journal.settle(message.operationId, message.operationId);
}

async function findRecord(
  { records, runtime }: HandleRequestedDeps,
  { subscription, clientId }: ConsentRequested,
): Promise<ClientRecord | undefined> {
  for (const pause of [...PAUSES_MS, undefined]) {
    const found = await records.find(subscription, clientId);
    if (found || pause === undefined) return found?.client.record;
    await runtime.pause(pause);
  }
  return undefined;
}
