import { TableClient } from "@azure/data-tables";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { Faults } from "../../../infra/local/faults/faults.ts";
import { type Api, openApi, refusalOf } from "../../support/api.ts";
import { NO_SWEEPS, startTestCloud } from "../../support/cloud.ts";
import { deleteInDirectory } from "../../support/directory-admin.ts";
import { eventsOf } from "../../support/events.ts";
import { eventually } from "../../support/eventually.ts";
import {
  clientOf,
  clientsOf,
  makeClient,
  makeSecret,
  type ShownClient,
} from "../../support/make.ts";
import { newId } from "../../support/samples.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  // As patient as in Azure; the reconciler runs when a test says so.
  const environment = { ...NO_SWEEPS, RECONCILE_SCHEDULE: "0 0 0 1 1 *", RECONCILE_AFTER: "PT2M" };
  cloud = await startTestCloud({ environment });
  api = await openApi(cloud);
  // The keys of both issuers are known before anything is away, as in any service that has been running.
  await (await api.customer()).call("GET", "/clients");
});
afterEach(() => cloud.setFaults({}));

const retryAfter = (answer: { headers: Headers }) => Number(answer.headers.get("retry-after"));
const names = () => cloud.directory.requests().map(({ name }) => name);

/** The last step of a deletion by somebody else. */
async function forget(clientId: string): Promise<void> {
  const clients = TableClient.fromConnectionString(cloud.addresses.tables, "clients", {
    allowInsecureConnection: true,
  });
  for await (const { partitionKey, rowKey } of clients.listEntities())
    if (rowKey === `client:${clientId}`) await clients.deleteEntity(`${partitionKey}`, rowKey);
}

const ABANDONED_MS = 1_000;

/** Has a host for which everything is abandoned after a second look after what is under way, until that has had the effect. */
async function reconciled<T>(read: () => Promise<T>, settled: (value: T) => boolean): Promise<T> {
  // What a host finds under way at its first look is left to its check until it is twice as old.
  const ripe = Date.now() + 2 * ABANDONED_MS;
  const host = await cloud.startHost({
    environment: { RECONCILE_AFTER: `PT${ABANDONED_MS / 1000}S` },
  });
  try {
    await eventually(
      () => Date.now(),
      (now) => now > ripe,
    );
    // As its timer does: what one run has no time for on a busy machine is the next one's.
    const run = async () => {
      await host.runNow("reconcile");
      return read();
    };
    return await eventually(run, settled);
  } finally {
    await host.stop();
  }
}

describe("with the directory away", () => {
  const down: Faults = { directory: "down" };

  test("every operation that needs it is 503 with Retry-After, and a list too", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    const { keyId } = await makeSecret(call, id);
    await cloud.setFaults(down);

    const answers = await Promise.all([
      call("POST", "/clients", { json: { displayName: "Another" } }),
      call("GET", `/clients/${id}`),
      call("GET", "/clients"),
    ]);
    answers.push(await call("PATCH", `/clients/${id}`, { json: { displayName: "Renamed" } }));
    answers.push(await call("POST", `/clients/${id}/secrets`, { json: { displayName: "A" } }));
    answers.push(await call("DELETE", `/clients/${id}/secrets/${keyId}`));
    answers.push(await call("DELETE", `/clients/${id}`));

    expect(answers.map(refusalOf)).toEqual(answers.map(() => "503 unavailable"));
    expect(answers.every((answer) => retryAfter(answer) >= 1)).toBe(true);
  });

  test("nothing is left of what was refused: the same request works afterwards", async () => {
    const { call } = await api.customer();
    const ask = { json: { displayName: "A" }, headers: { "idempotency-key": newId() } };
    await cloud.setFaults(down);
    const refused = await call("POST", "/clients", ask);

    await cloud.setFaults({});
    const admitted = await call("POST", "/clients", ask);

    expect([refused.status, admitted.status]).toEqual([503, 201]);
    expect(clientsOf(await call("GET", "/clients")).items).toHaveLength(1);
  });

  test("the service is ready all the same: it shares the directory's fate with nobody", async () => {
    await cloud.setFaults(down);

    expect((await api.callWith(undefined)("GET", "/health/ready")).status).toBe(200);
  });
});

describe("with a directory that throttles", () => {
  test("its pause is passed on, and the directory is asked once", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    await cloud.setFaults({ directory: { throttle: { share: 1, retryAfterSeconds: 30 } } });
    cloud.directory.resetRequests();

    const answers = [
      await call("GET", `/clients/${id}`),
      await call("GET", "/clients"),
      await call("POST", "/clients", { json: { displayName: "Another" } }),
      await call("POST", `/clients/${id}/secrets`, { json: { displayName: "A" } }),
    ];

    expect(answers.map(refusalOf)).toEqual(answers.map(() => "429 directory-throttled"));
    expect(answers.map(retryAfter)).toEqual([30, 30, 30, 30]);
    expect(cloud.directory.requests()).toHaveLength(4);
  });

  test("a short pause is sat out", async () => {
    const { call } = await api.customer();
    await cloud.setFaults({ directory: { throttle: { share: 1, retryAfterSeconds: 1 } } });

    const asked = call("POST", "/clients", { json: { displayName: "A" } });
    await eventually(names, (asked) => asked.at(-1) === "POST /applications");
    await cloud.setFaults({});

    expect((await asked).status).toBe(201);
  });
});

test("a directory that fails every read is asked again a few times, then it is 503", async () => {
  const { call } = await api.customer();
  const { id } = await makeClient(call);
  await cloud.setFaults({ directory: { serverError: { share: 1, status: 503 } } });
  cloud.directory.resetRequests();

  const answer = await call("GET", `/clients/${id}`);

  expect(refusalOf(answer)).toBe("503 unavailable");
  expect(cloud.directory.requests()).toHaveLength(4);
});

describe("with a directory that is late", () => {
  test("a new client can be read, renamed and given a secret 4 s before the directory shows it", async () => {
    const { call } = await api.customer();
    await cloud.setFaults({ directory: { createLagMs: 4000 } });
    const client = await makeClient(call);

    const listed = await call("GET", "/clients");
    const answers = await Promise.all([
      call("GET", `/clients/${client.id}`),
      call("POST", `/clients/${client.id}/secrets`, { json: { displayName: "Early" } }),
    ]);

    expect(clientsOf(listed).items).toEqual([client]);
    expect(answers.map(({ status }) => status)).toEqual([200, 201]);
  });

  test("nobody waits for a client that another request has deleted meanwhile", async () => {
    const { call } = await api.customer();
    const olga = await api.olga();
    const clients: ShownClient[] = [];
    for (let made = 0; made < 4; made += 1) clients.push(await makeClient(call));
    const [read, renamed, given, granted] = clients.map(({ id }) => id);
    await cloud.inbox.nextAlert(({ clientId }) => clientId === granted);
    for (const { id } of clients) await deleteInDirectory(cloud, id);
    cloud.directory.resetRequests();

    const asked = [
      call("GET", `/clients/${read}`),
      call("PATCH", `/clients/${renamed}`, { json: { displayName: "Renamed" } }),
      call("POST", `/clients/${given}/secrets`, { json: { displayName: "A" } }),
      olga("POST", `/admin/consents/${granted}/grant`),
    ];
    // One kind of request each, and two for the grant: it looks for a service principal and then tries to make one.
    await eventually(
      () => new Set(names()).size,
      (kinds) => kinds === 5,
    );
    for (const { id } of clients) await forget(id);

    expect((await Promise.all(asked)).map(refusalOf)).toEqual([
      "404 not-found",
      "404 not-found",
      "404 not-found",
      "404 consent-not-found",
    ]);
    expect(clientsOf(await call("GET", "/clients")).items).toEqual([]);
  });
});

describe("with answers that are lost after the change", () => {
  const lost: Faults = { directory: { cutAfterCommit: { share: 1 } } };

  test("a create finds what it made by its tag, and makes no second one", async () => {
    const { call } = await api.customer();
    await cloud.setFaults(lost);
    cloud.directory.resetRequests();

    const client = await makeClient(call);

    // The consent clock may look after its clients meanwhile, which is a batch.
    const own = names().filter((name) => name !== "POST /$batch");
    expect(own).toEqual(["POST /applications", "GET /applications"]);
    await cloud.setFaults({});
    expect(clientsOf(await call("GET", "/clients")).items).toEqual([client]);
  });

  test("a rename, a removal and a deletion are done", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    const { keyId } = await makeSecret(call, id);
    await cloud.setFaults(lost);

    const answers = [
      await call("DELETE", `/clients/${id}/secrets/${keyId}`),
      await call("DELETE", `/clients/${id}`),
    ];

    expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    expect(clientsOf(await call("GET", "/clients")).items).toEqual([]);
  });

  test("a secret whose value was lost is said to be uncertain, and taken back", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    await cloud.setFaults(lost);
    const answer = await call("POST", `/clients/${id}/secrets`, { json: { displayName: "Lost" } });
    await cloud.setFaults({});

    const secrets = await reconciled(
      async () => clientOf(await call("GET", `/clients/${id}`)).secrets,
      (left) => left.length === 0,
    );

    expect(refusalOf(answer)).toBe("503 unavailable");
    expect(secrets).toEqual([]);
  });
});

describe("with the tables away", () => {
  test("everything is 503 with Retry-After, and the service is not ready", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    await cloud.setFaults({ tables: "down" });
    cloud.directory.resetRequests();

    const answers = await Promise.all([
      call("POST", "/clients", { json: { displayName: "Another" } }),
      call("GET", `/clients/${id}`),
      call("GET", "/clients"),
      call("DELETE", `/clients/${id}`),
      api.callWith(undefined)("GET", "/health/ready"),
    ]);

    expect(answers.map(refusalOf)).toEqual(answers.map(() => "503 unavailable"));
    expect(answers.every((answer) => retryAfter(answer) >= 1)).toBe(true);
    expect(cloud.directory.requests()).toEqual([]);
  });
});

describe("with the bus away", () => {
  test("nothing is begun that could not be announced: a create is 503 and asks nobody", async () => {
    const { call } = await api.customer();
    await cloud.setFaults({ bus: "down" });
    cloud.directory.resetRequests();

    const answer = await call("POST", "/clients", { json: { displayName: "A" } });
    const ready = await api.callWith(undefined)("GET", "/health/ready");

    expect([answer, ready].map(refusalOf)).toEqual(["503 unavailable", "503 unavailable"]);
    expect(retryAfter(answer)).toBeGreaterThanOrEqual(1);
    expect(cloud.directory.requests()).toEqual([]);
    expect(clientsOf(await call("GET", "/clients")).items).toEqual([]);
  });

  test("a rename is done, and its event follows when the bus is back", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    await cloud.inbox.nextAlert(({ clientId }) => clientId === id);
    await cloud.setFaults({ bus: "down" });
    const renamed = await call("PATCH", `/clients/${id}`, { json: { displayName: "Renamed" } });
    await cloud.setFaults({});
    const renamings = async () =>
      (await eventsOf(cloud, id)).filter((type) => type === "client.renamed");

    const sent = await reconciled(renamings, ({ length }) => length > 0);

    expect(renamed.status).toBe(204);
    expect(sent).toHaveLength(1);
  });
});
