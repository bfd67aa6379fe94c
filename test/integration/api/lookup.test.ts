import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, type ApiCaller, type Call, openApi, refusalOf } from "../../support/api.ts";
import { buyToken } from "../../support/buy-token.ts";
import { grantInDirectory } from "../../support/directory-admin.ts";
import { readEvents } from "../../support/event-reader.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient, makeSecret, type ShownClient } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** Whose a client is, for the company's own API; and the demo API, which asks that with the file customers paste in. */

let cloud: Cloud;
let api: Api;
let lookup: Call;
let olga: Call;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  [lookup, olga] = [await api.resourceApi(), await api.olga()];
});

/** A client of the customer whose consent an operator has granted, with a token of its own. */
async function granted({ call }: ApiCaller): Promise<{ client: ShownClient; token: string }> {
  const client = await makeClient(call);
  const { secretText } = await makeSecret(call, client.id);
  await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
  expect((await olga("POST", `/admin/consents/${client.id}/grant`)).status).toBe(200);
  const { tokenEndpoint, scope, appId: clientId } = client;
  return {
    client,
    token: await buyToken({ tokenEndpoint, clientId, clientSecret: secretText, scope }),
  };
}

const tasks = async (token: string, title?: string) => {
  const response = await fetch(`${cloud.addresses.demoApi}/tasks`, {
    headers: { authorization: `Bearer ${token}` },
    ...(title !== undefined && { method: "POST", body: JSON.stringify({ title }) }),
  });
  return { status: response.status, text: await response.text() };
};

describe("a lookup", () => {
  test("says whose a client is and what it may do, and for how long that may be kept", async () => {
    const customer = await api.customer();
    const client = await makeClient(customer.call);
    await cloud.inbox.nextAlert(({ clientId }) => clientId === client.id);
    const path = `/lookup/${client.appId.toUpperCase()}`;

    const before = await lookup("GET", path);
    await olga("POST", `/admin/consents/${client.id}/grant`);
    const after = await lookup("GET", path);

    const { id, appId } = client;
    const shared = { id, appId, subscription: customer.subscription };
    expect(before.body).toMatchObject({ ...shared, state: "pending", roles: [] });
    expect(after.body).toMatchObject({ ...shared, state: "granted", roles: client.roles });
    expect([before, after].map(({ headers }) => headers.get("cache-control"))).toEqual([
      "private, max-age=5",
      "private, max-age=30",
    ]);
    expect(before.headers.get("etag")).not.toBe(after.headers.get("etag"));
  });

  test("is 304 for who has it as it is", async () => {
    const { appId } = await makeClient((await api.customer()).call);
    const { headers } = await lookup("GET", `/lookup/${appId}`);
    const etag = headers.get("etag") ?? "";
    const ask = (ifNoneMatch: string) =>
      lookup("GET", `/lookup/${appId}`, { headers: { "if-none-match": ifNoneMatch } });

    const same = await ask(etag);
    const statuses = [await ask(`"x", W/${etag}`), await ask("*"), await ask('"x"')];

    expect([same.status, same.body, same.headers.get("etag")]).toEqual([304, undefined, etag]);
    expect(same.headers.get("cache-control")).toMatch(/^private, max-age=\d+$/);
    expect(statuses.map(({ status }) => status)).toEqual([304, 304, 200]);
  });

  test("of nobody's client is 404, which may be kept for a moment", async () => {
    const deleted = await api.customer();
    const { id, appId } = await makeClient(deleted.call);
    await deleted.call("DELETE", `/clients/${id}`);
    const others = [appId, newId(), cloud.settings["RESOURCE_APP_ID"], "not-an-id"];

    const answers = await Promise.all(others.map((other) => lookup("GET", `/lookup/${other}`)));

    expect(answers.map(refusalOf)).toEqual(others.map(() => "404 no-such-client"));
    for (const { headers } of answers)
      expect(headers.get("cache-control")).toBe("private, max-age=5");
  });
});

describe("the demo API", () => {
  test("answers each customer's own tasks, to all clients of that customer and to nobody else's", async () => {
    const [ann, bob] = [await api.customer(), await api.customer()];
    const first = await granted(ann);
    const second = await granted(ann);
    const foreign = await granted(bob);

    expect((await tasks(first.token, "Only Ann's")).status).toBe(201);

    expect((await tasks(second.token)).text).toContain("Only Ann's");
    expect(await tasks(foreign.token)).toEqual({ status: 200, text: '{"items":[]}' });
  });

  test("refuses a client whose consent was revoked, within moments of the event", async () => {
    const { client, token } = await granted(await api.customer());
    expect((await tasks(token)).status).toBe(200);
    await grantInDirectory(cloud, client.appId, "revoke");

    const reader = readEvents(cloud);
    await olga("POST", `/admin/consents/${client.id}/verify`);
    // A late directory may not show the grant either: the service looks twice before it says that it is gone.
    await eventually(
      () => reader.typesOf(client.id).includes("consent.revoked"),
      (told) => told,
      60_000,
    );
    const toldAt = performance.now();
    await eventually(
      async () => (await tasks(token)).status,
      (status) => status === 403,
    );

    // Half a minute is what the answer might have been kept for: it was the event.
    expect(performance.now() - toldAt).toBeLessThan(20_000);
    await reader.stop();
  });

  test("refuses a client that was suspended, though its token is good for an hour", async () => {
    const { client, token } = await granted(await api.customer());
    expect((await tasks(token)).status).toBe(200);

    await olga("POST", `/admin/clients/${client.id}/suspend`, { json: { reason: "A leak" } });

    const { text } = await eventually(
      () => tasks(token),
      ({ status }) => status === 403,
    );
    expect(text).toContain("The client is suspended.");
  });

  test("refuses a client that was deleted, though its token is good for an hour", async () => {
    const customer = await api.customer();
    const { client, token } = await granted(customer);
    expect((await tasks(token)).status).toBe(200);

    await customer.call("DELETE", `/clients/${client.id}`);

    await eventually(
      async () => (await tasks(token)).status,
      (status) => status === 403,
    );
  });

  test("with the directory away it goes on with whom the service knows, and refuses the rest", async () => {
    const known = await granted(await api.customer());
    const strange = await granted(await api.customer());
    expect((await tasks(known.token)).status).toBe(200);
    await cloud.setFaults({ directory: "down" });

    const statuses = [await tasks(known.token), await tasks(strange.token)];
    await cloud.setFaults({});

    expect(statuses.map(({ status }) => status)).toEqual([200, 503]);
    await eventually(
      async () => (await tasks(strange.token)).status,
      (status) => status === 200,
    );
  });
});
