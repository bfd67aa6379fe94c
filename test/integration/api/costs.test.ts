import { beforeAll, expect, test } from "vitest";
import { CertificateShape } from "../../../functions/http/certificate-shapes.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type Ask, openApi } from "../../support/api.ts";
import { aPem } from "../../support/certificates.ts";
import { entraHost } from "../../support/entra-host.ts";
import { eventually } from "../../support/eventually.ts";
import { grantAs } from "../../support/grant-as.ts";
import { logLines } from "../../support/log-lines.ts";
import { clientsOf, makeClient, makeSecret } from "../../support/make.ts";
import { ownClient } from "../../support/own-client.ts";
import { registerAs } from "../../support/registered.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** What each operation may cost the directory, whose budget all customers share, and the tables (docs/cost-and-limits.md). */

let cloud: Cloud;
let api: Api;
let entra: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  entra = await entraHost(cloud);
  // The service's own token is fetched once, with the first call.
  await makeClient((await api.customer()).call);
  await makeClient((await entra.customer()).call);
  while (ahead.length < rows.length)
    ahead.push(...(await Promise.all(Array.from({ length: AT_ONCE }, settled))));
});

const TRUST = {
  name: "github-main",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:octo-org/octo-repo:ref:refs/heads/main",
};

/** Made ahead and side by side: it is a second after its create that a client's alert comes. */
const ahead: Awaited<ReturnType<typeof settled>>[] = [];
const AT_ONCE = 6;

/** A client that has registered itself, whose alert has come: nothing of its making is under way any more. */
async function settled() {
  const { call, subscription, token: customer } = await api.customer();
  const { client_id: appId, registration_access_token: token } = await registerAs(call);
  const [client] = clientsOf(await call("GET", "/clients")).items;
  const [id, keyId] = [client?.id ?? "", client?.secrets[0]?.keyId ?? ""];
  await cloud.inbox.nextAlert(({ clientId }) => clientId === id);
  const atEntra = entra.callWith(customer);
  return { call, atEntra, subscription, id, keyId, appId, itself: api.callWith(token) };
}

/** A client that calls for itself, whom the service has met: nothing of its making is under way. */
async function itself() {
  const customer = await api.customer();
  const own = await ownClient(cloud, api, customer);
  await own.call("GET", "/self");
  const atEntra = entra.callWith(own.token);
  await atEntra("GET", "/self");
  const json = { certificate: aPem() };
  const path = `/clients/${own.client.id}/certificates`;
  const { keyId } = CertificateShape.parse(
    (await entra.callWith(customer.token)("POST", path, { json })).body,
  );
  return { own, keyId: own.keyId, atEntra, certificateId: keyId };
}

test("a client's own rotation costs what a customer's does, and the read that finds whose it is", async () => {
  const costs = [];
  const { own, keyId, atEntra, certificateId } = await itself();
  const rotate = ["POST", "/self/rotate", "self-rotate"] as const;
  const asks = [
    [own.call, "GET", "/self", "self-get", {}],
    [own.call, ...rotate, { json: { keyId, graceHours: 720 } }],
    [own.call, ...rotate, { json: {} }],
    [atEntra, "GET", "/self", "self-get", {}],
    [atEntra, ...rotate, { json: { keyId: certificateId, certificate: aPem() } }],
    [atEntra, ...rotate, { json: { certificate: aPem() } }],
  ] as const;
  for (const [call, method, path, route, ask] of asks) {
    await calm();
    const before = logLines(cloud);
    cloud.directory.resetRequests();
    const { status } = await call(method, path, ask);
    const names = cloud.directory.requests().map(({ name }) => name);
    costs.push([status, names, (await lineOf(route, before))?.tableOperations]);
  }

  const write = "PATCH /applications/{id}";
  const trusts = "GET /applications/{id}/federatedIdentityCredentials";
  const [read, add, remove] = ["GET", "POST", "POST"].map(
    (method, at) => `${method} /applications/{id}${["", "/addPassword", "/removePassword"][at]}`,
  );
  expect(costs).toEqual([
    [200, [read], 2],
    [201, [add], 6],
    // Which secret it is, is looked up; and the one that is retiring makes room.
    [201, [read, add, remove, add], 7],
    // Where clients may have other kinds, the federated ones are asked for by themselves.
    [200, [read, trusts], 2],
    [201, [read, write, read], 6],
    [201, [read, read, write, read], 7],
  ]);
});

type Before = "federated" | "deleted" | "granted" | "webhook" | "offboarding";

/** What a row begins with, asked for as whoever may. */
async function prepare(begin: Before, made: Awaited<ReturnType<typeof settled>>): Promise<void> {
  const { call, subscription, id } = made;
  switch (begin) {
    case "federated": {
      const path = `/clients/${id}/federated-credentials`;
      expect((await made.atEntra("POST", path, { json: TRUST })).status).toBe(201);
      return;
    }
    case "deleted":
      expect((await call("DELETE", `/clients/${id}`)).status).toBe(204);
      return;
    case "granted":
      // With another secret: the last one is not removed.
      await makeSecret(call, id);
      return grantAs(cloud, id);
    case "webhook": {
      const json = { url: "https://hooks.customer.example/" };
      expect((await call("PUT", "/webhook", { json })).status).toBe(201);
      return;
    }
    case "offboarding": {
      const path = `/admin/subscriptions/${subscription}/offboard`;
      const begun = await (await api.olga())("POST", path, { json: { reason: "Not paid" } });
      expect(begun.status).toBe(202);
      // Reversed before its first step it would be told of as well.
      await eventually(
        () => cloud.bus.dueWithin("operations", 1_500),
        (messages) => messages === 0,
      );
    }
  }
}

const rows: {
  readonly by?: "operator" | "registrant";
  /** At a host whose clients get their tokens where Entra issues them. */
  readonly at?: "entra";
  /** What has been done to the client before. */
  readonly begin?: Before;
  readonly ask: [string, string, Ask?];
  readonly status: number;
  readonly route: string;
  readonly calls: readonly string[];
  readonly tables: number;
}[] = [
  {
    ask: ["POST", "/clients", { json: { displayName: "A" } }],
    status: 201,
    route: "clients-create",
    calls: ["POST /applications"],
    tables: 3,
  },
  {
    ask: ["POST", "/register", { json: {} }],
    status: 201,
    route: "register",
    calls: ["POST /applications"],
    tables: 3,
  },
  {
    by: "registrant",
    ask: ["GET", "/register/{appId}"],
    status: 200,
    route: "registration-get",
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    by: "registrant",
    ask: ["PUT", "/register/{appId}", { json: {} }],
    status: 200,
    route: "registration-update",
    calls: ["PATCH /applications/{id}"],
    tables: 5,
  },
  {
    by: "registrant",
    ask: ["DELETE", "/register/{appId}"],
    status: 204,
    route: "registration-delete",
    calls: ["DELETE /applications/{id}"],
    // One of them finds whose token it is.
    tables: 5,
  },
  {
    ask: ["GET", "/about"],
    status: 200,
    route: "about",
    calls: [],
    tables: 0,
  },
  {
    ask: ["GET", "/clients/{id}"],
    status: 200,
    route: "clients-get",
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    ask: ["PATCH", "/clients/{id}", { json: { displayName: "B" } }],
    status: 204,
    route: "clients-rename",
    calls: ["PATCH /applications/{id}"],
    tables: 4,
  },
  {
    ask: ["DELETE", "/clients/{id}"],
    status: 204,
    route: "clients-delete",
    calls: ["DELETE /applications/{id}"],
    // The two that take its consent off its list follow (consent/costs.test.ts).
    tables: 4,
  },
  {
    ask: ["POST", "/clients/{id}/suspend", { json: { reason: "A leaked secret" } }],
    status: 204,
    route: "clients-suspend",
    calls: ["PATCH /applications/{id}"],
    tables: 4,
  },
  {
    ask: ["POST", "/clients/{id}/resume"],
    status: 204,
    route: "clients-resume",
    calls: ["PATCH /applications/{id}"],
    tables: 4,
  },
  {
    ask: ["GET", "/clients?state=deleted"],
    status: 200,
    route: "clients-list",
    calls: [],
    tables: 1,
  },
  {
    begin: "deleted",
    ask: ["POST", "/clients/{id}/restore"],
    status: 200,
    route: "clients-restore",
    calls: ["POST /directory/deletedItems/{id}/restore"],
    tables: 4,
  },
  {
    by: "operator",
    begin: "deleted",
    ask: ["POST", "/admin/clients/{id}/restore"],
    status: 204,
    route: "admin-clients-restore",
    // First of all it is found out whose it was.
    calls: ["GET /directory/deletedItems/{id}", "POST /directory/deletedItems/{id}/restore"],
    tables: 5,
  },
  {
    by: "operator",
    begin: "deleted",
    ask: ["POST", "/admin/clients/{id}/purge"],
    status: 204,
    route: "admin-clients-purge",
    calls: ["GET /directory/deletedItems/{id}", "DELETE /directory/deletedItems/{id}"],
    tables: 5,
  },
  {
    ask: ["POST", "/clients/{id}/secrets", { json: { displayName: "A" } }],
    status: 201,
    route: "secrets-add",
    calls: ["POST /applications/{id}/addPassword"],
    tables: 4,
  },
  {
    // The old one's record is read besides.
    ask: ["POST", "/clients/{id}/secrets/{keyId}/rotate", { json: {} }],
    status: 201,
    route: "secrets-rotate",
    calls: ["POST /applications/{id}/addPassword"],
    tables: 5,
  },
  {
    ask: ["POST", "/clients/{id}/secrets/{keyId}/rotate", { json: { graceHours: 0 } }],
    status: 201,
    route: "secrets-rotate",
    calls: ["POST /applications/{id}/addPassword", "POST /applications/{id}/removePassword"],
    tables: 5,
  },
  {
    ask: ["PATCH", "/clients/{id}/secrets/{keyId}", { json: { retiresAt: null } }],
    status: 200,
    route: "secrets-reschedule",
    calls: [],
    tables: 5,
  },
  {
    ask: [
      "PATCH",
      "/clients/{id}/secrets/{keyId}",
      { json: { snoozedUntil: "2126-11-03T09:30:00Z" } },
    ],
    status: 200,
    route: "secrets-reschedule",
    calls: [],
    tables: 3,
  },
  {
    ask: ["GET", "/clients/{id}/secrets"],
    status: 200,
    route: "secrets-list",
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    ask: ["GET", "/clients/{id}/secrets/{keyId}"],
    status: 200,
    route: "secrets-get",
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    ask: ["DELETE", "/clients/{id}/secrets/{keyId}"],
    status: 204,
    route: "secrets-remove",
    calls: ["POST /applications/{id}/removePassword"],
    tables: 4,
  },
  {
    begin: "granted",
    ask: ["DELETE", "/clients/{id}/secrets/{keyId}"],
    status: 204,
    route: "secrets-remove",
    // Whether it is the last one, the directory says.
    calls: ["GET /applications/{id}", "POST /applications/{id}/removePassword"],
    tables: 4,
  },
  {
    ask: ["GET", "/clients/{id}/credentials"],
    status: 200,
    route: "credentials-list",
    // A policy of Azure AD B2C takes secrets only.
    calls: ["GET /applications/{id}"],
    tables: 1,
  },
  {
    at: "entra",
    ask: ["GET", "/clients/{id}/credentials"],
    status: 200,
    route: "credentials-list",
    calls: ["GET /applications/{id}", "GET /applications/{id}/federatedIdentityCredentials"],
    tables: 1,
  },
  {
    at: "entra",
    ask: ["POST", "/clients/{id}/federated-credentials", { json: TRUST }],
    status: 201,
    route: "federated-add",
    calls: ["POST /applications/{id}/federatedIdentityCredentials"],
    tables: 4,
  },
  {
    begin: "federated",
    at: "entra",
    ask: ["POST", "/clients/{id}/federated-credentials", { json: TRUST }],
    status: 409,
    route: "federated-add",
    // What is in the way, the list tells.
    calls: [
      "POST /applications/{id}/federatedIdentityCredentials",
      "GET /applications/{id}/federatedIdentityCredentials",
    ],
    tables: 4,
  },
  {
    ask: ["GET", "/clients/{id}/federated-credentials"],
    status: 200,
    route: "federated-list",
    calls: ["GET /applications/{id}/federatedIdentityCredentials"],
    tables: 1,
  },
  {
    ask: [
      "POST",
      "/clients/{id}/federated-credentials/dry-run",
      { json: { claims: { iss: TRUST.issuer, sub: TRUST.subject, aud: "x" } } },
    ],
    status: 200,
    route: "federated-dry-run",
    calls: ["GET /applications/{id}/federatedIdentityCredentials"],
    tables: 1,
  },
  {
    // Of one that is not there, as of one that is.
    ask: ["DELETE", "/clients/{id}/federated-credentials/{keyId}"],
    status: 404,
    route: "federated-remove",
    calls: ["DELETE /applications/{id}/federatedIdentityCredentials/{credentialId}"],
    tables: 4,
  },
  {
    ask: ["GET", "/federated-presets"],
    status: 200,
    route: "federated-presets",
    calls: [],
    tables: 0,
  },
  {
    ask: ["GET", "/clients/{id}/watch"],
    status: 200,
    route: "clients-watch-get",
    calls: [],
    tables: 2,
  },
  {
    ask: ["PUT", "/clients/{id}/watch", { json: { timeZone: "Europe/Berlin" } }],
    status: 200,
    route: "clients-watch-put",
    calls: [],
    tables: 3,
  },
  {
    ask: ["DELETE", "/clients/{id}/watch"],
    status: 204,
    route: "clients-watch-delete",
    calls: [],
    tables: 2,
  },
  {
    ask: ["POST", "/calendar-link"],
    status: 201,
    route: "calendar-link-make",
    calls: [],
    tables: 2,
  },
  { ask: ["GET", "/calendar-link"], status: 200, route: "calendar-link-get", calls: [], tables: 1 },
  {
    ask: ["DELETE", "/calendar-link"],
    status: 204,
    route: "calendar-link-delete",
    calls: [],
    tables: 1,
  },
  { ask: ["GET", "/watch"], status: 200, route: "watch-get", calls: [], tables: 1 },
  { ask: ["PUT", "/watch", { json: {} }], status: 200, route: "watch-put", calls: [], tables: 2 },
  { ask: ["DELETE", "/watch"], status: 204, route: "watch-delete", calls: [], tables: 1 },
  {
    ask: ["GET", "/clients/{id}/activity"],
    status: 200,
    route: "clients-activity",
    calls: [],
    tables: 2,
  },
  {
    ask: ["PUT", "/webhook", { json: { url: "https://hooks.customer.example/" } }],
    status: 201,
    route: "webhook-set",
    calls: [],
    // Two of them are the account's, and who is under way without knowing of it.
    tables: 5,
  },
  {
    begin: "webhook",
    ask: ["POST", "/webhook/rotate-secret", { json: {} }],
    status: 200,
    route: "webhook-rotate-secret",
    calls: [],
    tables: 3,
  },
  {
    begin: "webhook",
    ask: ["DELETE", "/webhook"],
    status: 204,
    route: "webhook-remove",
    calls: [],
    tables: 4,
  },
  { ask: ["GET", "/webhook"], status: 404, route: "webhook-get", calls: [], tables: 1 },
  {
    by: "operator",
    ask: ["POST", "/admin/clients/{id}/suspend", { json: { reason: "A leaked secret" } }],
    status: 200,
    route: "admin-clients-suspend",
    calls: ["PATCH /applications/{id}"],
    // Six of them find out whose it is, and how its consent stands.
    tables: 10,
  },
  {
    by: "operator",
    ask: ["GET", "/admin/subscriptions/{subscription}"],
    status: 200,
    route: "admin-subscriptions-get",
    calls: [],
    tables: 1,
  },
  {
    by: "operator",
    ask: ["GET", "/admin/subscriptions/{subscription}/report"],
    status: 200,
    route: "admin-subscriptions-report",
    calls: [],
    tables: 5,
  },
  {
    by: "operator",
    ask: ["GET", "/admin/subscriptions/{subscription}/clients"],
    status: 200,
    route: "admin-subscriptions-clients",
    calls: ["POST /$batch"],
    tables: 1,
  },
  { ask: ["GET", "/health/live"], status: 200, route: "health-live", calls: [], tables: 0 },
  { ask: ["GET", "/health/ready"], status: 200, route: "health-ready", calls: [], tables: 5 },
  { ask: ["GET", "/openapi.json"], status: 200, route: "openapi", calls: [], tables: 0 },
  // Last of all: their steps go on after them.
  {
    by: "operator",
    ask: ["POST", "/admin/subscriptions/{subscription}/offboard", { json: { reason: "Not paid" } }],
    status: 202,
    route: "admin-subscriptions-offboard",
    calls: [],
    tables: 3,
  },
  {
    begin: "offboarding",
    by: "operator",
    ask: ["POST", "/admin/subscriptions/{subscription}/offboard/cancel"],
    status: 202,
    route: "admin-subscriptions-keep",
    calls: [],
    // One of them looks whether what is reversed has been told.
    tables: 5,
  },
  {
    by: "operator",
    ask: ["POST", "/admin/subscriptions/{subscription}/suspend", { json: { reason: "Not paid" } }],
    status: 202,
    route: "admin-subscriptions-suspend",
    calls: [],
    tables: 3,
  },
];

/** No message is under way, or due in a moment, that would ask the directory in between. */
const calm = () =>
  eventually(
    () =>
      cloud.bus.entity("consent").active +
      cloud.bus.entity("operations").active +
      cloud.bus.dueWithin("consent", 1_500),
    (messages) => messages === 0,
  );

const lineOf = (route: string, before: ReadonlyMap<string, unknown>) =>
  eventually(
    () => [...logLines(cloud)].find(([at, seen]) => seen.route === route && !before.has(at))?.[1],
    (found) => found !== undefined,
  );

test("a lookup asks the directory once for each client, and the tables once each time", async () => {
  const { call } = await api.customer();
  const { appId } = await makeClient(call);
  const lookup = await api.resourceApi();
  const costs = [];
  for (const path of [`/lookup/${appId}`, `/lookup/${appId}`, `/lookup/${newId()}`]) {
    const before = logLines(cloud);
    cloud.directory.resetRequests();
    const { status } = await lookup("GET", path);
    const names = cloud.directory.requests().map(({ name }) => name);
    costs.push([status, names, (await lineOf("lookup", before))?.tableOperations]);
  }

  expect(costs).toEqual([
    [200, ["GET /applications/{id}"], 1],
    [200, [], 1],
    [404, ["GET /applications/{id}"], 0],
  ]);
});

test.each([
  [0, 0],
  [1, 1],
  [20, 1],
  [21, 2],
])("GET /clients with %i clients costs %i", async (clients, calls) => {
  const { call } = await api.customer();
  for (let index = 0; index < clients; index += 1) await makeClient(call);
  cloud.directory.resetRequests();

  const answer = await call("GET", "/clients?limit=100");

  expect(answer.status).toBe(200);
  const names = cloud.directory.requests().map(({ name }) => name);
  expect(names).toEqual(Array.from({ length: calls }, () => "POST /$batch"));
});

test.each(rows)(
  "$route",
  async ({ by, at, begin, ask: [method, path, ask], status, route, calls, tables }) => {
    const made = ahead.pop() ?? (await settled());
    const { subscription, id, keyId, appId } = made;
    const customer = at ? made.atEntra : made.call;
    const own = by === "registrant" ? made.itself : customer;
    const call = by === "operator" ? await api.olga() : own;
    if (begin) await prepare(begin, made);
    await calm();
    const before = logLines(cloud);
    cloud.directory.resetRequests();

    const answer = await call(
      method,
      path
        .replace("{id}", id)
        .replace("{subscription}", subscription)
        .replace("{keyId}", keyId)
        .replace("{appId}", appId),
      by === "registrant" && ask ? { json: { client_id: appId, client_name: "B" } } : ask,
    );

    expect(answer.status).toBe(status);
    expect(cloud.directory.requests().map(({ name }) => name)).toEqual(calls);
    const line = await lineOf(route, before);
    expect(line?.tableOperations).toBe(tables);
  },
);
