import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { WatchShape } from "../../../functions/http/care/watch-shape.ts";
import { SecretShape } from "../../../functions/http/shapes.ts";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { setting } from "../../../infra/local/services.ts";
import { unsubscribeTokens } from "../../../shared/care/unsubscribe.ts";
import { personOf } from "../../../shared/clients/person.ts";
import { setPolicy } from "../../contract/directory/tenant-policy.ts";
import { type Api, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { grantInDirectory } from "../../support/directory-admin.ts";
import { eventually } from "../../support/eventually.ts";
import {
  clientOf,
  makeClient,
  makeSecret,
  rotatedOf,
  secretOf,
  tokenStatus,
} from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

const DAY_MS = 86_400_000;
/** The value is there for one reader only. */
const EncryptedSecret = z.looseObject({
  keyId: z.guid(),
  secretJwe: z.string(),
  secretText: z.never().optional(),
});
const ANN = "ann@contoso.example";
const claimsOf = (token: string) =>
  z
    .object({ sub: z.string() })
    .parse(JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()));

test("what the directory's administrators forbid is said in plain words, and nothing is made", async () => {
  const { call } = await api.customer();
  const client = await makeClient(call);
  const { graphToken } = cloud.addresses.users.olga;
  const ask = (lifetimeDays: number) =>
    call("POST", `/clients/${client.id}/secrets`, { json: { displayName: "x", lifetimeDays } });

  await setPolicy(cloud.directory, graphToken, { secretDays: 30 });
  const long = problemOf(await ask(31));
  await setPolicy(cloud.directory, graphToken, { noSecrets: true });
  const none = problemOf(await ask(1));
  await setPolicy(cloud.directory, graphToken, {});

  expect(long).toMatchObject({
    type: "/problems/secret-forbidden-by-policy",
    detail: "Ask for a shorter lifetimeDays: the directory's administrator allows none this long.",
  });
  expect(none).toMatchObject({
    type: "/problems/credential-kind-not-allowed",
    ...{ kind: "secret", allowed: [], why: "policy" },
    detail: expect.stringContaining("administrator has forbidden credentials of this kind"),
  });
  expect(clientOf(await call("GET", `/clients/${client.id}`)).secrets).toEqual([]);
  expect((await ask(1)).status).toBe(201);
});

describe("a secret", () => {
  test("is answered with its value once, and the value works", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);

    const answer = await call("POST", `/clients/${client.id}/secrets`, {
      json: { displayName: "Production", lifetimeDays: 30 },
    });

    const { secretText, notice, ...secret } = secretOf(answer);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(notice).toContain("this once");
    expect(secretText.startsWith(secret.hint)).toBe(true);
    expect(Date.parse(secret.expiresAt) - Date.parse(secret.createdAt)).toBe(30 * DAY_MS);
    expect(await tokenStatus(client, secretText)).toBe(200);
    const read = await call("GET", `/clients/${client.id}`);
    expect(clientOf(read).secrets).toEqual([secret]);
    expect(JSON.stringify(read.body)).not.toContain(secretText);
  });

  test("lives as long as the limit when nothing else is asked", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);

    const { createdAt, expiresAt } = await makeSecret(call, client.id);

    expect(Date.parse(expiresAt) - Date.parse(createdAt)).toBe(365 * DAY_MS);
  });

  test("buys no tokens once it is removed", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const { keyId, secretText } = await makeSecret(call, client.id);

    const removed = await call("DELETE", `/clients/${client.id}/secrets/${keyId}`);

    expect(removed.status).toBe(204);
    expect(await tokenStatus(client, secretText)).toBe(400);
    const again = await call("DELETE", `/clients/${client.id}/secrets/${keyId}`);
    expect(refusalOf(again)).toBe("404 secret-not-found");
  });

  test("is not taken from a client that would get no more tokens, unless its customer says so", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const { keyId, secretText } = await makeSecret(call, client.id);
    await grantInDirectory(cloud, client.appId);
    const olga = await api.olga();
    await eventually(
      async () => (await olga("POST", `/admin/consents/${client.id}/verify`)).status,
      (status) => status === 200,
    );

    const refused = await call("DELETE", `/clients/${client.id}/secrets/${keyId}`);

    expect(refusalOf(refused)).toBe("409 last-secret");
    expect(await tokenStatus(client, secretText)).toBe(200);
    const sure = await call("DELETE", `/clients/${client.id}/secrets/${keyId}?confirm=last`);
    expect(sure.status).toBe(204);
    const unsure = await call("DELETE", `/clients/${client.id}/secrets/${keyId}?confirm=yes`);
    expect(refusalOf(unsure)).toBe("400 invalid-request");
  });

  test("is refused as a third one, with the two that must make room", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const first = await makeSecret(call, client.id, "First");
    const second = await makeSecret(call, client.id, "Second");

    const third = await call("POST", `/clients/${client.id}/secrets`, {
      json: { displayName: "Third" },
    });

    expect(refusalOf(third)).toBe("409 secret-limit-reached");
    expect(problemOf(third)).toMatchObject({
      limit: 2,
      secrets: [{ keyId: first.keyId }, { keyId: second.keyId }],
    });
    const read = clientOf(await call("GET", `/clients/${client.id}`));
    expect(read.secrets.map(({ displayName }) => displayName).sort()).toEqual(["First", "Second"]);
  });

  test("asked for twice at once is made twice, one after the other, and none is lost", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    await cloud.setFaults({ directory: { loseParallelPasswords: true, latencyMs: 50 } });

    const made = await Promise.all([
      makeSecret(call, client.id, "First"),
      makeSecret(call, client.id, "Second"),
    ]);

    await cloud.setFaults({});
    const statuses = made.map(({ secretText }) => tokenStatus(client, secretText));
    expect(await Promise.all(statuses)).toEqual([200, 200]);
  });
});

describe("Prefer: wait", () => {
  const LAG_MS = 1_500;
  const asking = (prefer?: string) => ({
    json: { displayName: "Awaited" },
    ...(prefer && { headers: { prefer } }),
  });
  const tokenRequests = () =>
    cloud.directory.requests().filter(({ path }) => path.endsWith("/oauth2/v2.0/token")).length;
  /** A client that has just been made, with the token endpoint as late as it is on Azure. */
  async function lateClient() {
    const { call } = await api.customer();
    const client = await makeClient(call);
    cloud.directory.resetRequests();
    await cloud.setFaults({ directory: { secretLagMs: LAG_MS } });
    return {
      client,
      add: (prefer?: string) => call("POST", `/clients/${client.id}/secrets`, asking(prefer)),
    };
  }
  afterEach(() => cloud.setFaults({}));

  test("answers when the secret works, and says so", async () => {
    const { client, add } = await lateClient();

    const answer = await add("respond-async, wait=30");

    const { ready, notice, secretText } = secretOf(answer);
    expect(answer.headers.get("preference-applied")).toBe("wait=30");
    expect(ready).toBe(true);
    expect(notice).toContain("It works now.");
    expect(await tokenStatus(client, secretText)).toBe(200);
  });

  test("answers when the time is over, and says that it does not work yet", async () => {
    const { client, add } = await lateClient();

    const answer = await add("wait=1");

    const { ready, secretText } = secretOf(answer);
    expect(answer.headers.get("preference-applied")).toBe("wait=1");
    expect(ready).toBe(false);
    expect(await tokenStatus(client, secretText)).toBe(400);
  });

  test("left out, or not understood: nothing is asked, and nothing is said of it", async () => {
    const { add } = await lateClient();

    for (const prefer of [undefined, "wait=soon"]) {
      const answer = await add(prefer);
      expect(answer.status).toBe(201);
      expect(answer.headers.get("preference-applied")).toBeNull();
      expect(secretOf(answer)).not.toHaveProperty("ready");
    }
    expect(tokenRequests()).toBe(0);
  });

  test("holds nothing up: the change has ended before it is waited for", async () => {
    const { add } = await lateClient();

    const [first, second] = await Promise.all([add("wait=20"), add("wait=20")]);

    expect([first, second].map((answer) => secretOf(answer).ready)).toEqual([true, true]);
  });
});

describe("a secret that is asked for encrypted", () => {
  test.each(["ECDH-ES+A256KW", "RSA-OAEP-256"])(
    "is in no answer but for the holder of the private key (%s)",
    async (alg) => {
      const { call } = await api.customer();
      const client = await makeClient(call);
      const { publicKey, privateKey } = await generateKeyPair(alg, { crv: "P-256" });
      const encryptTo = { ...(await exportJWK(publicKey)), alg, use: "enc", kid: "build-7" };
      const open = async (answer: SeenAnswer) => {
        const secret = EncryptedSecret.parse(answer.body);
        const { plaintext, protectedHeader } = await compactDecrypt(secret.secretJwe, privateKey);
        expect(protectedHeader).toMatchObject({ alg, enc: "A256GCM", kid: "build-7" });
        const value = new TextDecoder().decode(plaintext);
        expect(JSON.stringify(answer.body)).not.toContain(value);
        expect(await tokenStatus(client, value)).toBe(200);
        return secret;
      };

      const at = `/clients/${client.id}/secrets`;
      const json = { displayName: "Pipeline", encryptTo };
      const { keyId } = await open(await call("POST", at, { json }));
      await open(await call("POST", `${at}/${keyId}/rotate`, { json: { encryptTo } }));
    },
  );

  test("and a private key by mistake is refused by name, and nothing is made", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const { privateKey } = await generateKeyPair("ECDH-ES+A256KW", { extractable: true });

    const json = { displayName: "Pipeline", encryptTo: await exportJWK(privateKey) };
    const answer = await call("POST", `/clients/${client.id}/secrets`, { json });

    expect(answer.status).toBe(400);
    expect(problemOf(answer).errors).toEqual([
      { field: "/encryptTo/d", message: "is not known; leave it out" },
    ]);
    expect(clientOf(await call("GET", `/clients/${client.id}`)).secrets).toEqual([]);
  });
});

describe("a rotation", () => {
  test("leaves both secrets working until the grace is over, and then the new one", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const old = await makeSecret(call, client.id, "Production");
    const at = `/clients/${client.id}/secrets/${old.keyId}`;

    const answer = await call("POST", `${at}/rotate`, { json: { lifetimeDays: 30 } });

    expect(answer.status).toBe(201);
    const made = rotatedOf(answer);
    expect(made.displayName).toBe("Production");
    const { retiresAt = "" } = made.replaced;
    expect(Date.parse(retiresAt) - Date.parse(made.createdAt)).toBe(DAY_MS);
    const works = ({ secretText }: { secretText: string }) => tokenStatus(client, secretText);
    expect([await works(old), await works(made)]).toEqual([200, 200]);
    const shown = SecretShape.parse((await call("GET", at)).body);
    expect(shown).toMatchObject({ keyId: old.keyId, retiresAt });
    const read = clientOf(await call("GET", `/clients/${client.id}`));
    expect(read.secrets.map((secret) => secret.retiresAt)).toEqual([retiresAt, undefined]);

    // The message comes when it is time, over the bus.
    // As .NET and Python write a time.
    const retiring = new Date().toISOString().replace("Z", "+00:00");
    const now = await call("PATCH", at, { json: { retiresAt: retiring } });
    expect(now.status).toBe(200);
    await eventually(
      async () => (await call("GET", at)).status,
      (status) => status === 404,
    );
    expect([await works(old), await works(made)]).toEqual([400, 200]);
  });

  test("is called off, and refused for what is not there or wrong", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const { keyId } = await makeSecret(call, client.id);
    const at = `/clients/${client.id}/secrets/${keyId}`;
    expect((await call("POST", `${at}/rotate`, { json: {} })).status).toBe(201);

    const stays = await call("PATCH", at, { json: { retiresAt: null } });
    const snoozedUntil = new Date(Date.now() + DAY_MS).toISOString();
    await call("PATCH", at, { json: { snoozedUntil } });
    expect((await call("GET", at)).body).toMatchObject({ snoozedUntil });
    const { secrets } = clientOf(await call("GET", `/clients/${client.id}`));
    expect(secrets.map((secret) => secret.snoozedUntil)).toEqual([snoozedUntil, undefined]);

    expect(stays.body).not.toHaveProperty("retiresAt");
    expect((await call("GET", at)).body).not.toHaveProperty("retiresAt");
    const full = await call("POST", `${at}/rotate`, { json: {} });
    expect(refusalOf(full)).toBe("409 secret-limit-reached");
    for (const json of [{ graceHours: 721 }, { graceHours: -1 }, { replaces: "x" }, { grace: 1 }])
      expect(refusalOf(await call("POST", `${at}/rotate`, { json }))).toBe("400 invalid-request");
    for (const json of [{}, { retiresAt: "soon" }])
      expect(refusalOf(await call("PATCH", at, { json }))).toBe("400 invalid-request");
    const unknown = `/clients/${client.id}/secrets/${newId()}`;
    expect(refusalOf(await call("POST", `${unknown}/rotate`, { json: {} }))).toBe(
      "404 secret-not-found",
    );
  });
});

describe("an Idempotency-Key", () => {
  const under = (key: string, json: unknown) => ({ json, headers: { "idempotency-key": key } });

  test("gives the first answer of a create again, and makes nothing", async () => {
    const { call } = await api.customer();
    const key = newId();

    const first = await call("POST", "/clients", under(key, { displayName: "Once" }));
    cloud.directory.resetRequests();
    const second = await call("POST", "/clients", under(key, { displayName: "Once" }));

    expect(second.status).toBe(201);
    expect(second.body).toEqual(first.body);
    expect(cloud.directory.requests()).toEqual([]);
  });

  test("belongs to one request: another body is refused", async () => {
    const { call } = await api.customer();
    const key = newId();
    await call("POST", "/clients", under(key, { displayName: "Once" }));

    const other = await call("POST", "/clients", under(key, { displayName: "Twice" }));

    expect(refusalOf(other)).toBe("422 idempotency-key-reused");
  });

  test("belongs to one subscription", async () => {
    const [ann, bob] = [await api.customer(), await api.customer()];
    const key = newId();
    const body = { displayName: "Once" };

    const first = clientOf(await ann.call("POST", "/clients", under(key, body)));
    const second = clientOf(await bob.call("POST", "/clients", under(key, body)));

    expect(second.id).not.toBe(first.id);
  });

  test("sent twice at once works once; the other is told to come back", async () => {
    const { call } = await api.customer();
    const request = under(newId(), { displayName: "Once" });
    await cloud.setFaults({ directory: { latencyMs: 300 } });

    const answers = await Promise.all([
      call("POST", "/clients", request),
      call("POST", "/clients", request),
    ]);

    await cloud.setFaults({});
    expect(answers.map(refusalOf).sort()).toEqual(["201 done", "409 request-in-progress"]);
    const late = answers.find(({ status }) => status === 409);
    expect(Number(late?.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    expect((await call("GET", "/clients")).body).toMatchObject({ items: [{}] });
  });

  test("never shows a secret's value again, nor makes another", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call);
    const request = under(newId(), { displayName: "Production" });
    const path = `/clients/${client.id}/secrets`;

    const first = secretOf(await call("POST", path, request));
    const second = await call("POST", path, request);

    expect(refusalOf(second)).toBe("409 secret-value-already-returned");
    expect(problemOf(second).keyId).toBe(first.keyId);
    expect(JSON.stringify(second.body)).not.toContain(first.secretText);
    expect(clientOf(await call("GET", `/clients/${client.id}`)).secrets).toHaveLength(1);
  });
});

describe("a watcher", () => {
  const watchOf = ({ body }: SeenAnswer) => WatchShape.parse(body);

  test("is whoever made the client, at the address of their token, until they say otherwise", async () => {
    const { call, subscription } = await api.customer();
    const { id } = await makeClient(call);
    const path = `/clients/${id}/watch`;

    const first = watchOf(await call("GET", path));
    expect(first).toMatchObject({ watching: true, everyClient: false, email: ANN });
    const asked = await call("PUT", path, { json: { timeZone: "europe/berlin" } });
    expect(watchOf(asked)).toMatchObject({ watching: true, timeZone: "Europe/Berlin" });
    expect((await call("DELETE", path)).status).toBe(204);
    expect(watchOf(await call("GET", path))).toMatchObject({ watching: false, email: ANN });

    const others = await cloud.directory.issueUserToken("bob", {
      claims: { extension_subscriptionId: subscription, emails: undefined },
    });
    const bob = api.callWith(others);
    expect(watchOf(await bob("GET", path))).toEqual({ watching: false, everyClient: false });
    expect(refusalOf(await bob("PUT", path, { json: {} }))).toBe("409 no-verified-email");
    expect(refusalOf(await bob("PUT", "/watch", { json: {} }))).toBe("409 no-verified-email");
  });

  test.each(["+02:00", "Mars/Olympus", "", "x".repeat(65), 7])(
    "is told no times of the zone %j",
    async (timeZone) => {
      const { call } = await api.customer();
      const refused = await call("PUT", "/watch", { json: { timeZone } });
      expect(refusalOf(refused)).toBe("400 invalid-request");
      expect(problemOf(refused).errors).toMatchObject([{ field: "/timeZone" }]);
    },
  );

  test("ends all mail by an address in a letter, without signing in; a look at it ends nothing", async () => {
    const { call, subscription } = await api.customer();
    await call("PUT", "/watch", { json: {} });
    const issuer = setting(cloud.settings, "CUSTOMER_ISSUER");
    const { sub: subject } = claimsOf(await cloud.directory.issueUserToken("ann"));
    const person = personOf({ kind: "customer", issuer, subject }) ?? expect.fail();
    const tokens = unsubscribeTokens(setting(cloud.settings, "UNSUBSCRIBE_KEY"));
    const { portal } = cloud.addresses;
    const address = `${portal}/unsubscribe?t=${tokens.issue({ subscription, person })}`;
    const form = { method: "POST", body: new URLSearchParams({ "List-Unsubscribe": "One-Click" }) };

    const asks = await fetch(address);
    expect(asks.headers.get("content-security-policy")).toContain("form-action 'self'");
    expect(await asks.text()).toContain('<form method="post">');
    expect(watchOf(await call("GET", "/watch"))).toMatchObject({ everyClient: true });
    expect((await fetch(`${address}x`, form)).status).toBe(404);
    expect(watchOf(await call("GET", "/watch"))).toMatchObject({ everyClient: true });

    for (const _ of ["once", "and again"]) {
      const ended = await fetch(address, { ...form, redirect: "error" });
      expect([ended.status, await ended.text()]).toEqual([
        200,
        expect.stringContaining("no more mail"),
      ]);
    }
    expect(watchOf(await call("GET", "/watch"))).toMatchObject({ everyClient: false });
    const { id } = await makeClient(call);
    expect(watchOf(await call("GET", `/clients/${id}/watch`))).toMatchObject({ watching: false });
  });
});

describe("a calendar", () => {
  const addressOf = ({ body }: SeenAnswer) => z.object({ url: z.url() }).parse(body).url;
  const readable = (url: string) => url.replace(/^https?:\/\/[^/]+/, cloud.addresses.portal);

  test("is read at a private address until that is ended, and spared whoever has it already", async () => {
    const { call } = await api.customer();
    const client = await makeClient(call, "Nightly import");
    const { keyId, expiresAt } = await makeSecret(call, client.id, "Production");
    const headers = { "idempotency-key": newId() };
    const made = await call("POST", "/calendar-link", { headers });
    const again = await call("POST", "/calendar-link", { headers });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(addressOf(again)).toBe(addressOf(made));
    expect((await call("GET", "/calendar-link")).body).toMatchObject({ active: true });

    const url = readable(addressOf(made));
    const feed = await fetch(url);
    expect(feed.headers.get("content-type")).toBe("text/calendar; charset=utf-8");
    const text = await feed.text();
    expect(text).toContain(`UID:${keyId}-expires\r\n`);
    expect(text).toContain(`DTSTART:${expiresAt.replaceAll(/[-:]|\.\d+/g, "")}\r\n`);
    const etag = feed.headers.get("etag") ?? expect.fail();
    const spared = await fetch(url, { headers: { "if-none-match": etag } });
    expect([spared.status, await spared.text()]).toEqual([304, ""]);

    await call("DELETE", `/clients/${client.id}/secrets/${keyId}`);
    expect(await (await fetch(url, { headers: { "if-none-match": etag } })).text()).not.toContain(
      keyId,
    );
    expect((await call("DELETE", "/calendar-link")).status).toBe(204);
    const ended = await fetch(url);
    const never = await fetch(`${cloud.addresses.portal}/calendar/x`);
    const shown = async (answer: Response) => ({
      status: answer.status,
      body: {
        ...z
          .object({ instance: z.string() })
          .loose()
          .parse(await answer.json()),
        instance: "",
      },
    });
    expect(await shown(ended)).toEqual(await shown(never));
    expect(ended.status).toBe(404);
  });

  test("is read so often and no more", async () => {
    const { call } = await api.customer();
    const url = readable(addressOf(await call("POST", "/calendar-link")));
    // More than two minutes' worth, should one begin meanwhile.
    const asked = Array.from({ length: 125 }, () => fetch(url, { method: "HEAD" }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
  });
});
