import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import type { Operation } from "../../../shared/operations/journal.ts";
import { reconcile } from "../../../shared/operations/reconcile.ts";
import {
  journalled,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
} from "../../support/product.ts";
import { anEntry } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await create("A client");
});

async function create(displayName: string): Promise<ClientRecord> {
  const created = await createClient(product, {
    subscription: "contoso",
    displayName,
    roles: ["api.read"],
    requestedBy: "Ann",
  });
  if (!created.ok) throw new Error(created.refusal.reason);
  await product.journal.settle(created.value.operationId);
  return created.value;
}

/** What a process leaves behind that dies with this operation in its hands. */
async function abandon(operation: Operation): Promise<void> {
  const { journal, runtime } = product;
  await journal.open(anEntry(operation, { startedAt: runtime.now(), touchedAt: runtime.now() }));
}

async function run() {
  product.runtime.pass(RECONCILE_AFTER_MS + 1);
  return reconcile(product);
}

const find = () => product.records.find("contoso", client.id);

describe("a process that died", () => {
  test("before its delete: the client is deleted at once", async () => {
    await abandon({ kind: "delete", clientId: client.id });

    expect(await run()).toMatchObject({ finished: 1 });
    expect(await find()).toBeUndefined();
    expect(await product.directory.get(client.id, { createdAt: new Date(0) })).toBeUndefined();
  });

  test("after the directory had deleted a client of this minute: the second look believes it", async () => {
    await abandon({ kind: "delete", clientId: client.id });
    await product.directory.delete(client.id, { createdAt: new Date(0) });

    expect(await run()).toMatchObject({ waiting: 1, failed: 0 });
    expect(await find()).toBeDefined();
    expect(await run()).toMatchObject({ finished: 1 });
    expect(await find()).toBeUndefined();
    expect(await journalled(product)).toEqual([]);
  });

  test("before its rename: the name is changed", async () => {
    await abandon({ kind: "rename", clientId: client.id, displayName: "Another name" });

    expect(await run()).toMatchObject({ finished: 1 });
    expect((await find())?.client.record.displayName).toBe("Another name");
  });

  test("with a secret that nobody was given: the secret is withdrawn, every other one stays", async () => {
    const { directory, runtime } = product;
    const createdAt = runtime.now();
    const expiresAt = new Date(createdAt.getTime() + 86_400_000);
    const kept = await directory.addSecret(
      client.id,
      { displayName: "Kept", createdAt, expiresAt },
      client,
    );
    await abandon({
      kind: "add-secret",
      clientId: client.id,
      displayName: "Lost",
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    });
    await directory.addSecret(client.id, { displayName: "Lost", createdAt, expiresAt }, client);

    expect(await run()).toMatchObject({ undone: 1 });
    const left = await directory.secretsOf(client.id, client);
    expect(left?.map(({ keyId }) => keyId)).toEqual([typeof kept === "object" && kept.keyId]);
    expect(product.events.published.map(({ type }) => type)).toEqual(["secret.removed"]);
  });
});

describe("one run", () => {
  test("reads the journal and nothing else when nothing is under way", async () => {
    const tally = await run();

    expect(tally).toEqual({ finished: 0, undone: 0, waiting: 0, failed: 0 });
  });

  test("leaves an entry that somebody still works on", async () => {
    await abandon({ kind: "delete", clientId: client.id });

    expect(await reconcile(product)).toEqual({ finished: 0, undone: 0, waiting: 0, failed: 0 });
    expect(await journalled(product)).toHaveLength(1);
  });

  test("stops at an outage, keeps every entry, and the next run ends them", async () => {
    await abandon({ kind: "delete", clientId: client.id });
    const healthy = product.directory;
    const away = async () => {
      throw new RemoteUnavailable("directory", { executed: "unknown" });
    };

    product.runtime.pass(RECONCILE_AFTER_MS + 1);
    const during = await reconcile({ ...product, directory: { ...healthy, delete: away } });

    expect(during).toMatchObject({ finished: 0, failed: 1 });
    expect(await journalled(product)).toHaveLength(1);
    expect(await run()).toMatchObject({ finished: 1 });
  });
});
