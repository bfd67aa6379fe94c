import { beforeEach, describe, expect, test } from "vitest";
import type { Table, Transacted } from "../../../shared/adapters/records/table.ts";
import { type ClientRecord, clientEtag } from "../../../shared/clients/client.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { deleteClient } from "../../../shared/operations/delete-client.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
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
import { ANN } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
/** What the product's records lie in, past whatever a test puts in between. */
let clientsTable: Table;
beforeEach(async () => {
  clientsTable = memoryTable();
  product = testProduct({}, { clients: clientsTable, journal: memoryTable() });
  client = await aClient(product);
});

const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
const rename = (displayName = "Renamed", ifMatch?: string) =>
  renameClient(product, { ...own(), displayName, ...(ifMatch !== undefined && { ifMatch }) });
const aSecret = (fingerprint = "the request") => ({
  ...own(),
  displayName: "Production",
  lifetimeDays: 30,
  idempotency: { keyHash: "key", fingerprint },
});
const create = (keyHash?: string) =>
  createClient(product, {
    subscription: "contoso",
    by: ANN,
    displayName: "Another",
    roles: ["api.read"],
    requestedBy: "Ann",
    ...(keyHash !== undefined && { idempotency: { keyHash, fingerprint: "the request" } }),
  });
const writes = async () => (await product.operations.account("contoso")).account.writes;
const elapsed = async (work: () => Promise<unknown>): Promise<number> => {
  const before = product.runtime.now().getTime();
  await work();
  return product.runtime.now().getTime() - before;
};
/** Another host's change of the account. */
async function chargeElsewhere(): Promise<void> {
  const found = await clientsTable.get("contoso", "account");
  if (!found) throw new Error("The subscription has no account");
  const { row, etag } = found;
  const writeId = crypto.randomUUID();
  await clientsTable.replace({ ...row, writes: Number(row["writes"]) + 1, writeId }, etag);
}

describe("one transaction", () => {
  test("counts the change, holds the client and takes the key, or does none of it", async () => {
    const before = await writes();
    // The client changes between the read and the transaction, and with it its version.
    product.clientsTable.nextTransact(async (perform) => {
      const found = await product.records.client("contoso", client.id);
      if (!found) throw new Error("It was there");
      await product.records.save({ ...client, revision: 2 }, found.version);
      const answer = await perform();
      expect(answer).toEqual({ done: false, at: 2 });
      expect(await writes()).toBe(before);
      expect(await underWay(product)).toEqual([]);
      expect(await product.operations.key("contoso", "key")).toBeUndefined();
      return answer;
    });

    expect((await addSecret(product, aSecret())).ok).toBe(true);
    expect(await writes()).toBe(before + 1);
  });

  test("that met another account is tried again under that one", async () => {
    const before = await writes();
    product.clientsTable.nextTransact(async (perform) => {
      await chargeElsewhere();
      return perform();
    });

    expect((await rename()).ok).toBe(true);
    expect(await writes()).toBe(before + 2);
  });

  test("is tried again when the service does not say what it met", async () => {
    product.clientsTable.nextTransact(async () => {
      await chargeElsewhere();
      return { done: false };
    });

    expect((await rename()).ok).toBe(true);
    expect(await underWay(product)).toEqual([]);
  });

  test("that never gets through ends in an outage of which nothing is left", async () => {
    for (let times = 0; times < 24; times += 1)
      product.clientsTable.nextTransact(async (perform) => {
        await chargeElsewhere();
        return perform();
      });

    expect(await failure(rename())).toMatchObject({ service: "records", executed: "no" });
    expect(await underWay(product)).toEqual([]);
    expect(product.checks.waiting).toEqual([]);
  });

  test("looks again whether the caller's ETag still is the client's", async () => {
    product.clientsTable.nextTransact(async (perform) => {
      const found = await product.records.client("contoso", client.id);
      await product.records.save({ ...client, revision: 2 }, found?.version ?? "");
      return perform();
    });

    const etag = clientEtag({ ...client, revision: 2 });
    expect(await rename("Renamed", clientEtag(client))).toEqual({
      ok: false,
      refusal: { reason: "precondition-failed", etag },
    });
    expect(await underWay(product)).toEqual([]);
  });

  test("finds out that the client has gone", async () => {
    product.clientsTable.nextTransact(async (perform) => {
      await product.records.remove(client, product.runtime.now());
      return perform();
    });

    expect(await rename()).toEqual({ ok: false, refusal: { reason: "not-found" } });
    expect(await underWay(product)).toEqual([]);
  });
});

describe("a client that another operation holds", () => {
  const holding = (changes = {}) =>
    abandoned(product, { kind: "delete", clientId: client.id }, changes).then((held) => {
      // As young as if it had just begun.
      product.runtime.pass(-RECONCILE_AFTER_MS);
      return held;
    });

  test("is waited for 3 s in all, and then the caller is told when to come again", async () => {
    const held = await holding();

    const took = await elapsed(async () => {
      expect(await rename()).toEqual({
        ok: false,
        refusal: { reason: "client-busy", retryAfterSeconds: RECONCILE_AFTER_MS / 1000 - 3 },
      });
    });

    expect(took).toBe(3_000);
    expect((await underWay(product)).map(({ operationId }) => operationId)).toEqual([
      held.entry.operationId,
    ]);
    expect(product.checks.waiting).toEqual([]);
  });

  test("is changed as soon as it is free, as it is by then", async () => {
    const held = await holding();
    const pauses: number[] = [];
    const runtime = {
      ...product.runtime,
      pause: async (milliseconds: number) => {
        pauses.push(milliseconds);
        if (pauses.length < 2) return;
        const found = await product.records.client("contoso", client.id);
        await product.records.save({ ...client, revision: 7 }, found?.version ?? "");
        await product.operations.end(held, { activity: [] });
      },
    };

    const renamed = await renameClient({ ...product, runtime }, { ...own(), displayName: "New" });

    expect(renamed).toMatchObject({ ok: true, value: { revision: 8 } });
    expect(pauses).toEqual([100, 200]);
  });

  test("is freed by whoever waits, when its holder has abandoned it", async () => {
    await abandoned(product, { kind: "rename", clientId: client.id, displayName: "First" });

    expect((await rename("Second")).ok).toBe(true);
    const found = await product.records.client("contoso", client.id);
    expect(found?.record).toMatchObject({ displayName: "Second", revision: 3 });
    expect(product.directory.all()[0]?.displayName).toBe("Second");
  });

  test("whose abandoned holder cannot be ended now is busy, and nothing is said of an outage", async () => {
    await abandoned(product, { kind: "rename", clientId: client.id, displayName: "First" });
    product.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 7 });

    expect(await rename("Second")).toMatchObject({
      ok: false,
      refusal: { reason: "client-busy", retryAfterSeconds: RECONCILE_AFTER_MS / 1000 - 3 },
    });
    expect(await underWay(product)).toHaveLength(1);
  });

  test("that is being created and deleted leaves nobody waiting for ever", async () => {
    await abandoned(product, { kind: "delete", clientId: client.id });
    product.directory.answerNext("delete", { kind: "refused", refusal: { reason: "absent" } });

    // "Not there" is not believed yet, so the delete goes on holding the client.
    expect(await rename()).toMatchObject({ ok: false, refusal: { reason: "client-busy" } });
  });
});

describe("a key", () => {
  test("that is in use is answered for at once, also while its operation holds the client", async () => {
    await abandoned(product, {
      kind: "add-secret",
      clientId: client.id,
      displayName: "Production",
      createdAt: product.runtime.now().toISOString(),
      expiresAt: product.runtime.now().toISOString(),
      keyHash: "key",
    });
    product.runtime.pass(-RECONCILE_AFTER_MS + 5_000);

    const took = await elapsed(async () => {
      expect(await addSecret(product, aSecret())).toEqual({
        ok: false,
        refusal: { reason: "request-in-progress", retryAfterSeconds: 5 },
      });
      expect(await addSecret(product, aSecret("another"))).toEqual({
        ok: false,
        refusal: { reason: "idempotency-key-reused" },
      });
    });

    expect(took).toBe(0);
  });

  test("that was used is answered for at the limit too", async () => {
    const first = await create("key");
    const full = { ...product, limits: { maxClients: 2, writesPerMinute: 2, maxDeleted: 100 } };

    const again = await createClient(full, {
      subscription: "contoso",
      by: ANN,
      displayName: "Another",
      roles: ["api.read"],
      requestedBy: "Ann",
      idempotency: { keyHash: "key", fingerprint: "the request" },
    });

    expect(again).toEqual({ ...first, replayed: true });
  });

  test("that has expired is anybody's, and taken by one", async () => {
    await create("key");
    product.runtime.pass(24 * 60 * 60 * 1000);

    const both = await Promise.all([create("key"), create("key")]);

    expect(both[0]).toMatchObject({ ok: true });
    expect(both[1]).toEqual({ ...both[0], replayed: true });
    expect(product.directory.all()).toHaveLength(3);
  });

  test("that a purge removes while it is taken over is taken all the same", async () => {
    await create("key");
    product.runtime.pass(24 * 60 * 60 * 1000);
    const purge = async (perform: () => Promise<Transacted>) => {
      const answer = await perform();
      await product.operations.purge("contoso", "keys", product.runtime.now());
      return answer;
    };
    product.clientsTable.nextTransact(purge);

    expect((await create("key")).ok).toBe(true);
  });
});

test("two changes of one client wait for each other, and both are made", async () => {
  const both = await Promise.all([rename("One"), rename("Two")]);

  expect(both.map(({ ok }) => ok)).toEqual([true, true]);
  expect((await product.records.client("contoso", client.id))?.record.revision).toBe(3);
});

test("many creates at once stop exactly at the limit", async () => {
  const limits = { maxClients: 3, writesPerMinute: 100, maxDeleted: 100 };
  const request = {
    subscription: "fabrikam",
    by: ANN,
    displayName: "A client",
    roles: ["api.read"],
    requestedBy: "Ann",
  } as const;

  const answers = await Promise.all(
    Array.from({ length: 10 }, () => createClient({ ...product, limits }, request)),
  );

  expect(answers.filter(({ ok }) => ok)).toHaveLength(3);
  expect(await placesOf(product, "fabrikam")).toBe(3);
});

test("a subscription changes things so often a minute and no more", async () => {
  const deps = { ...product, limits: { maxClients: 10, writesPerMinute: 3, maxDeleted: 100 } };
  const next = (displayName: string) => renameClient(deps, { ...own(), displayName });
  // The create was the first of this minute.
  const answers = [await next("1"), await next("2"), await next("3")];
  product.runtime.pass(60_000);
  answers.push(await next("4"));

  expect(answers.map((answer) => (answer.ok ? "done" : answer.refusal.reason))).toEqual([
    "done",
    "done",
    "rate-limited",
    "done",
  ]);
});

test("what is another's is not found, costs them nothing, and nobody asks the directory", async () => {
  const foreign = { subscription: "fabrikam", by: ANN, clientId: client.id };
  const never = (): never => {
    throw new Error("The directory was asked");
  };
  const { directory } = product;
  const deps = {
    ...product,
    directory: { ...directory, rename: never, delete: never, addSecret: never },
  };

  const answers = [
    await renameClient(deps, { ...foreign, displayName: "Mine" }),
    await deleteClient(deps, foreign),
    await addSecret(deps, { ...aSecret(), ...foreign }),
  ];

  expect(answers.map((answer) => !answer.ok && answer.refusal.reason)).toEqual(
    answers.map(() => "not-found"),
  );
  expect((await product.operations.account("fabrikam")).account.writes).toBe(0);
});
