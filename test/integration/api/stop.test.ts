import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type Call, openApi, refusalOf } from "../../support/api.ts";
import { eventually } from "../../support/eventually.ts";
import { clientOf, makeClient, makeSecret } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** What operators stop, as the operator, the customer and the customer's program meet it. */

let cloud: Cloud;
let api: Api;
let olga: Call;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  olga = await api.olga();
  while (ahead.length < AHEAD)
    ahead.push(...(await Promise.all(Array.from({ length: AHEAD / 2 }, newListed))));
});

/** Made ahead and side by side: it is a second after its create that operators know of a client. */
const ahead: Awaited<ReturnType<typeof newListed>>[] = [];
const AHEAD = 10;
const listed = async () => ahead.pop() ?? (await newListed());

/** A customer with a client that operators know of, and a secret. */
async function newListed() {
  const customer = await api.customer();
  const client = await makeClient(customer.call);
  const { secretText } = await makeSecret(customer.call, client.id);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
  return { ...customer, client, secretText };
}

const Said = z.looseObject({
  error: z.string().optional(),
  error_description: z.string().optional(),
});

/** What the token endpoint says to the customer's program. */
async function tokenOf({ client, secretText }: Awaited<ReturnType<typeof newListed>>) {
  const response = await fetch(client.tokenEndpoint, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: client.appId,
      client_secret: secretText,
      scope: client.scope,
    }),
  });
  const said = Said.parse(await response.json());
  return { status: response.status, ...said };
}

test("a stopped client gets no token, its customer sees why and cannot undo it, and a resumed one goes on", async () => {
  const customer = await listed();
  const { call, client } = customer;
  expect(await tokenOf(customer)).toMatchObject({ status: 200 });

  const reason = "Its secret was found on a public page";
  const stopped = await olga("POST", `/admin/clients/${client.id}/suspend`, { json: { reason } });

  expect(stopped.status).toBe(200);
  const suspended = { by: "operator", reason, at: expect.any(String) };
  expect(stopped.body).toMatchObject({ clientId: client.id, suspended });
  const isOfIt = (stage: string, clientId: string) => stage === "stop" && clientId === client.id;
  const { payload } = await cloud.inbox.nextAlert(
    ({ channel, stage, clientId }) => channel === "webhook" && isOfIt(stage, clientId),
  );
  expect(payload).toMatchObject({
    type: "client.suspended",
    data: { reason, by: { kind: "operator" } },
  });
  const refused = await tokenOf(customer);
  expect(refused).toMatchObject({ status: 400, error: "unauthorized_client" });
  expect(refused.error_description).toContain("AADB2C90092");
  expect(clientOf(await call("GET", `/clients/${client.id}`))).toMatchObject({ suspended });
  expect((await call("GET", "/clients")).body).toMatchObject({ items: [{ suspended }] });
  const added = await call("POST", `/clients/${client.id}/secrets`, { json: { displayName: "B" } });
  expect(refusalOf(added)).toBe("409 client-suspended");
  expect(added.body).toMatchObject({ reason });
  const undone = await call("POST", `/admin/clients/${client.id}/resume`);
  expect(refusalOf(undone)).toBe("401 unauthenticated");

  const resumed = await olga("POST", `/admin/clients/${client.id}/resume`);

  expect(resumed.status).toBe(200);
  expect(resumed.body).not.toHaveProperty("suspended");
  expect(await tokenOf(customer)).toMatchObject({ status: 200 });
  expect(clientOf(await call("GET", `/clients/${client.id}`))).not.toHaveProperty("suspended");
});

test("a customer stops a client of their own and lets it go on, but not what an operator has stopped", async () => {
  const customer = await listed();
  const { call, client } = customer;
  const path = `/clients/${client.id}`;
  const reason = "It runs wild";
  const ask = { json: { reason }, headers: { "idempotency-key": newId() } };

  const stopped = await call("POST", `${path}/suspend`, ask);

  expect(stopped.status).toBe(204);
  const suspended = { by: "customer", reason, at: expect.any(String) };
  const seen = await call("GET", path);
  expect(clientOf(seen)).toMatchObject({ suspended });
  expect(await tokenOf(customer)).toMatchObject({ status: 400, error: "unauthorized_client" });
  const again = await call("POST", `${path}/suspend`, ask);
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([204, "true"]);
  const { call: stranger } = await api.customer();
  expect(refusalOf(await stranger("POST", `${path}/resume`))).toBe("404 not-found");
  const stale = { headers: { "if-match": '"stale"' } };
  expect(refusalOf(await call("POST", `${path}/resume`, stale))).toBe("412 precondition-failed");
  const fresh = { headers: { "if-match": `${stopped.headers.get("etag")}` } };
  expect((await call("POST", `${path}/resume`, fresh)).status).toBe(204);
  expect(await tokenOf(customer)).toMatchObject({ status: 200 });

  const why = { json: { reason: "Not paid" } };
  expect((await olga("POST", `/admin${path}/suspend`, why)).status).toBe(200);
  const refused = await call("POST", `${path}/resume`);
  expect(refusalOf(refused)).toBe("409 stopped-by-operator");
  expect(refused.body).toMatchObject({ reason: "Not paid" });

  expect((await olga("POST", `/admin${path}/resume`)).status).toBe(200);
  expect((await call("POST", `${path}/suspend`, { json: { reason } })).status).toBe(204);
  expect((await olga("POST", `/admin${path}/suspend`, why)).status).toBe(200);
  // The second one finds its customer's stop alone.
  for (const _ of ["first", "second"]) {
    const ended = await olga("POST", `/admin${path}/resume`);
    expect(ended).toMatchObject({ status: 200, body: { suspended } });
  }
  expect(await tokenOf(customer)).toMatchObject({ status: 400, error: "unauthorized_client" });
  expect((await call("POST", `${path}/resume`)).status).toBe(204);
  expect(await tokenOf(customer)).toMatchObject({ status: 200 });
});

test("the same stop under one key is done once, and one that nobody knows is not found", async () => {
  const { client } = await listed();
  const path = `/admin/clients/${client.id}/suspend`;
  const ask = { json: { reason: "Twice" }, headers: { "idempotency-key": newId() } };

  const first = await olga("POST", path, ask);
  cloud.directory.resetRequests();
  const again = await olga("POST", path, ask);

  expect(again.body).toEqual(first.body);
  expect(cloud.directory.requests()).toEqual([]);
  const unknown = await olga("POST", `/admin/clients/${newId()}/suspend`, ask);
  expect(refusalOf(unknown)).toBe("422 idempotency-key-reused");
  const other = { json: ask.json };
  expect(refusalOf(await olga("POST", `/admin/clients/${newId()}/suspend`, other))).toBe(
    "404 not-found",
  );
  expect(refusalOf(await olga("POST", path, { json: { reason: " " } }))).toBe(
    "400 invalid-request",
  );
});

test("a whole subscription is stopped and goes on, as operations that tell how far they have come", async () => {
  const customer = await listed();
  const { call, client, subscription } = customer;
  const other = await makeClient(call, "Another one");
  const path = `/admin/subscriptions/${encodeURIComponent(subscription)}`;
  const ended = async (location: string | null) =>
    eventually(
      () => olga("GET", `${location}`.replace("/api", "")),
      ({ body }) => z.looseObject({ state: z.string() }).parse(body).state !== "running",
      30_000,
    );

  const ask = { json: { reason: "Not paid" }, headers: { "idempotency-key": newId() } };
  const begun = await olga("POST", `${path}/suspend`, ask);
  expect(begun.status).toBe(202);
  expect(begun.body).toMatchObject({
    kind: "suspend-subscription",
    state: "running",
    subscription,
  });
  const refused = await call("POST", "/clients", { json: { displayName: "New" } });
  expect(refusalOf(refused)).toBe("403 subscription-blocked");
  expect(refused.body).toMatchObject({ reason: "Not paid" });
  const { id: operation } = z.looseObject({ id: z.string() }).parse(begun.body);
  const suspended = { reason: "Not paid", at: expect.any(String), operation };
  const offboardGraceSeconds = expect.any(Number);
  expect((await olga("GET", path)).body).toEqual({ subscription, suspended, offboardGraceSeconds });
  const stopped = await ended(begun.headers.get("location"));
  expect(stopped.body).toMatchObject({ state: "done", done: 2, total: 2, errors: [] });
  expect(await tokenOf(customer)).toMatchObject({ status: 400 });
  const inState = (state: string) => olga("GET", `/admin/operations?state=${state}`);
  const mine = expect.arrayContaining([stopped.body]);
  expect((await inState("done")).body).toEqual({ items: mine });
  expect((await inState("running")).body).not.toEqual({ items: mine });
  expect((await olga("GET", "/admin/operations")).body).not.toEqual({ items: mine });
  expect(refusalOf(await inState("over"))).toBe("400 invalid-request");
  const again = await olga("POST", `${path}/suspend`, ask);
  expect(again.body).toEqual(stopped.body);
  const alone = await olga("POST", `/admin/clients/${client.id}/resume`);
  expect(refusalOf(alone)).toBe("409 subscription-suspended");

  const resumed = await ended((await olga("POST", `${path}/resume`)).headers.get("location"));

  expect(resumed.body).toMatchObject({ kind: "resume-subscription", state: "done", done: 2 });
  expect(await tokenOf(customer)).toMatchObject({ status: 200 });
  expect(clientOf(await call("GET", `/clients/${other.id}`))).not.toHaveProperty("suspended");
  const { id: resumedBy } = z.looseObject({ id: z.string() }).parse(resumed.body);
  expect((await olga("GET", path)).body).toEqual({ subscription, resumedBy, offboardGraceSeconds });
});

test("a blocked subscription makes no more clients until it is unblocked, whatever it is called", async () => {
  const name = `Ä b/c 100% ${newId()}`;
  const { call } = await api.customer({ extension_subscriptionId: name });
  const path = `/admin/subscriptions/${encodeURIComponent(name)}`;

  const blocked = await olga("POST", `${path}/block`, { json: { reason: "Too many clients" } });
  expect(blocked.status).toBe(202);
  expect(blocked.body).toMatchObject({ kind: "block-subscription", subscription: name });
  const refused = await call("POST", "/clients", { json: { displayName: "New" } });
  expect(refusalOf(refused)).toBe("403 subscription-blocked");
  const shown = { subscription: name, blocked: { reason: "Too many clients" } };
  expect((await olga("GET", path)).body).toMatchObject(shown);
  expect(refusalOf(await call("GET", path))).toBe("401 unauthenticated");

  expect((await olga("POST", `${path}/unblock`)).status).toBe(202);
  expect((await call("POST", "/clients", { json: { displayName: "New" } })).status).toBe(201);
  expect(refusalOf(await olga("GET", `/admin/operations/${newId()}`))).toBe(
    "404 operation-not-found",
  );
  expect(refusalOf(await call("POST", `${path}/block`, { json: { reason: "x" } }))).toBe(
    "401 unauthenticated",
  );
});

test("a grant that is revoked is gone from the directory, and the customer sees why", async () => {
  const { call, client } = await listed();
  const path = `/admin/consents/${client.id}`;
  expect((await olga("POST", `${path}/grant`)).status).toBe(200);
  cloud.directory.resetRequests();

  const reason = "The contract has ended";
  const revoked = await olga("POST", `${path}/revoke`, { json: { reason } });

  expect(revoked.body).toMatchObject({ consent: { state: "revoked", reason } });
  const deletions = cloud.directory.requests().filter(({ name }) => name.startsWith("DELETE"));
  expect(deletions).toHaveLength(client.roles.length);
  expect(clientOf(await call("GET", `/clients/${client.id}`)).consent).toMatchObject({
    state: "revoked",
    reason,
    message: expect.stringContaining(reason),
  });
  const again = await olga("POST", `${path}/revoke`, { json: { reason } });
  expect(again.body).toEqual(revoked.body);
});

test("a deleted client is listed as such and comes back: the same ids and secrets, its consent asked for anew", async () => {
  const customer = await listed();
  const { call, client } = customer;
  const path = `/clients/${client.id}`;
  expect((await olga("POST", `/admin/consents/${client.id}/grant`)).status).toBe(200);
  const before = clientOf(await call("GET", path));
  expect((await call("DELETE", path)).status).toBe(204);
  expect((await call("GET", "/clients")).body).toEqual({ items: [] });
  const kept = (await call("GET", "/clients?state=deleted")).body;
  const { id, appId } = client;
  expect(kept).toMatchObject({ items: [{ id, appId, deleted: { until: expect.any(String) } }] });
  const { call: stranger } = await api.customer();
  expect((await stranger("GET", "/clients?state=deleted")).body).toEqual({ items: [] });
  expect(refusalOf(await stranger("POST", `${path}/restore`))).toBe("404 not-found");

  const ask = { headers: { "idempotency-key": newId() } };
  const restored = await call("POST", `${path}/restore`, ask);

  expect(restored.status).toBe(200);
  const back = clientOf(restored);
  expect(back).toMatchObject({ id, appId, secrets: before.secrets });
  // The directory brings back no service principal, and no grant with it.
  expect(back.consent).toMatchObject({ state: "pending" });
  const alerts = () => cloud.inbox.alerts().filter(({ clientId }) => clientId === id);
  await eventually(
    () => alerts().filter(({ stage, channel }) => stage === "requested" && channel === "webhook"),
    (told) => told.length === 2,
  );
  expect((await olga("POST", `/admin/consents/${id}/grant`)).status).toBe(200);
  expect(await tokenOf(customer)).toMatchObject({ status: 200 });
  const again = await call("POST", `${path}/restore`, ask);
  expect([again.status, again.headers.get("idempotent-replayed")]).toEqual([200, "true"]);
  const { items } = z
    .looseObject({ items: z.array(z.looseObject({ action: z.string() })) })
    .parse((await call("GET", `${path}/activity`)).body);
  expect(items.map(({ action }) => action)).toContain("client.restored");
});

test("operators restore what a customer has deleted, and purge it for good", async () => {
  const { call, client } = await listed();
  const path = `/clients/${client.id}`;
  expect(refusalOf(await olga("POST", `/admin${path}/purge`))).toBe("404 not-found");
  await call("DELETE", path);
  const ask = { headers: { "idempotency-key": newId() } };

  expect((await olga("POST", `/admin${path}/restore`, ask)).status).toBe(204);
  expect((await olga("POST", `/admin${path}/restore`, ask)).status).toBe(204);
  expect(clientOf(await call("GET", path)).id).toBe(client.id);

  await call("DELETE", path);
  expect((await olga("POST", `/admin${path}/purge`)).status).toBe(204);
  expect((await call("GET", "/clients?state=deleted")).body).toEqual({ items: [] });
  expect(refusalOf(await call("POST", `${path}/restore`))).toBe("404 not-found");
  expect(refusalOf(await olga("POST", `/admin${path}/restore`))).toBe("404 not-found");
  expect(refusalOf(await call("POST", `/admin${path}/purge`))).toBe("401 unauthenticated");
});

test("what somebody purges in the directory is gone, and what they restore there comes back here", async () => {
  const { call, client } = await listed();
  const other = await makeClient(call, "Purged by hand");
  const kept = async () =>
    z
      .object({ items: z.array(z.looseObject({ id: z.string() })) })
      .parse((await call("GET", "/clients?state=deleted")).body)
      .items.map(({ id }) => id);
  await call("DELETE", `/clients/${client.id}`);
  await call("DELETE", `/clients/${other.id}`);
  const { graph, users } = cloud.addresses;
  const byHand = (method: string, path: string) =>
    fetch(`${graph}/directory/deletedItems/${path}`, {
      method,
      headers: { authorization: `Bearer ${users.olga.graphToken}` },
    });
  expect((await byHand("POST", `${client.id}/restore`)).status).toBe(200);
  expect((await byHand("DELETE", other.id)).status).toBe(204);

  expect((await call("POST", `/clients/${client.id}/restore`)).status).toBe(200);

  expect(clientOf(await call("GET", `/clients/${client.id}`)).id).toBe(client.id);
  expect(await kept()).toEqual([other.id]);
});

test("a customer who is offboarded is stopped at once and deleted after the grace, with others served; or is kept", async () => {
  const leaving = await listed();
  const staying = await listed();
  const bystander = await api.customer();
  const pathOf = (customer: typeof leaving) =>
    `/admin/subscriptions/${encodeURIComponent(customer.subscription)}`;
  const path = pathOf(leaving);
  expect(refusalOf(await olga("POST", `${path}/offboard/cancel`))).toBe("409 not-offboarding");
  const json = { reason: "The contract has ended" };
  const Run = z.looseObject({ id: z.string(), state: z.string(), deleteAt: z.string() });

  const begun = await olga("POST", `${path}/offboard`, { json });
  expect((await olga("POST", `${pathOf(staying)}/offboard`, { json })).status).toBe(202);

  expect(begun.status).toBe(202);
  const run = Run.parse(begun.body);
  expect((await olga("GET", path)).body).toMatchObject({
    suspended: { ...json, deleteAt: run.deleteAt, operation: run.id },
  });
  const refused = await leaving.call("POST", "/clients", { json: { displayName: "New" } });
  expect(refusalOf(refused)).toBe("403 subscription-blocked");
  const kept = await olga("POST", `${pathOf(staying)}/offboard/cancel`);
  expect([kept.status, kept.body]).toMatchObject([202, { kind: "cancel-offboard" }]);
  await makeClient(bystander.call);
  const operation = () => olga("GET", `/admin/operations/${run.id}`);
  await eventually(
    operation,
    ({ body }) => z.looseObject({ stopped: z.boolean().optional() }).parse(body).stopped === true,
    30_000,
  );
  expect(await tokenOf(leaving)).toMatchObject({ status: 400 });
  const ended = await eventually(
    operation,
    ({ body }) => Run.parse(body).state !== "running",
    60_000,
  );
  expect(ended.body).toMatchObject({ state: "done", done: 1, total: 1, errors: [] });
  expect((await leaving.call("GET", "/clients")).body).toEqual({ items: [] });
  await makeClient(bystander.call);
  const report = await olga("GET", `${path}/report`);
  expect(report.body).toMatchObject({
    clients: [
      { id: leaving.client.id, deletedAt: expect.any(String), secrets: [{ kind: "secret" }] },
    ],
  });
  const lines = await olga("GET", `${path}/report?limit=1`, {
    headers: { accept: "application/x-ndjson" },
  });
  expect(lines.headers.get("content-type")).toContain("application/x-ndjson");
  expect(lines.headers.get("link")).toContain('rel="next"');
  const again = await olga("POST", `${pathOf(staying)}/offboard/cancel`);
  const same = z.looseObject({ id: z.string() }).parse(kept.body).id;
  expect(again.body).toMatchObject({ id: same });
  expect(await tokenOf(staying)).toMatchObject({ status: 200 });
  expect(refusalOf(await leaving.call("GET", `${path}/report`))).toBe("401 unauthenticated");
});
