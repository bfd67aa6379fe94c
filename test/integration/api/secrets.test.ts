import { compactDecrypt, exportJWK, generateKeyPair } from "jose";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { setPolicy } from "../../contract/directory/tenant-policy.ts";
import { type Api, openApi, problemOf, refusalOf } from "../../support/api.ts";
import { grantInDirectory } from "../../support/directory-admin.ts";
import { eventually } from "../../support/eventually.ts";
import { clientOf, makeClient, makeSecret, secretOf, tokenStatus } from "../../support/make.ts";
import type { SeenAnswer } from "../../support/openapi-check.ts";
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
  async function lateClient(secretLagMs = LAG_MS) {
    const { call } = await api.customer();
    const client = await makeClient(call);
    cloud.directory.resetRequests();
    await cloud.setFaults({ directory: { secretLagMs } });
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
    const { client, add } = await lateClient(20 * LAG_MS);

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
