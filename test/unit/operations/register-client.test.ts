import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { eachRow } from "../../../shared/adapters/records/table.ts";
import type { DirectoryRefusal } from "../../../shared/clients/ports.ts";
import { type AuthMethod, authMethodAt } from "../../../shared/clients/registration.ts";
import { opens, readRegistrationToken } from "../../../shared/clients/registration-token.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import {
  type RegisterRequest,
  registerClient,
} from "../../../shared/operations/clients/register-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { collect } from "../../support/collect.ts";
import { dying } from "../../support/dying.ts";
import { failure } from "../../support/failure.ts";
import {
  placesOf,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, later } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const request: RegisterRequest = {
  subscription: "contoso",
  by: ANN,
  displayName: "A gateway",
  roles: ["api.read"],
  requestedBy: "Ann",
  secret: { displayName: "Registration", lifetimeDays: 90 },
  authMethod: "client_secret_post",
  tokenSecret: Buffer.alloc(32, 7),
};
const under = (keyHash: string): RegisterRequest => ({
  ...request,
  idempotency: { keyHash, fingerprint: "the request" },
});

let product: TestProduct;
beforeEach(() => {
  product = testProduct();
});

async function registered(asked = request) {
  const made = await registerClient(product, asked);
  if (!made.ok) throw new Error(made.refusal.reason);
  return made.value;
}

/** Whoever has to looks after what was left: twice, for the directory may be late. */
async function revive(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) {
    product.runtime.pass(RECONCILE_AFTER_MS);
    for (const held of await product.operations.allUnderWay("contoso")) await product.settle(held);
  }
}

describe("a registration", () => {
  test("makes the client and its secret in one, and leaves both on record", async () => {
    const { record, secret } = await registered();

    expect(product.directory.all()).toMatchObject([
      { id: record.id, displayName: "A gateway", secrets: [{ keyId: secret.keyId }] },
    ]);
    expect(secret).toMatchObject({ displayName: "Registration", expiresAt: later(90 * DAY_MS) });
    expect((await product.records.client("contoso", record.id))?.record).toEqual(record);
    const known = await product.secrets.secretsOf("contoso", record.id);
    expect(known).toMatchObject([{ record: { keyId: secret.keyId, createdBy: ANN.actor } }]);
    expect(record.secrets).toMatchObject([{ keyId: secret.keyId }]);
    expect(await placesOf(product)).toBe(1);
    expect(await underWay(product)).toEqual([]);
    expect(product.events.published).toMatchObject([
      { type: "secret.created", clientId: record.id, data: { keyId: secret.keyId } },
    ]);
  });

  test("is on record as two things that were done, and its key knows both", async () => {
    const { record, secret } = await registered(under("key"));

    const { entries } = await activityRecords(product.clientsTable).activity("contoso", {}, 10);
    const about = { by: ANN, clientId: record.id, outcome: "done" };
    expect(entries).toHaveLength(2);
    expect(entries).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...about, action: "client.created" }),
        expect.objectContaining({
          ...{ ...about, action: "secret.created", credentialId: secret.keyId },
        }),
      ]),
    );
    expect((await product.operations.key("contoso", "key"))?.key.result).toEqual({
      ...{ clientId: record.id, keyId: secret.keyId },
    });
  });

  test("without a key leaves none", async () => {
    await registered();

    const rows = await collect(eachRow(product.tables.clients, { partition: "contoso" }));
    expect(rows.filter(({ row }) => row.rowKey.startsWith("key:"))).toEqual([]);
  });

  test("is refused where clients have no secrets, and where there is no room for a client", async () => {
    const credentialRules = { ...product.credentialRules, setting: ["certificate"] as const };
    expect(await registerClient({ ...product, credentialRules }, request)).toMatchObject({
      refusal: { reason: "credential-kind-not-allowed", kind: "secret" },
    });
    const limits = { ...product.limits, maxClients: 0 };
    expect(await registerClient({ ...product, limits }, request)).toEqual({
      ok: false,
      refusal: { reason: "client-limit-reached", limit: 0 },
    });
    expect(product.directory.all()).toEqual([]);
  });

  test("hands out a token that opens this client and is kept nowhere", async () => {
    const { record, token } = await registered();
    const other = await registered({ ...request, tokenSecret: Buffer.alloc(32, 8) });
    const claimed = readRegistrationToken(token);

    expect(claimed).toMatchObject({ subscription: "contoso", clientId: record.id });
    expect(claimed && opens(claimed, record, record.appId)).toBe(true);
    expect(claimed && opens(claimed, record, other.record.appId)).toBe(false);
    expect(claimed && opens(claimed, other.record, other.record.appId)).toBe(false);
    expect(claimed && opens(claimed, undefined, record.appId)).toBe(false);
    const secret = token.split(".").at(-1) ?? "";
    for await (const { row } of eachRow(product.tables.clients, { partition: "contoso" }))
      expect(JSON.stringify(row)).not.toContain(secret);
  });

  test("that was deleted and is back is opened by its token no more", async () => {
    const { record, token } = await registered();
    const own = { subscription: "contoso", by: ANN, clientId: record.id };
    await deleteClient(product, own);
    await restoreClient(product, { ...own, as: "customer" });
    const back = (await product.records.client("contoso", record.id))?.record;

    expect(back?.id).toBe(record.id);
    const claimed = readRegistrationToken(token);
    expect(claimed && opens(claimed, back, record.appId)).toBe(false);
  });

  test.each<[DirectoryRefusal, string]>([
    [{ reason: "name-not-allowed" }, "name-not-allowed"],
    [{ reason: "forbidden-by-policy", policy: "type" }, "credential-kind-not-allowed"],
    [{ reason: "forbidden-by-policy", policy: "lifetime" }, "secret-forbidden-by-policy"],
    [{ reason: "forbidden-by-policy", policy: "audience" }, "forbidden-by-policy"],
  ])("that the directory refuses with %o leaves nothing behind", async (refusal, reason) => {
    product.directory.answerNext("create", { kind: "refused", refusal });

    const refused = await registerClient(product, under("key"));

    expect(refused).toMatchObject({ ok: false, refusal: { reason } });
    expect(await placesOf(product)).toBe(0);
    expect(await underWay(product)).toEqual([]);
    expect(await product.operations.key("contoso", "key")).toBeUndefined();
  });

  test("whose answer is lost in the directory is undone, and its key is free", async () => {
    product.directory.answerNext("create", { kind: "unknown", retryAfterSeconds: 1 }, true);
    const error = await failure(registerClient(product, under("key")));
    expect(error).toMatchObject({ service: "directory", executed: "unknown" });
    expect(product.directory.all()).toHaveLength(1);

    await revive();

    expect(product.directory.all()).toEqual([]);
    expect(await placesOf(product)).toBe(0);
    await registered(under("key"));
    expect(product.directory.all()).toHaveLength(1);
  });

  test("asked for again under its key tells which secret it was, and makes nothing", async () => {
    const { secret } = await registered(under("key"));

    const again = await registerClient(product, under("key"));

    const refusal = { reason: "secret-value-already-returned", keyId: secret.keyId };
    expect(again).toEqual({ ok: false, refusal });
    expect(product.directory.all()).toHaveLength(1);
  });

  test("whose end was written by an answer that was lost is handed out, and not deleted again", async () => {
    const meant: Parameters<typeof product.clientsTable.nextTransact>[0][] = [
      (perform) => perform(),
      async (perform) => {
        await perform();
        // Somebody has changed one of its rows before the service was asked again.
        return { done: false, at: 0 };
      },
    ];
    for (const meddle of meant) product.clientsTable.nextTransact(meddle);

    const { record, secret } = await registered(under("key"));

    expect(product.directory.all()).toMatchObject([
      { id: record.id, secrets: [{ keyId: secret.keyId }] },
    ]);
    expect((await product.records.client("contoso", record.id))?.record).toEqual(record);
  });

  test("that was taken over and undone is not handed out", async () => {
    const { directory } = product;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        const answer = await directory.create(...given);
        const [held] = await product.operations.allUnderWay("contoso");
        if (held) await product.settle(held);
        return answer;
      },
    };

    const error = await failure(registerClient({ ...product, directory: slow }, request));

    expect(error).toMatchObject({ service: "directory", executed: "no" });
    expect(directory.all()).toEqual([]);
    expect(await placesOf(product)).toBe(0);
    expect(product.events.published.map(({ type }) => type)).toEqual([
      "secret.removed",
      "secret.created",
    ]);
  });
});

test("a registration that was given up before the directory showed it is told of, and then told to be gone", async () => {
  const { directory } = product;
  const late = {
    ...directory,
    create: async (...given: Parameters<typeof directory.create>) => {
      await revive();
      return directory.create(...given);
    },
  };

  await failure(registerClient({ ...product, directory: late }, request));

  expect(directory.all()).toEqual([]);
  expect(product.events.published.map(({ type }) => type)).toEqual([
    "secret.created",
    "secret.removed",
  ]);
});

describe("whose process dies at one of its calls", () => {
  test("leaves a client with a secret on record, or nothing at all", async () => {
    let calls = Number.POSITIVE_INFINITY;
    for (let at = 1; at <= calls; at += 1) {
      for (const moment of ["before", "after"] as const) {
        product = testProduct();
        const { process, death, calls: made } = dying(product, at, moment);
        const what = `${moment} call ${at}`;
        const ended = await Promise.race([registerClient(process, under("key")), death]);
        if (ended !== "died") calls = made();
        await revive();

        const clients = product.directory.all();
        const places = await placesOf(product);
        const [client] = clients;
        expect([clients.length, places], what).toEqual(client ? [1, 1] : [0, 0]);
        expect(await underWay(product), what).toEqual([]);
        const known = client && (await product.secrets.secretsOf("contoso", client.id));
        const inDirectory = client?.secrets.map(({ keyId }) => keyId);
        expect(
          known?.map(({ record }) => record.keyId),
          what,
        ).toEqual(inDirectory);
        const again = await registerClient(product, under("key"));
        if (client) expect(again, what).toMatchObject({ refusal: { keyId: inDirectory?.[0] } });
        else expect(again.ok, what).toBe(true);
        expect(product.directory.all(), what).toHaveLength(1);
      }
    }
    expect(calls).toBeGreaterThan(4);
  });
});

test.each<[string, AuthMethod | undefined, AuthMethod]>([
  ["https://login.microsoftonline.com/tenant/oauth2/v2.0/token", undefined, "client_secret_basic"],
  [
    "https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
    "client_secret_post",
    "client_secret_post",
  ],
  [
    "https://contoso.b2clogin.com/contoso.onmicrosoft.com/B2C_1_in/oauth2/v2.0/token",
    "client_secret_basic",
    "client_secret_post",
  ],
])("at %s who asks for %s sends its secret by %s", (tokenEndpoint, asked, told) => {
  expect(authMethodAt(tokenEndpoint, asked)).toBe(told);
});
