import { Webhook as Receiver } from "standardwebhooks";
import { beforeAll, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import type { ReceivedHook } from "../../../infra/local/inbox/hooks.ts";
import { type Api, type Call, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { eventually } from "../../support/eventually.ts";
import { grantAs } from "../../support/grant-as.ts";
import { logLines } from "../../support/log-lines.ts";
import { makeClient, makeSecret } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** A subscription's own webhook over every socket there is: API, topic, queue, and the receiver in the local inbox. */

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

const Shown = z.object({ secret: z.string(), state: z.string() });
const Deliveries = z.object({
  items: z.array(z.object({ id: z.string(), type: z.string(), state: z.string() }).loose()),
});

/** An endpoint of nobody else's. */
const endpoint = (query = "") => {
  const name = newId();
  const received = () => cloud.inbox.hooks().filter((hook) => hook.name === name);
  return { url: `${cloud.inbox.origin}/hooks/${name}${query}`, received };
};

const typeOf = ({ body }: ReceivedHook): unknown => JSON.parse(body).type;

async function set(call: Call, url: string): Promise<string> {
  const answer = await call("PUT", "/webhook", { json: { url } });
  expect(answer.status).toBe(201);
  return Shown.parse(answer.body).secret;
}

const deliveriesOf = async (call: Call) =>
  Deliveries.parse((await call("GET", "/webhook/deliveries")).body).items;

test("events of a subscription come signed, each once, and nobody else's", async () => {
  const ann = await api.customer();
  const bob = await api.customer();
  const [anns, bobs] = [endpoint(), endpoint()];
  const secret = await set(ann.call, anns.url);
  await set(bob.call, bobs.url);

  const { id } = await makeClient(ann.call);
  const { keyId, secretText } = await makeSecret(ann.call, id);
  await ann.call("DELETE", `/clients/${id}/secrets/${keyId}`);
  const { id: bobsClient } = await makeClient(bob.call);

  // In no particular order: several consumers work on them at once.
  const wanted = ["client.created", "secret.created", "secret.removed"];
  const come = await eventually(anns.received, (all) =>
    wanted.every((type) => all.some((it) => typeOf(it) === type)),
  );
  await eventually(bobs.received, (all) => all.some((it) => typeOf(it) === "client.created"));
  const receiver = new Receiver(secret);
  for (const { body, headers } of come) {
    receiver.verify(body, { ...headers });
    expect(body).not.toContain(secretText);
    expect(JSON.parse(body)).toMatchObject({
      subscription: ann.subscription,
      data: { clientId: id },
    });
  }
  expect(new Set(come.map(({ headers }) => headers["webhook-id"])).size).toBe(come.length);
  for (const { body } of bobs.received()) expect(JSON.parse(body).data.clientId).toBe(bobsClient);
  const items = await eventually(
    () => deliveriesOf(ann.call),
    (all) => all.length >= come.length,
  );
  expect(items.every(({ state }) => state === "delivered")).toBe(true);
});

test("a test is sent at once, counted, and answered again under its key", async () => {
  const { call } = await api.customer();
  const { url, received } = endpoint();
  await set(call, url);
  const headers = { "idempotency-key": newId() };

  const first = await call("POST", "/webhook/test", { headers });
  const again = await call("POST", "/webhook/test", { headers });

  expect(first).toMatchObject({ status: 200, body: { type: "webhook.test", state: "delivered" } });
  expect(again.body).toEqual(first.body);
  expect(again.headers.get("idempotent-replayed")).toBe("true");
  expect(received()).toHaveLength(1);

  const more = await Promise.all(Array.from({ length: 8 }, () => call("POST", "/webhook/test")));
  expect(more.map(({ status }) => status).toSorted()).toEqual([
    200, 200, 200, 200, 429, 429, 429, 429,
  ]);
  expect(received()).toHaveLength(5);
});

test("what is not taken comes again by itself, under its id", async () => {
  const { call } = await api.customer();
  const { url, received } = endpoint("?status=500");
  await set(call, url);
  const { id } = await makeClient(call);

  const tries = () => received().filter((it) => typeOf(it) === "client.created");
  await eventually(tries, (all) => all.length === 2, 40_000);

  expect(new Set(tries().map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(new Set(tries().map(({ body }) => body)).size).toBe(1);
  expect(JSON.parse(tries()[0]?.body ?? "{}").data.clientId).toBe(id);
  expect((await call("GET", "/webhook")).body).toMatchObject({ state: "failing" });
});

test("a new secret signs at once, the old one for its grace, and a repeat shows the same", async () => {
  const { call } = await api.customer();
  const { url, received } = endpoint();
  const old = await set(call, url);
  const ask = { json: { graceHours: 1 }, headers: { "idempotency-key": newId() } };

  const rotated = await call("POST", "/webhook/rotate-secret", ask);
  const again = await call("POST", "/webhook/rotate-secret", ask);
  await call("POST", "/webhook/test");

  const { secret } = Shown.parse(rotated.body);
  expect(secret).not.toBe(old);
  expect(Shown.parse(again.body).secret).toBe(secret);
  expect(rotated.body).toHaveProperty("oldSecretsUntil");
  const [hook] = received();
  for (const each of [old, secret])
    expect(() => new Receiver(each).verify(hook?.body ?? "", { ...hook?.headers })).not.toThrow();

  await call("POST", "/webhook/rotate-secret", { json: { graceHours: 0 } });
  await call("POST", "/webhook/test");
  const last = received().at(-1);
  for (const each of [old, secret])
    expect(() => new Receiver(each).verify(last?.body ?? "", { ...last?.headers })).toThrow();
});

test("its life leaves entries, its secret is shown once, and what is not there is not found", async () => {
  const { call, subscription } = await api.customer();
  const olga = await api.olga();
  expect(refusalOf(await call("GET", "/webhook"))).toBe("404 webhook-not-found");
  const { url } = endpoint();
  const secret = await set(call, url);
  expect((await call("PUT", "/webhook", { json: { url } })).status).toBe(200);
  expect(JSON.stringify((await call("GET", "/webhook")).body)).not.toContain(secret);
  await call("POST", "/webhook/rotate-secret", { json: {} });
  expect((await call("DELETE", "/webhook")).status).toBe(204);
  for (const [method, path] of [
    ["GET", "/webhook"],
    ["DELETE", "/webhook"],
    ["POST", "/webhook/test"],
    ["GET", "/webhook/deliveries"],
  ] as const)
    expect(refusalOf(await call(method, path))).toBe("404 webhook-not-found");

  const { body } = await olga("GET", `/admin/activity?subscription=${subscription}`);
  const { items } = z.object({ items: z.array(z.object({ action: z.string() })) }).parse(body);
  expect(items.map(({ action }) => action)).toEqual([
    "webhook.removed",
    "webhook.secret-rotated",
    "webhook.set",
    "webhook.set",
  ]);
});

test.each([
  "http://hooks.customer.example/",
  "https://127.0.0.1/",
  "https://2130706433/",
  "https://[::ffff:169.254.169.254]/",
  "https://hooks.customer.example:8080/",
  "https://user:word@hooks.customer.example/",
  "not an address",
])("%s is refused before anything is kept", async (url) => {
  const { call } = await api.customer();

  const refused = await call("PUT", "/webhook", { json: { url } });

  expect(refusalOf(refused)).toBe("400 invalid-request");
  expect(problemOf(refused).errors?.map(({ field }) => field)).toEqual(["/url"]);
  expect(refusalOf(await call("GET", "/webhook"))).toBe("404 webhook-not-found");
});

test("where there is no webhook nobody looks for one, but for what happens to a client of itself", async () => {
  const before = logLines(cloud);
  const costs = () =>
    [...logLines(cloud)].flatMap(([at, line]) =>
      before.has(at) || line.route !== "webhook-events"
        ? []
        : [[line.outcome, line.tableOperations, line.messages]],
    );
  const { call } = await api.customer();
  const { id } = await makeClient(call);
  await makeSecret(call, id);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === id);
  await grantAs(cloud, id);

  expect(await eventually(costs, (all) => all.length > 0)).toEqual([["no-webhook", 1, 0]]);
  const { url, received } = endpoint();
  await set(call, url);
  await makeSecret(call, id);
  await eventually(received, (all) => all.some((hook) => typeOf(hook) === "secret.created"));
  // Its receiver has it before the line says so.
  expect(await eventually(costs, (all) => all.length > 1)).toEqual([
    ["no-webhook", 1, 0],
    ["delivered", 2, 0],
  ]);
});
