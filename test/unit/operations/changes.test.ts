import { beforeEach, describe, expect, test } from "vitest";
import { type ClientRecord, clientEtag } from "../../../shared/clients/client.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { deleteClient } from "../../../shared/operations/delete-client.ts";
import { end } from "../../../shared/operations/end.ts";
import { removeSecret } from "../../../shared/operations/remove-secret.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { failure } from "../../support/failure.ts";
import {
  abandoned,
  aClient,
  placesOf,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, later, newId } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
});

const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
const aSecret = (keyHash?: string, fingerprint = "the request") => ({
  ...own(),
  displayName: "Production",
  lifetimeDays: 30,
  ...(keyHash !== undefined && { idempotency: { keyHash, fingerprint } }),
});
const secretsOf = () => product.directory.secretsOf(client.id, client);
const types = () => product.events.published.map(({ type }) => type);

async function added(keyHash?: string) {
  const answer = await addSecret(product, aSecret(keyHash));
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}

describe("a new secret", () => {
  test("lives as long as asked, and its value is told to nobody else", async () => {
    const { secretText, appId, ...secret } = await added("key");

    expect(appId).toBe(client.appId);
    expect(secret.expiresAt.getTime() - secret.createdAt.getTime()).toBe(30 * 86_400_000);
    expect(await secretsOf()).toEqual([secret]);
    expect(product.events.published).toMatchObject([
      { type: "secret.created", data: { keyId: secret.keyId, displayName: "Production" } },
    ]);
    const rows = await product.clientsTable.page({}, 1000);
    expect(JSON.stringify([product.events.published, rows])).not.toContain(secretText);
  });

  test("is refused at the directory's limit, soonest to expire first", async () => {
    const first = await addSecret(product, { ...aSecret(), lifetimeDays: 90 });
    const second = await added();

    const third = await addSecret(product, aSecret());

    expect(third).toMatchObject({
      ok: false,
      refusal: {
        reason: "secret-limit-reached",
        limit: 2,
        secrets: [{ keyId: second.keyId }, { keyId: first.ok && first.value.keyId }],
      },
    });
    expect(await underWay(product)).toEqual([]);
  });

  test("is never shown again under its key, and the key is for this request only", async () => {
    const { keyId } = await added("key");

    const again = await addSecret(product, aSecret("key"));
    const other = await addSecret(product, aSecret("key", "another request"));

    const refusal = { reason: "secret-value-already-returned", keyId };
    expect(again).toEqual({ ok: false, refusal });
    expect(other).toEqual({ ok: false, refusal: { reason: "idempotency-key-reused" } });
    expect(await secretsOf()).toHaveLength(1);
  });

  test("whose value was lost is in progress, then taken back, and made anew under its key", async () => {
    product.directory.answerNext("addSecret", { kind: "unknown", retryAfterSeconds: 1 }, true);
    await failure(addSecret(product, aSecret("key")));
    const [lost] = (await secretsOf()) ?? [];

    const early = await addSecret(product, aSecret("key"));
    product.runtime.pass(RECONCILE_AFTER_MS);
    const asked = await addSecret(product, aSecret("key"));
    const made = await added("key");

    expect(early).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect(asked).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect((await secretsOf())?.map(({ keyId }) => keyId)).toEqual([made.keyId]);
    expect(product.events.published).toMatchObject([
      { type: "secret.removed", data: { keyId: lost?.keyId } },
      { type: "secret.created", data: { keyId: made.keyId } },
    ]);
  });

  test("right after another change is handed out only when the directory has kept it", async () => {
    await abandoned(product, { kind: "rename", clientId: client.id, displayName: "New" });
    const { directory } = product;
    const secretsOf = async () => [];

    const error = await failure(
      addSecret({ ...product, directory: { ...directory, secretsOf } }, aSecret()),
    );

    expect(error).toMatchObject({ service: "directory", executed: "unknown" });
    expect(await underWay(product)).toMatchObject([{ operation: { kind: "add-secret" } }]);
  });

  test("right after another change is handed out when it is there", async () => {
    await abandoned(product, { kind: "rename", clientId: client.id, displayName: "New" });

    expect((await addSecret(product, aSecret())).ok).toBe(true);
  });
});

test("a removed secret is gone, told of, and not found a second time", async () => {
  const { keyId } = await added();

  const removed = await removeSecret(product, { ...own(), keyId });
  const again = await removeSecret(product, { ...own(), keyId });

  expect(removed.ok).toBe(true);
  expect(again).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
  expect(types()).toEqual(["secret.created", "secret.removed"]);
  expect(await secretsOf()).toEqual([]);
});

describe("what is kept of a secret", () => {
  const kept = () => product.secrets.secretsOf("contoso", client.id);

  test("is all but its value, and by whom it was made; as long as it is there", async () => {
    const { secretText: _, hint: _hint, appId: _app, ...secret } = await added();
    expect(await kept()).toMatchObject([
      {
        record: {
          ...secret,
          subscription: "contoso",
          clientId: client.id,
          createdBy: ANN.actor,
          source: "service",
          told: [],
        },
      },
    ]);

    await removeSecret(product, { ...own(), keyId: secret.keyId });

    expect(await kept()).toEqual([]);
  });

  test("stays while the directory keeps its deleted client", async () => {
    await added();

    await deleteClient(product, own());

    expect(await kept()).toHaveLength(1);
  });

  test("is nothing where the directory has made none", async () => {
    product.directory.answerNext("addSecret", {
      kind: "not-now",
      retryAfterSeconds: 1,
      throttled: false,
    });

    await failure(addSecret(product, aSecret()));

    expect(await kept()).toEqual([]);
  });

  test("is changed on top of what a reminder has noted meanwhile", async () => {
    await added();
    const [from] = await kept();
    if (!from) throw new Error("Nothing is kept");
    const held = await abandoned(product, {
      kind: "rename",
      clientId: client.id,
      displayName: "A rename",
    });
    await product.secrets.saveSecret({ ...from.record, told: ["P7D"] }, from.version);
    const retiresAt = later(1);

    await end(product, held, {
      came: { outcome: "done" },
      secrets: [{ now: "changed", from, next: (record) => ({ ...record, retiresAt }) }],
    });

    expect(await kept()).toMatchObject([{ record: { told: ["P7D"], retiresAt } }]);
  });

  test("is not changed any more when it has gone meanwhile", async () => {
    const { keyId } = await added();
    const [from] = await kept();
    if (!from) throw new Error("Nothing is kept");
    await removeSecret(product, { ...own(), keyId });
    const held = await abandoned(product, {
      kind: "rename",
      clientId: client.id,
      displayName: "A rename",
    });

    await end(product, held, {
      came: { outcome: "done" },
      secrets: [{ now: "changed", from, next: (record) => record }],
    });

    expect(await kept()).toEqual([]);
    expect(await underWay(product)).toEqual([]);
  });
});

describe("a renamed client", () => {
  test("that has the name already is not changed, and nobody is told", async () => {
    const { displayName } = client;

    const renamed = await renameClient(product, { ...own(), displayName });

    expect(renamed).toEqual({ ok: true, value: client });
    expect(types()).toEqual([]);
  });

  test("has a new name and revision on both sides", async () => {
    const renamed = await renameClient(product, { ...own(), displayName: "Renamed" });

    const record = { ...client, displayName: "Renamed", revision: 2 };
    expect(renamed).toEqual({ ok: true, value: record });
    expect((await product.records.client("contoso", client.id))?.record).toEqual(record);
    expect(product.directory.all()[0]?.displayName).toBe("Renamed");
    expect(types()).toEqual(["client.renamed"]);
  });

  test.each([
    ["its own ETag", () => clientEtag(client), true],
    ["any", () => "*", true],
    ["one of several", () => `"x", ${clientEtag(client)}`, true],
    ["another", () => '"x"', false],
    ["none", () => "", false],
    ["a weak one", () => `W/${clientEtag(client)}`, false],
  ])("under If-Match with %s", async (_, ifMatch, matches) => {
    const asked = { ...own(), displayName: "Renamed", ifMatch: ifMatch() };

    const renamed = await renameClient(product, asked);

    expect(renamed.ok).toBe(matches);
    if (!renamed.ok)
      expect(renamed.refusal).toEqual({ reason: "precondition-failed", etag: clientEtag(client) });
    expect(await underWay(product)).toEqual([]);
  });

  test("keeps what was decided on its consent meanwhile", async () => {
    const { directory } = product;
    const rename = async (...given: Parameters<typeof directory.rename>) => {
      const found = await product.records.client("contoso", client.id);
      const consent = { ...client.consent, state: "granted", decidedAt: client.createdAt } as const;
      await product.records.save({ ...client, consent, revision: 2 }, found?.version ?? "");
      return directory.rename(...given);
    };

    const renamed = await renameClient(
      { ...product, directory: { ...directory, rename } },
      { ...own(), displayName: "Renamed" },
    );

    const value = { displayName: "Renamed", revision: 3, consent: { state: "granted" } };
    expect(renamed).toMatchObject({ ok: true, value });
  });

  test("that has gone by the end is not found", async () => {
    const { directory } = product;
    const rename = async (...given: Parameters<typeof directory.rename>) => {
      await product.records.remove(client, product.runtime.now());
      return directory.rename(...given);
    };

    const renamed = await renameClient(
      { ...product, directory: { ...directory, rename } },
      { ...own(), displayName: "Renamed" },
    );

    expect(renamed).toEqual({ ok: false, refusal: { reason: "not-found" } });
    expect(await underWay(product)).toEqual([]);
  });
});

describe("a deleted client", () => {
  test("is gone on both sides, gives its place back, is told of and taken off the list", async () => {
    const deleted = await deleteClient(product, own());

    expect(deleted.ok).toBe(true);
    expect(product.directory.all()).toEqual([]);
    expect(await product.records.client("contoso", client.id)).toBeUndefined();
    expect(await placesOf(product)).toBe(0);
    expect(types()).toEqual(["client.deleted"]);
    expect(product.unlisted.map(({ id }) => id)).toEqual([client.id]);
  });

  test("gives its place back though the account has changed meanwhile", async () => {
    const { directory } = product;
    const remove = async (...given: Parameters<typeof directory.delete>) => {
      await aClient(product);
      return directory.delete(...given);
    };

    const deps = { ...product, directory: { ...directory, delete: remove } };
    expect((await deleteClient(deps, own())).ok).toBe(true);
    expect(await placesOf(product)).toBe(1);
  });

  test("is deleted also when an administrator was faster", async () => {
    await product.directory.delete(client.id, client);

    expect((await deleteClient(product, own())).ok).toBe(true);
    expect(await placesOf(product)).toBe(0);
  });

  test("is not removed from the records when its consent cannot be taken off the list", async () => {
    const unlist = () => Promise.reject(new Error("killed"));

    await failure(deleteClient({ ...product, unlist }, own()));

    expect(await product.records.client("contoso", client.id)).toBeDefined();
    expect(await underWay(product)).toHaveLength(1);
  });
});

test("a removal of another's secret is not found", async () => {
  const { keyId } = await added();

  const foreign = { ...own(), subscription: "fabrikam" };
  const answers = [
    await removeSecret(product, { ...foreign, keyId }),
    await removeSecret(product, { ...own(), clientId: newId(), keyId }),
  ];

  const notFound = { ok: false, refusal: { reason: "not-found" } };
  expect(answers).toEqual([notFound, notFound]);
  expect(await secretsOf()).toHaveLength(1);
});
