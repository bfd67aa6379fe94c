import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { composeTaps } from "../../../infra/local/faults/fault-tap.ts";
import type { RemoteCall, Tap } from "../../../infra/local/tap.ts";
import { rows } from "../../faults/support/found.ts";
import { type Api, type Call, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../../support/cloud.ts";
import { eventually } from "../../support/eventually.ts";
import { createGateTap } from "../../support/gate-tap.ts";
import { clientOf, clientsOf, makeClient, makeSecret, secretOf } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { customerAtEachHost } from "../../support/two-hosts.ts";

const MAX = 12;
const RECONCILE_AFTER_MS = 60_000;
/** Where it is waited for; it leaves a request 4.8 s, which is little for fifty at once. */
const SOON_MS = 6_000;
const ADD_PASSWORD = "POST /applications/{id}/addPassword";

/** How many calls of one name have been in the directory at the same time, at most. */
function createGauge(measured: string): Tap & { most(): number; reset(): void } {
  let now = 0;
  let most = 0;
  return {
    most: () => most,
    reset: () => {
      most = 0;
    },
    before: async ({ name }: RemoteCall) => {
      if (name === measured) most = Math.max(most, ++now);
      return "pass";
    },
    after: async ({ name }: RemoteCall) => {
      if (name === measured) now -= 1;
      return "pass";
    },
  };
}

const gauge = createGauge(ADD_PASSWORD);
const gates = createGateTap();
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startTestCloud({
    hosts: 2,
    tap: composeTaps(gauge, gates),
    environment: {
      ...NO_SWEEPS,
      MAX_CLIENTS_PER_SUBSCRIPTION: String(MAX),
      SUBSCRIPTION_WRITES_PER_MINUTE: "1000",
      RECONCILE_AFTER: `PT${RECONCILE_AFTER_MS / 1000}S`,
      RECONCILE_SCHEDULE: "0 0 0 1 1 *",
      // More than two secrets can be asked for at once.
      CLIENT_SIGN_IN_AUDIENCE: "AzureADMyOrg",
    },
  });
  // What is new about a host, as its link to the bus, is made by a request that nobody counts.
  const first = await customerAtEachHost(cloud);
  await Promise.all(first.map(({ call }) => makeClient(call)));
});

const create = (call: Call) => call("POST", "/clients", { json: { displayName: "A client" } });
const tally = (answers: readonly SeenAnswer[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, refusalOf)].map(([told, those]) => [told, those.length]),
  );
const inDirectory = async (call: Call): Promise<number> =>
  clientsOf(await call("GET", "/clients?limit=100")).items.length;

describe("MAX_CLIENTS_PER_SUBSCRIPTION", () => {
  test("holds under 50 creates at once from two hosts: never one more, and none less", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    cloud.directory.resetRequests();

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => create(index % 2 ? here.call : there.call)),
    );

    expect(tally(answers)).toEqual({ "201 done": MAX, "409 client-limit-reached": 50 - MAX });
    const asked = cloud.directory.requests().filter(({ name }) => name === "POST /applications");
    expect(asked).toHaveLength(MAX);
    expect(await inDirectory(here.call)).toBe(MAX);
  });
});

describe("addPassword", () => {
  test("never runs twice at once for one client, and no credential is lost", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const client = await makeClient(here.call);
    await cloud.setFaults({ directory: { loseParallelPasswords: true, latencyMs: 60 } });
    gauge.reset();

    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 ? here : there).call("POST", `/clients/${client.id}/secrets`, {
          json: { displayName: `No. ${index}` },
        }),
      ),
    );

    await cloud.setFaults({});
    expect(gauge.most()).toBe(1);
    const made = answers.filter(({ status }) => status === 201).map((one) => secretOf(one).keyId);
    const busy = answers.filter(({ status }) => status !== 201);
    expect(busy.map(refusalOf)).toEqual(busy.map(() => "409 client-busy"));
    expect(busy.every(({ headers }) => Number(headers.get("retry-after")) >= 1)).toBe(true);
    expect(made.length).toBeGreaterThanOrEqual(2);
    const { secrets } = clientOf(await here.call("GET", `/clients/${client.id}`));
    expect(secrets.map(({ keyId }) => keyId).sort()).toEqual(made.sort());
  });

  test("runs for two clients at once", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const clients = await Promise.all([makeClient(here.call), makeClient(there.call)]);
    gauge.reset();
    const gate = gates.hold(ADD_PASSWORD);

    const first = makeSecret(here.call, clients[0].id);
    await gate.reached;
    await makeSecret(there.call, clients[1].id);
    gate.open();
    await first;

    expect(gauge.most()).toBe(2);
  });
});

describe("If-Match", () => {
  test("of two changes under one ETag, from two hosts, one is made", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const client = await makeClient(here.call);
    const rename = (call: Call, displayName: string) =>
      call("PATCH", `/clients/${client.id}`, {
        json: { displayName },
        headers: { "if-match": `"${client.id}.1"` },
      });

    const answers = await Promise.all([rename(here.call, "Here"), rename(there.call, "There")]);

    expect(tally(answers)).toEqual({ "204 done": 1, "412 precondition-failed": 1 });
    const refused = answers.find(({ status }) => status === 412);
    expect(refused?.headers.get("etag")).toBe(`"${client.id}.2"`);
    const winner = answers[0].status === 204 ? "Here" : "There";
    expect(clientOf(await here.call("GET", `/clients/${client.id}`)).displayName).toBe(winner);
  });

  test("a removal under the ETag that is known now is made; * asks for any", async () => {
    const [here, there] = await customerAtEachHost(cloud);
    const clients = [await makeClient(here.call), await makeClient(here.call)];
    const tags = [`"x", "${clients[0]?.id}.1"`, "*"];

    const answers = await Promise.all(
      clients.map(({ id }, index) =>
        there.call("DELETE", `/clients/${id}`, { headers: { "if-match": tags[index] ?? "" } }),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
  });
});

describe("SUBSCRIPTION_WRITES_PER_MINUTE", () => {
  test("stops one subscription, says until when, and leaves the others and the directory alone", async () => {
    const LIMIT = 5;
    const host = await cloud.startHost({
      environment: { SUBSCRIPTION_WRITES_PER_MINUTE: String(LIMIT) },
    });
    const api = await openApi({
      addresses: { ...cloud.addresses, api: `${host.origin}/api` },
      directory: cloud.directory,
    });
    const bob = await api.customer();

    // The clock is the service's own: what was asked across the turn of a minute is asked again.
    let seen = await exhaust(api, LIMIT);
    while (seen.turned) seen = await exhaust(api, LIMIT);
    const bobs = await create(bob.call);
    await host.stop();

    expect(seen.done).toBe(LIMIT);
    expect(seen.refusals.map(refusalOf)).toEqual(seen.refusals.map(() => "429 rate-limited"));
    for (const refused of seen.refusals) {
      expect(problemOf(refused).limit).toBe(LIMIT);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
    }
    expect(seen.directoryCalls).toEqual([]);
    expect([seen.read.status, bobs.status]).toEqual([200, 201]);
  });
});

describe("MAX_CLIENTS_PER_SUBSCRIPTION, on hosts that soon count what is under way as abandoned,", () => {
  test("loses no place to creates that fail, whether the directory did them or not", async () => {
    await Promise.all(cloud.hosts.map((host) => host.stop()));
    const environment = { RECONCILE_AFTER: `PT${SOON_MS / 1000}S` };
    await Promise.all([cloud.startHost({ environment }), cloud.startHost({ environment })]);
    const [here, there] = await customerAtEachHost(cloud);
    const failing = async (faults: Parameters<Cloud["setFaults"]>[0]) => {
      await cloud.setFaults(faults);
      const answers = await Promise.all([
        ...Array.from({ length: 4 }, () => create(here.call)),
        ...Array.from({ length: 4 }, () => create(there.call)),
      ]);
      await cloud.setFaults({});
      return answers;
    };

    const failed = [
      ...(await failing({ directory: { serverError: { share: 1, status: 503 } } })),
      ...(await failing({
        directory: { cutAfterCommit: { share: 0.5 }, createLagMs: 60_000 },
      })),
    ];
    // Whoever has the message of a create that was abandoned asks the directory twice before its place is given back.
    await eventually(
      async () => (await rows(cloud, "clients")).filter(({ rowKey }) => rowKey.startsWith("busy:")),
      ({ length }) => length === 0,
      12 * SOON_MS,
    );
    const kept = await inDirectory(here.call);
    const fill = await Promise.all(
      Array.from({ length: MAX + 4 }, (_, index) => create(index % 2 ? here.call : there.call)),
    );

    expect(
      failed.map(({ status }) => status).filter((status) => ![201, 503, 409].includes(status)),
    ).toEqual([]);
    expect(failed.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
    expect(tally(fill)["201 done"]).toBe(MAX - kept);
    expect(await inDirectory(there.call)).toBe(MAX);
  }, 150_000);
});

/** Has a new customer change things until they may not; `turned` tells that the minute did so meanwhile. */
async function exhaust(api: Api, atMost: number) {
  const minute = () => Math.floor(Date.now() / 60_000);
  const startedIn = minute();
  const { call } = await api.customer();
  const { id } = await makeClient(call);
  const rename = () => call("PATCH", `/clients/${id}`, { json: { displayName: "Again" } });
  let done = 1;
  while (done <= atMost && (await rename()).status === 204) done += 1;
  cloud.directory.resetRequests();
  const refusals = await Promise.all([
    rename(),
    call("DELETE", `/clients/${id}`),
    call("POST", "/clients", { json: { displayName: "One more" } }),
    call("POST", `/clients/${id}/secrets`, { json: { displayName: "One more" } }),
  ]);
  const directoryCalls = cloud.directory.requests();
  const read = await call("GET", `/clients/${id}`);
  return { done, refusals, directoryCalls, read, turned: minute() !== startedIn };
}
