import { ServiceBusClient } from "@azure/service-bus";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { HostHandle } from "../../../infra/local/host/spawn.ts";
import { openApi } from "../../support/api.ts";
import { startTestCloud } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { type LogLine, logLines } from "../../support/log-lines.ts";
import { makeClient, makeSecret } from "../../support/make.ts";
import { seedGranted, seedPending } from "../../support/seed-consents.ts";

/** `npm run faults:consent` counts with a hundred thousand, and with five thousand that wait. */
const MANY = Number(process.env["CONSENT_CLIENTS"] ?? 2_000);
const MANY_PENDING = Number(process.env["CONSENT_WAITING"] ?? 2_000);
/** What a call of the directory looks at, and what a page of a table holds. */
const A_CALL = 300;
const A_PAGE = 1_000;

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
      CARE_SCHEDULE: never,
      SECRETS_LOOK_SCHEDULE: never,
      SECRETS_LOOK_EVERY: "PT0.01S",
      // Of a secret that lives for a day: at once.
      SECRET_REMINDERS: "PT23H59M59.5S",
    },
  });
  const [first] = cloud.hosts;
  if (!first) throw new Error("The cloud has no host");
  host = first;
  bus = new ServiceBusClient(cloud.addresses.serviceBus);
});
beforeEach(() => cloud.reset());
afterAll(() => bus.close());

/** What one run of a timer costs: requests to the directory and to the tables, by name. */
const run = (timer: string) =>
  costOf(async () => expect(await host.runNow(timer)).toMatchObject({ succeeded: true }));
const sweep = () => run("consent-sweep");

async function costOf(work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  cloud.directory.resetRequests();
  cloud.tables.resetCounts();
  await work();
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

/** What a run of a timer says that it cost, without what hosts tell each other. */
async function said(name: string): Promise<readonly [number, number, number]> {
  const before = logLines(cloud);
  expect(await host.runNow(name)).toMatchObject({ succeeded: true });
  return costSince(before, name);
}

async function costSince(before: ReadonlyMap<string, LogLine>, name: string) {
  const line = await eventually(
    () => [...logLines(cloud)].find(([id, { route }]) => route === name && !before.has(id))?.[1],
    (found) => found !== undefined,
  );
  const { tableOperations = 0, directoryCalls = 0, messages = 0 } = line ?? {};
  return [tableOperations, directoryCalls, messages] as const;
}

/** Requests to the tables, calls of the directory, messages. */
test("what is due of secrets costs what is due, and a look for what others have changed what has changed", async () => {
  // At first it looks at all days of a month.
  await said("care");
  const { call } = await (await openApi(cloud)).customer();
  const [ending, turned] = await Promise.all([makeClient(call), makeClient(call)]);
  const day = { displayName: "Due at once", lifetimeDays: 1 };
  expect((await call("POST", `/clients/${ending.id}/secrets`, { json: day })).status).toBe(201);
  const { keyId } = await makeSecret(call, turned.id);
  const old = `/clients/${turned.id}/secrets/${keyId}`;
  expect((await call("POST", `${old}/rotate`, { json: {} })).status).toBe(201);
  for (const { id } of [ending, turned])
    await cloud.inbox.nextAlert(({ clientId }) => clientId === id);
  // A host that is new puts what is due into the index.
  await said("reconcile");

  // Four to look what is due and whether letters wait; seven to tell of one; five for its letter.
  expect(await said("care")).toEqual([16, 0, 1]);
  expect(cloud.inbox.alerts().filter(({ stage }) => stage === "letter")).toHaveLength(1);
  // One for the customer whose letter has gone a moment ago.
  expect(await said("care")).toEqual([5, 0, 0]);

  // Two for each client that is new to it.
  expect(await said("secrets-look")).toEqual([8, 1, 0]);
  expect(await said("secrets-look")).toEqual([5, 1, 0]);

  const before = logLines(cloud);
  const json = { retiresAt: new Date(Date.now() + 500).toISOString() };
  expect((await call("PATCH", old, { json })).status).toBe(200);
  // The end of a grace.
  expect(await costSince(before, "operations")).toEqual([5, 1, 2]);
  expect(await said("secrets-look")).toEqual([7, 1, 0]);
});

test("a sweep of 1,000 pending consents costs 4 calls of the directory", async () => {
  await seedPending(cloud, 1_000);
  await sweep();
  expect(await sweep()).toEqual({ "POST /$batch": 4, "query consents": 2, "query alerts": 1 });
});

test(`a sweep of ${MANY_PENDING} pending consents costs a call of the directory for every ${A_CALL}`, async () => {
  await seedPending(cloud, MANY_PENDING);
  await sweep();
  expect(await sweep()).toMatchObject({
    "POST /$batch": Math.ceil(MANY_PENDING / A_CALL),
    "query consents": MANY_PENDING / A_PAGE + 1,
  });
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
