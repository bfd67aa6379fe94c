import { beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import {
  ConsentItemListShape,
  ConsentItemShape,
} from "../../../functions/http/admin/admin-shapes.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type Call, openApi, refusalOf } from "../../support/api.ts";
import { NO_SWEEPS } from "../../support/cloud.ts";
import { deleteInDirectory, grantInDirectory } from "../../support/directory-admin.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient, type ShownClient } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";
import { atHost } from "../../support/two-hosts.ts";

let cloud: Cloud;
let api: Api;
let olga: Call;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  olga = await api.olga();
  ready.push(...(await Promise.all(Array.from({ length: AHEAD }, newWaiting))));
});

const listOf = async (query: string) =>
  ConsentItemListShape().parse((await olga("GET", `/admin/consents?${query}`)).body);
const itemOf = (body: unknown) => ConsentItemShape().parse(body);

/** A client that stands on the operators' list. */
async function waitingClient(call: Call): Promise<ShownClient> {
  const client = await makeClient(call, `Client ${newId()}`);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
  return client;
}

interface Waiting {
  readonly call: Call;
  readonly client: ShownClient;
}

/** Made ahead and side by side: it is a second after its create that a client comes to the list. */
const ready: Waiting[] = [];
const AHEAD = 12;

async function newWaiting(): Promise<Waiting> {
  const { call } = await api.customer();
  return { call, client: await waitingClient(call) };
}

/** A customer of whom nobody else knows, with one client that stands on the operators' list. */
const waiting = async (): Promise<Waiting> => ready.pop() ?? (await newWaiting());

const act = (client: { id: string }, action: string, json?: unknown) =>
  olga("POST", `/admin/consents/${client.id}/${action}`, json === undefined ? {} : { json });

describe("an Idempotency-Key", () => {
  const under = (key: string, client: { id: string }, action: string, json?: unknown) =>
    olga("POST", `/admin/consents/${client.id}/${action}`, {
      ...(json !== undefined && { json }),
      headers: { "idempotency-key": key },
    });

  test.each([
    ["verify", undefined],
    ["grant", undefined],
    ["reject", { reason: "Not known to us" }],
  ] as const)("%s again under it is answered without the directory", async (action, json) => {
    const { client } = await waiting();
    const key = newId();
    const first = await under(key, client, action, json);
    cloud.directory.resetRequests();

    const again = await under(key, client, action, json);

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(cloud.directory.requests().filter(({ path }) => path.includes(client.appId))).toEqual(
      [],
    );
  });

  test("belongs to one request: another action, client or body is refused", async () => {
    const { call } = await api.customer();
    const [client, other] = await Promise.all([waitingClient(call), waitingClient(call)]);
    const key = newId();
    await under(key, client, "reject", { reason: "Not known to us" });

    const answers = [
      await under(key, client, "reject", { reason: "Another reason" }),
      await under(key, client, "verify"),
      await under(key, other, "reject", { reason: "Not known to us" }),
    ];

    expect(answers.map(refusalOf)).toEqual(answers.map(() => "422 idempotency-key-reused"));
  });

  test("sent twice at once works once; the other is told to come back", async () => {
    const { client } = await waiting();
    const key = newId();
    await cloud.setFaults({ directory: { latencyMs: 300 } });

    const answers = await Promise.all([under(key, client, "grant"), under(key, client, "grant")]);
    await cloud.setFaults({});

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const busy = answers.find(({ status }) => status === 409);
    expect(busy && refusalOf(busy)).toBe("409 request-in-progress");
    expect(Number(busy?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await under(key, client, "grant")).status).toBe(200);
  });

  test("is free again after an outage", async () => {
    const { client } = await waiting();
    const key = newId();
    await cloud.setFaults({ directory: "down" });
    const refused = await under(key, client, "grant");
    await cloud.setFaults({});

    expect(refusalOf(refused)).toBe("503 unavailable");
    expect((await under(key, client, "grant")).status).toBe(200);
  });
});

describe("the list", () => {
  test("shows who asks for what until when, soonest due first, page by page", async () => {
    const { call, subscription } = await api.customer();
    const clients: ShownClient[] = [];
    for (let index = 0; index < 5; index += 1)
      clients.push(await makeClient(call, `Client ${newId()}`));
    await Promise.all(
      clients.map(({ id }) => cloud.inbox.nextAlert(({ clientId }) => clientId === id)),
    );

    const ids: string[] = [];
    let cursor = "";
    do {
      const page = await listOf(`limit=2${cursor && `&cursor=${cursor}`}`);
      ids.push(...page.items.map(({ clientId }) => clientId));
      cursor = page.nextCursor ?? "";
    } while (cursor);

    const own = ids.filter((id) => clients.some((client) => client.id === id));
    expect(own).toEqual(clients.map(({ id }) => id));
    const [first] = clients;
    expect((await listOf("limit=100")).items).toContainEqual({
      clientId: first?.id,
      appId: first?.appId,
      displayName: first?.displayName,
      subscription,
      roles: [
        { value: "api.read", description: "Read data", risk: "low" },
        { value: "api.write", description: "Change data", risk: "high" },
      ],
      requestedBy: "Ann Contoso",
      requester: {
        kind: "customer",
        issuer: cloud.settings["CUSTOMER_ISSUER"],
        subject: expect.any(String),
        displayName: "Ann Contoso",
      },
      customer: { clients: 4, pending: 4, granted: 0, rejected: 0, revoked: 0 },
      grantUrl: `${cloud.directory.origin}/consent/${first?.appId}`,
      automaticGrant: true,
      consent: first?.consent,
      revision: "1",
    });
    const counted = await listOf(`text=${subscription}&counts=true`);
    expect(counted.items).toHaveLength(5);
    expect(counted.counts?.pending).toBeGreaterThanOrEqual(5);
    expect((await listOf("text=nobody-has-this")).items).toEqual([]);
    expect((await listOf("overdue=true")).items).toEqual([]);
    expect((await listOf("overdue=false&limit=100")).items.length).toBeGreaterThanOrEqual(5);
  });

  test("leaves out at once what its customer has deleted", async () => {
    const { call, client } = await waiting();
    await call("DELETE", `/clients/${client.id}`);
    const ids = (await listOf("limit=100")).items.map(({ clientId }) => clientId);
    expect(ids).not.toContain(client.id);
  });

  test.each([
    "state=unknown",
    "overdue=maybe",
    "cursor=bm9uZQ",
    "limit=0",
    "other=1",
    "text=",
    "counts=maybe",
  ])("refuses ?%s", async (query) => {
    expect(refusalOf(await olga("GET", `/admin/consents?${query}`))).toBe("400 invalid-request");
  });

  test("costs no directory call", async () => {
    cloud.directory.resetRequests();
    await listOf("limit=100");
    expect(cloud.directory.requests()).toEqual([]);
  });
});

describe("one request", () => {
  test("is found by its id in every state, with the ETag that binds a decision to it", async () => {
    const { call, client } = await waiting();
    const one = () => olga("GET", `/admin/consents/${client.id}`);
    const shown = await one();
    const etag = shown.headers.get("etag") ?? "";
    expect(etag).toMatch(new RegExp(`^"${client.id}\\.1\\.`));
    await call("PATCH", `/clients/${client.id}`, { json: { displayName: "Payroll" } });
    const decide = (action: string, ifMatch: string, json?: unknown) =>
      olga("POST", `/admin/consents/${client.id}/${action}`, {
        headers: { "if-match": ifMatch },
        ...(json !== undefined && { json }),
      });

    const refusals = [await decide("grant", etag), await decide("reject", etag, { reason: "No" })];

    expect(refusals.map(refusalOf)).toEqual(["412 consent-changed", "412 consent-changed"]);
    const now = await one();
    expect(itemOf(now.body)).toMatchObject({ displayName: "Payroll", revision: "2" });
    for (const { body, headers } of refusals) {
      expect(body).toMatchObject({ consent: now.body });
      expect(headers.get("etag")).toBe(now.headers.get("etag"));
    }
    const granted = await decide("grant", now.headers.get("etag") ?? "");
    expect(granted.status).toBe(200);
    const decidedBy = { kind: "operator", issuer: cloud.settings["OPERATOR_ISSUER"] };
    expect(itemOf(granted.body).consent.decidedBy).toMatchObject(decidedBy);
    const { body: own } = await call("GET", `/clients/${client.id}`);
    expect(JSON.stringify(own)).not.toContain("Olga");
    expect((await one()).body).toEqual(granted.body);
    expect(granted.headers.get("etag")).toBe((await one()).headers.get("etag"));
  });

  test("is what its alerts lead to", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call, `Client ${newId()}`);
    const alert = await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
    expect(JSON.stringify(alert.payload)).toContain(`/consents/${client.id}`);
  });
});

describe("granting", () => {
  test("makes the service principal and the assignments, is safe to repeat, and the customer sees it", async () => {
    const { call, client } = await waiting();
    cloud.directory.resetRequests();

    const answers = [await act(client, "grant"), await act(client, "grant")];

    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(itemOf(body).consent.state).toBe("granted");
    }
    const made = cloud.directory
      .requests()
      .filter(
        ({ method, name }) =>
          method === "POST" && /appRoleAssignedTo|servicePrincipals$/.test(name),
      );
    expect(made).toHaveLength(3);
    const seen = await call("GET", `/clients/${client.id}`);
    expect(seen.body).toMatchObject({ consent: { state: "granted" } });
    expect(seen.headers.get("etag")).toMatch(new RegExp(`^"${client.id}\\.2\\.`));
    expect((await listOf("state=granted&limit=100")).items).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ clientId: client.id })]),
    );
  });

  test("waits for a directory that has not caught up with itself", async () => {
    const { client } = await waiting();
    await cloud.setFaults({ directory: { createLagMs: 700 } });
    const granted = await act(client, "grant");
    await cloud.setFaults({});
    expect(granted.status).toBe(200);
    expect(itemOf(granted.body).consent.state).toBe("granted");
  });

  test("is refused for a client that was rejected", async () => {
    const { client } = await waiting();
    await act(client, "reject", { reason: "Not known to us" });
    expect(refusalOf(await act(client, "grant"))).toBe("409 consent-already-decided");
  });

  test("is refused where it is not switched on", async () => {
    const host = await cloud.startHost({ environment: { CONSENT_GRANT: "manual" } });
    const other = await openApi(atHost(cloud, host));
    const { client } = await waiting();
    const ask = await other.olga();
    expect(refusalOf(await ask("POST", `/admin/consents/${client.id}/grant`))).toBe(
      "409 grant-not-enabled",
    );
    const revoke = `/admin/consents/${client.id}/revoke`;
    expect(refusalOf(await ask("POST", revoke, { json: { reason: "No" } }))).toBe(
      "409 revoke-not-enabled",
    );
    await host.stop();
  });
});

describe("rejecting", () => {
  test("closes the request, and the customer sees why", async () => {
    const { call, client } = await waiting();
    const reason = "Bitte zuerst den Vertrag unterschreiben ✓";

    const rejected = await act(client, "reject", { reason });

    expect(itemOf(rejected.body).consent).toMatchObject({ state: "rejected", reason });
    expect((await call("GET", `/clients/${client.id}`)).body).toMatchObject({
      consent: { state: "rejected", reason, message: expect.stringContaining(reason) },
    });
    expect((await act(client, "reject", { reason })).body).toEqual(rejected.body);
    expect(refusalOf(await act(client, "reject", { reason: "Other" }))).toBe(
      "409 consent-already-decided",
    );
  });

  test.each([{}, { reason: "" }, { reason: "a\nb" }, { reason: "x".repeat(501) }])(
    "needs a reason that can be shown: %j",
    async (json) => {
      expect(refusalOf(await act({ id: newId() }, "reject", json))).toBe("400 invalid-request");
    },
  );
});

/** The state as its customer sees it. */
async function stateOf(call: Call, { id }: { id: string }): Promise<string> {
  const { body } = await call("GET", `/clients/${id}`);
  return z.object({ consent: z.object({ state: z.string() }) }).parse(body).consent.state;
}

test("a grant is noticed by whoever asks first; a withdrawal moments later is believed at the second look", async () => {
  const host = await cloud.startHost({
    environment: { ...NO_SWEEPS, CONSENT_REVOCATION_EVERY: "PT0.001S" },
  });
  const { call } = await api.customer();
  const [verified, swept] = await Promise.all([waitingClient(call), waitingClient(call)]);
  const verify = async () => itemOf((await act(verified, "verify")).body).consent.state;
  expect(await verify()).toBe("pending");
  for (const { appId } of [verified, swept]) await grantInDirectory(cloud, appId);
  expect(await verify()).toBe("granted");
  await host.runNow("consent-sweep");
  await eventually(
    () => stateOf(call, swept),
    (state) => state === "granted",
  );

  for (const { appId } of [verified, swept]) await grantInDirectory(cloud, appId, "revoke");
  expect(await verify()).toBe("granted");
  await host.runNow("consent-revocations");
  expect(await stateOf(call, swept)).toBe("granted");

  for (const client of [verified, swept]) {
    const alert = await cloud.inbox.nextAlert(
      ({ clientId, stage }) => clientId === client.id && stage === "revoked",
      40_000,
    );
    expect(JSON.stringify(alert.payload)).toContain(client.displayName);
    expect(await stateOf(call, client)).toBe("revoked");
  }
  await host.stop();
}, 90_000);

test("a client that nobody knows is 404 on every route", async () => {
  const { call } = await api.customer();
  for (const [action, json] of [["verify"], ["grant"], ["reject", { reason: "No" }]] as const)
    expect(refusalOf(await act({ id: newId() }, action, json))).toBe("404 consent-not-found");
  expect(refusalOf(await act({ id: "7" }, "verify"))).toBe("404 not-found");
  expect(refusalOf(await call("GET", "/admin/consents"))).toBe("401 unauthenticated");
});

test("a new client that the directory does not show is not taken for deleted", async () => {
  const { client } = await waiting();
  await deleteInDirectory(cloud, client.id);
  const verified = await act(client, "verify");
  expect(itemOf(verified.body).consent.state).toBe("pending");
});
