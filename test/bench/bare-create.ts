import { randomUUID } from "node:crypto";
import { app } from "@azure/functions";
import { bareCalls } from "./bare-calls.ts";
import { BARE_CREATED_QUEUE, BARE_CREATES } from "./bare-names.ts";
import { bareSdk } from "./bare-sdk.ts";

/**
 * An app that makes clients with the remote calls which a create and what follows it cannot avoid, and does nothing else: nobody
 * is asked for a token, nothing is checked, refused, logged or repeated. What it takes of the processor is what the SDKs and
 * the functions library take.
 */

/** As many as the service is measured with. */
const SUBSCRIPTIONS = 16;
/** What the service reads at most of what its customer has besides. */
const READ = 25;
const CHANNELS = 3;

const sdk = bareSdk(BARE_CREATED_QUEUE);
const { settings, clients, consents, events } = sdk;
const customers = Array.from({ length: SUBSCRIPTIONS }, () => bareCalls(sdk));
const opened = Promise.all(customers.map(({ open }) => open()));
const { ALERT_TEAMS_URL: alertUrl = "" } = process.env;
let asked = 0;

app.http("bare-create", {
  route: `api/${BARE_CREATES}`,
  methods: ["POST"],
  authLevel: "anonymous",
  handler: async () => {
    await opened;
    asked += 1;
    const customer = customers[asked % SUBSCRIPTIONS];
    return { status: 201, jsonBody: { id: await customer?.create() } };
  },
});

app.serviceBusQueue("bare-created", {
  queueName: BARE_CREATED_QUEUE,
  connection: "ServiceBusConnection",
  handler: async () => {
    asked += 1;
    const customer = customers[asked % SUBSCRIPTIONS];
    const filter = `PartitionKey eq '${customer?.partitionKey}' and RowKey ge 'client:'`;
    await clients.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: READ }).next();
    const row = consentRow();
    const { etag = "*" } = await consents.createEntity(row);
    await Promise.all([
      events.sendMessages([event("client.created"), event("consent.requested")]),
      ...Array.from({ length: CHANNELS }, () => alert(row)),
    ]);
    await consents.updateEntity({ ...row, nextCheckAt: new Date() }, "Replace", { etag });
  },
});

const consentRow = () => ({
  partitionKey: "bench",
  rowKey: randomUUID(),
  subscription: "bench",
  appId: randomUUID(),
  operationId: randomUUID(),
  displayName: "Bench",
  requestedBy: "Ann",
  requestedAt: new Date(),
  dueAt: new Date(),
  claim: randomUUID(),
  told: "{}",
});

const event = (type: string) => ({
  messageId: randomUUID(),
  contentType: "application/cloudevents+json",
  subject: type,
  // As the service marks what no webhook of its customer's wants.
  applicationProperties: { type, webhook: "none" },
  body: {
    ...{ specversion: "1.0", id: randomUUID(), type, time: new Date().toISOString() },
    data: { clientId: randomUUID(), displayName: "Bench", roles: settings.resource.roleIds },
  },
});

async function alert(row: object): Promise<void> {
  const answer = await fetch(alertUrl, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(row),
  });
  await answer.arrayBuffer();
}
