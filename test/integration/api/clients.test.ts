import { beforeAll, describe, expect, test } from "vitest";
import { ActivityListShape } from "../../../functions/http/clients/activity-shape.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { type Api, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { clientOf, clientsOf, makeClient, makeSecret } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";
import { atHost } from "../../support/two-hosts.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

describe("creating a client", () => {
  test("answers 201 with where it is, what to call and when consent is due", async () => {
    const { call } = await api.customer();

    const answer = await call("POST", "/clients", { json: { displayName: "  Ünïcode ✓  " } });

    const client = clientOf(answer);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("location")).toBe(`/api/clients/${client.id}`);
    expect(answer.headers.get("etag")).toMatch(new RegExp(`^"${client.id}\\.1\\.[\\w-]{16}"$`));
    expect(client).toMatchObject({
      displayName: "Ünïcode ✓",
      roles: ["api.read", "api.write"],
      secrets: [],
      tokenEndpoint: cloud.settings["TOKEN_ENDPOINT"],
      scope: cloud.settings["RESOURCE_SCOPE"],
      consent: { state: "pending", slaHours: 24, remindersSent: 0 },
    });
    expect(Date.parse(client.consent.dueAt) - Date.parse(client.consent.requestedAt)).toBe(
      86_400_000,
    );
    expect(client.consent.message).toContain("within 24 hours");
  });

  test("registers the application as the mission says", async () => {
    const { call } = await api.customer();
    const answer = await call("POST", "/clients", {
      json: { displayName: "Reader", roles: ["api.read"] },
    });

    const registered = await fetch(`${cloud.addresses.graph}/applications/${clientOf(answer).id}`, {
      headers: { authorization: `Bearer ${cloud.addresses.users.olga.graphToken}` },
    });

    expect(await registered.json()).toMatchObject({
      displayName: "Reader",
      signInAudience: "AzureADandPersonalMicrosoftAccount",
      api: { requestedAccessTokenVersion: 2 },
      requiredResourceAccess: [
        {
          resourceAppId: cloud.settings["RESOURCE_APP_ID"],
          resourceAccess: [{ id: cloud.settings["APP_READ_ROLE_ID"], type: "Role" }],
        },
      ],
      tags: expect.arrayContaining(["latchkey"]),
    });
  });

  test("tells the operators, once, who asks for what", async () => {
    const { call, subscription } = await api.customer();
    const client = await makeClient(call, "Nightly import");

    const alert = await cloud.inbox.nextAlert(
      ({ channel, clientId }) => channel === "webhook" && clientId === client.id,
    );

    expect(alert).toMatchObject({ stage: "requested" });
    expect(JSON.stringify(alert.payload)).toContain("Nightly import");
    expect(JSON.stringify(alert.payload)).toContain(subscription);
  });

  test("stops at the subscription's limit, and a deleted client makes room", async () => {
    const host = await cloud.startHost({
      environment: { MAX_CLIENTS_PER_SUBSCRIPTION: undefined, DYNAMIC_REGISTRATION: undefined },
    });
    const usual = await openApi(atHost(cloud, host));
    // Nor does any tool register itself there, unless that is switched on.
    expect(Object.keys(usual.document.paths).filter((path) => /register/.test(path))).toEqual([]);
    const { call } = await usual.customer();
    const made = [];
    for (let index = 0; index < 10; index += 1) made.push(await makeClient(call, `No. ${index}`));
    const ask = () => call("POST", "/clients", { json: { displayName: "One more" } });

    const refused = await ask();
    await call("DELETE", `/clients/${made[0]?.id}`);
    const admitted = await ask();

    expect(refusalOf(refused)).toBe("409 client-limit-reached");
    expect(problemOf(refused).limit).toBe(10);
    expect(admitted.status).toBe(201);
  });
});

describe("reading clients", () => {
  test("shows one with its secrets, live from the directory", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);

    const answer = await call("GET", `/clients/${client.id.toUpperCase()}`);

    expect(clientOf(answer)).toEqual(client);
    expect(answer.headers.get("cache-control")).toBe("no-store");
  });

  test("has an ETag of all that is shown, as its create had, and spares who has it the answer", async () => {
    const { call } = await api.customer();
    const made = await call("POST", "/clients", { json: { displayName: "Nightly import" } });
    const { id } = clientOf(made);
    const known = { headers: { "if-none-match": `"x", ${made.headers.get("etag")}` } };

    const unchanged = await call("GET", `/clients/${id}`, known);
    const { keyId } = await makeSecret(call, id);
    const changed = await call("GET", `/clients/${id}`, known);
    const tags = await Promise.all(
      ["/clients", `/clients/${id}/secrets`, `/clients/${id}/secrets/${keyId}`].map(
        async (path) => {
          const etag = (await call("GET", path)).headers.get("etag") ?? "";
          return (await call("GET", path, { headers: { "if-none-match": etag } })).status;
        },
      ),
    );

    expect([unchanged.status, unchanged.body]).toEqual([304, undefined]);
    expect(unchanged.headers.get("etag")).toBe(made.headers.get("etag"));
    expect(changed.status).toBe(200);
    expect(clientOf(changed).secrets).toHaveLength(1);
    expect(tags).toEqual([304, 304, 304]);
  });

  test("HEAD is GET without the body", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);

    for (const path of ["/clients", `/clients/${id}`, "/health/live", "/openapi.json"]) {
      const [got, head] = [await call("GET", path), await call("HEAD", path)];
      expect([head.status, head.body]).toEqual([200, undefined]);
      for (const name of ["etag", "content-type", "content-length"])
        expect(head.headers.get(name), `${name} of ${path}`).toBe(got.headers.get(name));
    }
    expect((await call("HEAD", `/clients/${newId()}`)).status).toBe(404);
  });

  test("pages through the list", async () => {
    const { call } = await api.customer();
    const ids = [];
    for (let index = 0; index < 5; index += 1) ids.push((await makeClient(call)).id);

    const first = clientsOf(await call("GET", "/clients?limit=3"));
    const second = clientsOf(await call("GET", `/clients?limit=3&cursor=${first.nextCursor}`));

    expect(first.items).toHaveLength(3);
    expect(second.nextCursor).toBeUndefined();
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(ids.sort());
  });

  test("a new customer has an empty list", async () => {
    const { call } = await api.customer();

    expect(clientsOf(await call("GET", "/clients"))).toEqual({ items: [] });
  });
});

describe("changing a client", () => {
  test("a new name shows at once, under a new ETag", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);

    const renamed = await call("PATCH", `/clients/${client.id}`, {
      json: { displayName: "Renamed" },
      headers: { "if-match": `"${client.id}.1"` },
    });

    const read = await call("GET", `/clients/${client.id}`);
    expect(renamed.status).toBe(204);
    expect(renamed.headers.get("etag")).toBe(`"${client.id}.2"`);
    expect(read.headers.get("etag")).toMatch(new RegExp(`^"${client.id}\\.2\\.`));
    expect(clientOf(read).displayName).toBe("Renamed");
  });

  test("a change or a removal under an old ETag is refused with the new one", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    await call("PATCH", `/clients/${client.id}`, { json: { displayName: "Renamed" } });
    const headers = { "if-match": `"${client.id}.1"` };

    const renamed = await call("PATCH", `/clients/${client.id}`, {
      json: { displayName: "Again" },
      headers,
    });
    const deleted = await call("DELETE", `/clients/${client.id}`, { headers });

    expect(refusalOf(renamed)).toBe("412 precondition-failed");
    expect(refusalOf(deleted)).toBe("412 precondition-failed");
    expect(renamed.headers.get("etag")).toBe(`"${client.id}.2"`);
  });

  test("the ETag that a GET showed admits a change, though a secret was added since; an empty one is refused", async () => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);
    const seen = (await call("GET", `/clients/${id}`)).headers.get("etag") ?? "";
    await makeSecret(call, id);
    const rename = (displayName: string, etag: string) =>
      call("PATCH", `/clients/${id}`, { json: { displayName }, headers: { "if-match": etag } });

    const empty = await rename("Renamed", "");
    const renamed = await rename("Renamed", seen);
    const late = await rename("Again", seen);

    expect([empty, renamed, late].map(refusalOf)).toEqual([
      "400 invalid-request",
      "204 done",
      "412 precondition-failed",
    ]);
  });

  test("a deleted client is gone for its owner too, and kept by the directory", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);

    const deleted = await call("DELETE", `/clients/${client.id}`);

    expect(deleted.status).toBe(204);
    expect(refusalOf(await call("GET", `/clients/${client.id}`))).toBe("404 not-found");
    expect(refusalOf(await call("DELETE", `/clients/${client.id}`))).toBe("404 not-found");
    const kept = await fetch(`${cloud.addresses.graph}/directory/deletedItems/${client.id}`, {
      headers: { authorization: `Bearer ${cloud.addresses.users.olga.graphToken}` },
    });
    expect(kept.status).toBe(200);
  });
});

describe("another subscription's client", () => {
  const attempts: [string, string, object?][] = [
    ["GET", ""],
    ["PATCH", "", { displayName: "Mine now" }],
    ["DELETE", ""],
    ["GET", "/secrets"],
    ["GET", `/secrets/${newId()}`],
    ["POST", "/secrets", { displayName: "Mine now" }],
    ["DELETE", `/secrets/${newId()}`],
  ];
  test.each(attempts)(
    "answers %s %s like one that never existed, without a directory call",
    async (method, path, json) => {
      const ann = await api.customer();
      const bob = await api.customer();
      const client = await makeClient(ann.call);
      cloud.directory.resetRequests();
      const ask = json ? { json } : {};

      const foreign = await bob.call(method, `/clients/${client.id}${path}`, ask);
      const unknown = await bob.call(method, `/clients/${newId()}${path}`, ask);

      expect(refusalOf(foreign)).toBe("404 not-found");
      expect({ ...problemOf(foreign), instance: "" }).toEqual({
        ...problemOf(unknown),
        instance: "",
      });
      expect(cloud.directory.requests()).toEqual([]);
      // Each request counts, whatever it asks for.
      const unlike = ["date", "request-id", "ratelimit"];
      const headers = (answer: typeof foreign) =>
        [...answer.headers].filter(([name]) => !unlike.includes(name));
      expect(headers(foreign)).toEqual(headers(unknown));
    },
  );

  test("is not on anybody else's list", async () => {
    const ann = await api.customer();
    const bob = await api.customer();
    await makeClient(ann.call);

    expect(clientsOf(await bob.call("GET", "/clients")).items).toEqual([]);
  });
});

describe("the activity of a client", () => {
  const Activity = ActivityListShape().shape.items.element;
  const olgas = async () => api.olga();

  test("says who did what in which request, to its customer and to operators, page by page", async () => {
    const { call, subscription } = await api.customer();
    const client = await makeClient(call);
    const { keyId } = await makeSecret(call, client.id);
    const renamed = await call("PATCH", `/clients/${client.id}`, { json: { displayName: "New" } });
    await call("DELETE", `/clients/${client.id}`);
    const olga = await olgas();

    const answer = await call("GET", `/clients/${client.id}/activity?limit=3`);
    const { items, nextCursor = "" } = ActivityListShape().parse(answer.body);
    const rest = await call(
      "GET",
      `/clients/${client.id}/activity?cursor=${encodeURIComponent(nextCursor)}`,
    );
    const all = await olga("GET", `/admin/activity?subscription=${subscription}`);
    const secrets = await olga("GET", `/admin/activity?action=secret&subscription=${subscription}`);

    const actor = {
      kind: "customer",
      issuer: cloud.settings["CUSTOMER_ISSUER"],
      subject: expect.any(String),
      displayName: "Ann Contoso",
    };
    const about = { actor, subscription, clientId: client.id, outcome: "done" };
    expect(items).toMatchObject([
      { ...about, action: "client.deleted" },
      { ...about, action: "client.renamed", requestId: renamed.headers.get("request-id") },
      { ...about, action: "secret.created", credentialId: keyId },
    ]);
    expect(rest.body).toMatchObject({ items: [{ ...about, action: "client.created" }] });
    expect(rest.body).not.toHaveProperty("nextCursor");
    expect(ActivityListShape().parse(all.body).items).toHaveLength(4);
    expect(secrets.body).toMatchObject({ items: [items[2]] });
  });

  test("can be read as NDJSON, from page to page", async () => {
    const { call, subscription } = await api.customer();
    for (const displayName of ["A", "B", "C"]) await makeClient(call, displayName);
    const olga = await olgas();
    const names: unknown[] = [];
    const types = new Set<string | null>();

    let path: string | undefined = `/admin/activity?limit=2&subscription=${subscription}`;
    for (let page = 0; page < 5 && path; page += 1) {
      const headers = { accept: "application/x-ndjson" };
      const answer: SeenAnswer = await olga("GET", path, { headers });
      types.add(answer.headers.get("content-type"));
      const lines = String(answer.body).split("\n");
      expect(lines.pop()).toBe("");
      for (const line of lines)
        names.push(Activity.parse(JSON.parse(line)).detail?.["displayName"]);
      path = /^<\/api(.*)>; rel="next"$/.exec(answer.headers.get("link") ?? "")?.[1];
    }

    expect(names).toEqual(["C", "B", "A"]);
    expect([...types]).toEqual(["application/x-ndjson"]);
  });

  test("of all customers is the operators', by the days on which they did something", async () => {
    const since = new Date().toISOString();
    const ann = await api.customer();
    const bob = await api.customer();
    const [first, second] = [await makeClient(ann.call), await makeClient(bob.call)];
    const olga = await olgas();

    const { body } = await olga("GET", `/admin/activity?action=client.created&since=${since}`);

    const { items } = ActivityListShape().parse(body);
    expect(items.map(({ clientId }) => clientId)).toEqual([second.id, first.id]);
    expect(refusalOf(await ann.call("GET", "/admin/activity"))).toBe("401 unauthenticated");
  });

  test.each(["cursor=x", "limit=1001", "limit=0"])("is not read by %s", async (query) => {
    const { call } = await api.customer();
    const { id } = await makeClient(call);

    expect(refusalOf(await call("GET", `/clients/${id}/activity?${query}`))).toBe(
      "400 invalid-request",
    );
  });
});
