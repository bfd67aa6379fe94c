import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";
import { openApi } from "../../support/api.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient } from "../../support/make.ts";
import { seedGranted, seedPending } from "../../support/seed-consents.ts";

/** `npm run faults:consent` counts with a hundred thousand. */
const MANY = Number(process.env["CONSENT_CLIENTS"] ?? 5_000);

let cloud: Cloud;
let host: HostHandle;
let bus: ServiceBusClient;
beforeAll(async () => {
  const never = "0 0 0 1 1 *";
  cloud = await startTestCloud({
    environment: {
      RECONCILE_SCHEDULE: never,
      CONSENT_SWEEP_SCHEDULE: never,
      CONSENT_REVOCATION_SCHEDULE: never,
    },
  });
  const [first] = cloud.hosts;
  if (!first) throw new Error("The cloud has no host");
  host = first;
  bus = new ServiceBusClient(cloud.addresses.serviceBus);
});
beforeEach(() => cloud.reset());
afterAll(() => bus.close());

/** What one sweep costs: requests to the directory and to the tables, by name. */
async function sweep(): Promise<Readonly<Record<string, number>>> {
  cloud.directory.resetRequests();
  cloud.tables.resetCounts();
  expect(await host.runNow("consent-sweep")).toMatchObject({ succeeded: true });
  const costs: Record<string, number> = { ...cloud.tables.counts() };
  for (const { name } of cloud.directory.requests()) costs[name] = (costs[name] ?? 0) + 1;
  return costs;
}

test("a create and all that follows it costs 13 requests to the tables", async () => {
  const { call } = await (await openApi(cloud)).customer();
  const alerted = async () => {
    const looked = host.nextInvocation("consent-clock");
    await makeClient(call);
    await looked;
  };
  await alerted();
  cloud.tables.resetCounts();

  await alerted();

  expect(cloud.tables.counts()).toEqual({
    // Until the caller has an answer: the account, the place, the client in its place.
    "insert journal": 1,
    "get clients": 1 + 1,
    "batch clients": 2,
    // Then the consent clock: the client, its case, claims of four targets, a mark for each, and when to look next.
    "insert consents": 1,
    "batch alerts": 1,
    "update alerts": 4,
    "update consents": 1,
    "delete journal": 1,
  });
});

test("a sweep of 1,000 pending consents costs 50 batches", async () => {
  await seedPending(cloud, 1_000);
  expect(await sweep()).toMatchObject({ "POST /$batch": 50, "query consents": 2 });
});

test(`with ${MANY} clients in the records and 100 pending it costs what it costs with 100`, async () => {
  await seedPending(cloud, 100);
  await sweep();
  const few = await sweep();
  await seedGranted(cloud, MANY);
  expect(await sweep()).toEqual(few);
  expect(few).toEqual({ "POST /$batch": 5, "query consents": 2 });
}, 300_000);

test("a poison message ends among the dead letters, recorded and alerted once, and the queue goes on", async () => {
  const sender = bus.createSender("consent");
  const poisons = [
    { messageId: "poison/1", body: { type: "consent.look", version: 7 } },
    { messageId: "poison-2", body: "what?" },
  ];
  await sender.sendMessages(poisons);
  await sender.close();

  await eventually(
    () => cloud.bus.entity("consent").deadLettered,
    (count) => count === poisons.length,
  );
  const receiver = bus.createReceiver("consent", { subQueueType: "deadLetter" });
  const letters = await receiver.peekMessages(10);
  expect(letters.map(({ messageId }) => messageId).toSorted()).toEqual(["poison-2", "poison/1"]);
  for (const { deadLetterReason } of letters)
    expect(deadLetterReason).toBe("MaxDeliveryCountExceeded");
  await receiver.close();

  const alerts = cloud.inbox.alerts();
  expect(alerts.map(({ stage, channel }) => `${stage} ${channel}`).toSorted()).toEqual(
    ["email", "teams", "webhook"].flatMap((channel) => Array(2).fill(`poison ${channel}`)),
  );
  expect(JSON.stringify(alerts)).toContain("operationId: ");
  expect(JSON.stringify(alerts)).toContain("poison/1");
  const { call } = await (await openApi(cloud)).customer();
  const client = await makeClient(call);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
});
