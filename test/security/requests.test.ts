import { beforeAll, describe, expect, test } from "vitest";
import type { Cloud } from "../../infra/local/cloud.ts";
import { type Api, type ApiCaller, openApi, problemOf, refusalOf } from "../support/api.ts";
import { costOf } from "../support/log-lines.ts";
import { clientOf, clientsOf, makeClient, secretOf } from "../support/make.ts";
import { newId } from "../support/samples.ts";
import { sharedCloud } from "../support/shared-cloud.ts";
import { awkwardTexts, badBodies } from "./support/bodies.ts";

/** Everything a request can hold is checked before anything is called with it. */

let cloud: Cloud;
let api: Api;
let ann: ApiCaller;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
  ann = await api.customer();
});

const nothingDone = { directoryCalls: 0, tableOperations: 0 };

describe("a body that is not as documented is refused, and nothing is called", () => {
  test.each(Object.entries(badBodies))("%s", async (_, text) => {
    const answer = await ann.call("POST", "/clients", { text });

    expect(refusalOf(answer)).toBe("400 invalid-request");
    expect((await costOf(cloud, [answer]))[0]).toMatchObject(nothingDone);
    expect(problemOf(answer).errors?.length).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(answer.body)).not.toMatch(
      /at [^"]+:\d+|node:|Zod|SyntaxError|Unexpected/,
    );
  });

  test.each([
    undefined,
    "text/plain",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "application/json-patch+json",
    "application/jsonp",
    "text/json",
    "*/*",
  ])("with the media type %s", async (type) => {
    const body = new Blob(['{"displayName":"x"}'], type === undefined ? {} : { type });
    const response = await fetch(`${cloud.addresses.api}/clients`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${ann.token}` },
    });

    expect(response.status).toBe(415);
  });

  test("a byte order mark and a charset change nothing", async () => {
    const answer = await ann.call("POST", "/clients", {
      text: '\uFEFF{"displayName":"Marked"}',
      headers: { "content-type": 'Application/JSON; charset="utf-8"' },
    });

    expect(clientOf(answer).displayName).toBe("Marked");
  });
});

describe("a body over 16 KiB is refused", () => {
  const big = `{"displayName":"x"${" ".repeat(16 * 1024)}}`;
  const last = `{"displayName":"x"${" ".repeat(16 * 1024 - 19)}}`;

  test("when its length is told", async () => {
    const answer = await ann.call("POST", "/clients", { text: big });

    expect(refusalOf(answer)).toBe("413 body-too-large");
    expect((await costOf(cloud, [answer]))[0]).toMatchObject(nothingDone);
  });

  test("when it comes in chunks, as any such body, also for who has no token", async () => {
    const chunked = (authorization: string) =>
      fetch(`${cloud.addresses.api}/clients`, {
        method: "POST",
        body: new Blob([big]).stream(),
        duplex: "half",
        headers: { authorization, "content-type": "application/json" },
      });

    expect((await chunked(`Bearer ${ann.token}`)).status).toBe(411);
    expect((await chunked("none")).status).toBe(401);
  });

  test("and not a byte earlier", async () => {
    expect(new TextEncoder().encode(last)).toHaveLength(16 * 1024);
    expect((await ann.call("POST", "/clients", { text: last })).status).toBe(201);
  });
});

describe("a text that means something elsewhere is only a text here", () => {
  test.each(awkwardTexts)("as the name of a client and of a secret: %j", async (text) => {
    const client = await makeClient(ann.call, text);

    const secret = await ann.call("POST", `/clients/${client.id}/secrets`, {
      json: { displayName: text },
    });
    const read = await ann.call("GET", `/clients/${client.id}`);

    expect(client.displayName).toBe(text.trim());
    expect(secretOf(secret).displayName).toBe(text.trim());
    expect(clientOf(read)).toMatchObject({
      displayName: text.trim(),
      secrets: [{ displayName: text.trim() }],
    });
  });

  test("on a card for operators: it is no link", async () => {
    const { id } = await makeClient(ann.call, "[Grant](https://evil.example) **now**");

    const { payload } = await cloud.inbox.nextAlert(
      ({ channel, clientId }) => channel === "teams" && clientId === id,
    );

    const card = JSON.stringify(payload);
    expect(card).toContain("Grant");
    expect(card).not.toMatch(/\[Grant\]\(|[^\\]\*\*now|:\/\/evil|evil\.example/);
  });

  test("as a subscription: it has its own clients and sees no others", async () => {
    const texts = [
      ...awkwardTexts,
      "a\u202Etxt",
      "漢".repeat(128),
      "漢".repeat(127),
      `${"漢".repeat(127)}字`,
    ];
    const made = [];
    for (const extension_subscriptionId of texts) {
      const { call } = await api.customer({ extension_subscriptionId });
      made.push({ call, id: (await makeClient(call)).id });
    }

    const seen = await Promise.all(
      made.map(async ({ call }) => clientsOf(await call("GET", "/clients")).items),
    );

    expect(seen.map((items) => items.map(({ id }) => id))).toEqual(made.map(({ id }) => [id]));
  });

  test("as an Idempotency-Key: it is a key, if it is visible ASCII", async () => {
    const keys = ["' or 1 eq 1", "a/b\\c#d?e", '"quoted"', "../x", "~".repeat(255), "__proto__"];
    const ask = (key: string) =>
      ann.call("POST", "/clients", {
        json: { displayName: "Keyed" },
        headers: { "idempotency-key": key },
      });

    const first = await Promise.all(keys.map(ask));
    const again = await Promise.all(keys.map(ask));
    const refused = await Promise.all(["", "a b\tc", "~".repeat(256)].map(ask));

    expect(again.map(({ status }) => status)).toEqual(first.map(({ status }) => status));
    expect(refused.map(refusalOf)).toEqual(refused.map(() => "400 invalid-request"));
  });

  test("as an If-Match: it matches nothing", async () => {
    const { id } = await makeClient(ann.call);
    const tags = [`W/"${id}.1"`, `${id}.1`, `"${id}.1`, '"*"', "' or 1 eq 1", `"${id}.01"`, "*, x"];

    // One after the other: two changes of one client at once would wait for each other.
    const answers = [];
    for (const tag of tags)
      answers.push(await ann.call("DELETE", `/clients/${id}`, { headers: { "if-match": tag } }));
    const long = await ann.call("DELETE", `/clients/${id}`, {
      headers: { "if-match": `"${"x".repeat(600)}"` },
    });

    expect(answers.map(refusalOf)).toEqual(tags.map(() => "412 precondition-failed"));
    expect(refusalOf(long)).toBe("400 invalid-request");
  });

  test.each([
    "cursor=x",
    "cursor=",
    `cursor=${"A".repeat(201)}`,
    `cursor=${Buffer.from("' or 1 eq 1").toString("base64url")}`,
    `cursor=${Buffer.from("client:").toString("base64url")}`,
    "cursor=a&cursor=b",
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=1e2",
    "limit=",
    "limit=%20",
    "limit=1&limit=2",
    "limit[]=1",
    "subscription=fabrikam",
    "$filter=true",
    "__proto__=1",
    "constructor=1",
    "toString=1",
    "%00=1",
  ])("as a query: %s", async (query) => {
    const answer = await ann.call("GET", `/clients?${query}`);

    expect(refusalOf(answer)).toBe("400 invalid-request");
    expect((await costOf(cloud, [answer]))[0]).toMatchObject(nothingDone);
  });

  test("a cursor of another subscription shows nothing of theirs", async () => {
    const bob = await api.customer();
    const theirs = Buffer.from((await makeClient(ann.call)).id).toString("base64url");
    const before = Buffer.from("00000000-0000-0000-0000-000000000000").toString("base64url");

    for (const cursor of [theirs, before, Buffer.from(newId()).toString("base64url")]) {
      const answer = await bob.call("GET", `/clients?cursor=${cursor}`);
      expect(clientsOf(answer)).toEqual({ items: [] });
    }
  });
});
