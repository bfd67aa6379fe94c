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
  const costs: Record<string, number> = ownCounts();
  for (const { name } of cloud.directory.requests()) costs[name] = (costs[name] ?? 0) + 1;
  return costs;
}

/** Without what hosts tell each other about what they use up, once a second at most however much that is. */
function ownCounts(): Record<string, number> {
  const { "upsert journal": _said, "query journal": _heard, ...own } = cloud.tables.counts();
  return own;
}

test("what follows a create costs 3 requests to the tables and 2 events, the create itself 3; a delete 4, and what follows it 2", async () => {
  const { call } = await (await openApi(cloud)).customer();
  const alerted = async () => {
    const checked = host.nextInvocation("consent-clock");
    const client = await makeClient(call);
    await checked;
    return client;
  };
  const { id } = await alerted();
  cloud.tables.resetCounts();
  const since = performance.now();

  await alerted();

  const seconds = (performance.now() - since) / 1000;
  const { "upsert journal": said = 0, "query journal": heard = 0 } = cloud.tables.counts();
  expect(Math.max(said, heard)).toBeLessThanOrEqual(Math.ceil(seconds) + 1);
  expect(ownCounts()).toEqual({
    // Until the caller has an answer: one round of reads, the admission and the end.
    "get clients": 1,
    "batch clients": 2,
    // Then the consent clock: what became of the create and what else its customer has, its case with the claim, and what was told with when to check next.
    "query clients": 1,
    "insert consents": 1,
    "update consents": 1,
  });

  const unlisted = host.nextInvocation("consent-clock");
  cloud.tables.resetCounts();
  expect((await call("DELETE", `/clients/${id}`)).status).toBe(204);
  await unlisted;

  expect(ownCounts()).toEqual({
    // Until the caller has an answer: one round of reads, the admission and the end.
    "get clients": 2,
    "batch clients": 2,
    // Then the consent clock takes its consent off the list of those that wait.
    "get consents": 1,
    "delete consents": 1,
  });
});

test("a sweep of 1,000 pending consents costs 4 calls of the directory", async () => {
  await seedPending(cloud, 1_000);
  await sweep();
  expect(await sweep()).toEqual({ "POST /$batch": 4, "query consents": 2, "query alerts": 1 });
});

test("a sweep of 5,000 pending consents costs 17 calls of the directory", async () => {
  await seedPending(cloud, 5_000);
  await sweep();
  expect(await sweep()).toMatchObject({ "POST /$batch": 17, "query consents": 6 });
}, 120_000);

test(`with ${MANY} clients in the records and 100 pending it costs what it costs with 100`, async () => {
  await seedPending(cloud, 100);
  await sweep();
  const few = await sweep();
  await seedGranted(cloud, MANY);
  expect(await sweep()).toEqual(few);
  expect(few).toEqual({ "POST /$batch": 1, "query consents": 2, "query alerts": 1 });
}, 300_000);

test("forty poison messages end among the dead letters, recorded, in one alert with their number, and the queue goes on", async () => {
  const sender = bus.createSender("consent");
  const poisons = [
    { messageId: "poison/1", body: { type: "consent.look", version: 7 } },
    { messageId: "poison-2", body: "what?" },
    { messageId: "12345", body: "the library hands this id over as a number" },
    ...Array.from({ length: 37 }, (_, at) => ({ messageId: `junk-${at}`, body: { junk: at } })),
  ];
  await sender.sendMessages(poisons);
  await sender.close();

  await eventually(
    () => cloud.bus.entity("consent").deadLettered,
    (count) => count === poisons.length,
  );
  const receiver = bus.createReceiver("consent", { subQueueType: "deadLetter" });
  const letters = await receiver.peekMessages(50);
  expect(letters.map(({ messageId }) => messageId).toSorted()).toEqual(
    poisons.map(({ messageId }) => messageId).toSorted(),
  );
  for (const { deadLetterReason } of letters)
    expect(deadLetterReason).toBe("MaxDeliveryCountExceeded");
  await receiver.close();

  await sweep();
  const alerts = cloud.inbox.alerts();
  expect(alerts.map(({ stage, channel }) => `${stage} ${channel}`).toSorted()).toEqual([
    "poison email",
    "poison teams",
    "poison webhook",
  ]);
  expect(JSON.stringify(alerts)).toContain("40 messages of the queue consent");
  await sweep();
  expect(cloud.inbox.alerts()).toHaveLength(3);
  expect(JSON.stringify(alerts)).toMatch(/poison\/1|poison-2|12345|junk-/);
  const { call } = await (await openApi(cloud)).customer();
  const client = await makeClient(call);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
});
