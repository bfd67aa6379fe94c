import { beforeAll, expect, test } from "vitest";
import { CertificateShape } from "../../../functions/http/credentials/certificate-shapes.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, openApi } from "../../support/api.ts";
import { aPem } from "../../support/certificates.ts";
import { entraHost } from "../../support/entra-host.ts";
import { eventually } from "../../support/eventually.ts";
import { logLines } from "../../support/log-lines.ts";
import { clientsOf, makeClient } from "../../support/make.ts";
import { ownClient } from "../../support/own-client.ts";
import { registerAs } from "../../support/registered.ts";
import { registrationsOf } from "../../support/registrations.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";
import { prepare } from "./costs/begin.ts";
import { COUNTED_APART, costRows } from "./costs/cost-rows.ts";
import type { CostRow } from "./costs/row.ts";

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
  reader = await settled();
  const own = rows.filter((row) => !isOfAny(row)).length;
  while (ahead.length < own)
    ahead.push(...(await Promise.all(Array.from({ length: AT_ONCE }, settled))));
});

const rows = costRows();

/** Whether it changes nothing, and may be about a client that others are about as well. */
const isOfAny = ({ begin, ask: [method] }: CostRow) => method === "GET" && begin === undefined;
let reader: Awaited<ReturnType<typeof settled>>;

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
  const { keyId } = CertificateShape().parse(
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

test("GET /clients costs a call for every 20 clients that there are", async () => {
  const { call } = await api.customer();
  let made = 0;
  for (const [clients, calls] of [
    [0, 0],
    [1, 1],
    [20, 1],
    [21, 2],
  ] as const) {
    for (; made < clients; made += 1) await makeClient(call);
    cloud.directory.resetRequests();

    const answer = await call("GET", "/clients?limit=100");

    expect(answer.status).toBe(200);
    const names = cloud.directory.requests().map(({ name }) => name);
    expect(names).toEqual(Array.from({ length: calls }, () => "POST /$batch"));
  }
});

test.each(rows)("$route", async (row) => {
  const { by, at, begin, ask, status, route, calls, tables } = row;
  const [method, path, sent] = ask;
  const made = isOfAny(row) ? reader : (ahead.pop() ?? (await settled()));
  const { subscription, id, keyId, appId } = made;
  const customer = at ? made.atEntra : made.call;
  const own = by === "registrant" ? made.itself : customer;
  const call = by === "operator" ? await api.olga() : own;
  const about = (begin && (await prepare(begin, { ...made, cloud, api }))) ?? keyId;
  await calm();
  const before = logLines(cloud);
  cloud.directory.resetRequests();

  const answer = await call(
    method,
    path
      .replace("{id}", id)
      .replace("{subscription}", subscription)
      .replace(/\{(keyId|credentialId|operationId)\}/, about)
      .replace("{appId}", appId),
    by === "registrant" && sent
      ? { json: { client_id: appId, client_name: "B" } }
      : typeof sent === "function"
        ? sent()
        : sent,
  );

  expect(answer.status).toBe(status);
  expect(cloud.directory.requests().map(({ name }) => name)).toEqual(calls);
  const line = await lineOf(route, before);
  expect(line?.tableOperations).toBe(tables);
});

test("every route is counted", async () => {
  const routes = (await registrationsOf(cloud))
    .filter(({ route = "" }) => route.startsWith("api/") && !route.includes("*"))
    .map(({ name }) => name);
  const counted = new Set([...rows.map(({ route }) => route), ...Object.keys(COUNTED_APART)]);
  expect([...counted].toSorted()).toEqual(routes.toSorted());
});
