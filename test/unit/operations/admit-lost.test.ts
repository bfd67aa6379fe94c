import { beforeEach, describe, expect, test } from "vitest";
import type { Table, Transacted } from "../../../shared/adapters/records/table.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { failure } from "../../support/failure.ts";
import {
  aClient,
  placesOf,
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
/** The transaction is done and its answer lost; the service is asked again and says what it finds by then. */
const losing =
  (meanwhile: () => Promise<unknown>, refused: Transacted) =>
  async (perform: () => Promise<Transacted>): Promise<Transacted> => {
    await perform();
    await meanwhile();
    return refused;
  };

describe("an admission whose answer was lost", () => {
  const account: Transacted = { done: false, at: 0 };
  const busy: Transacted = { done: false, at: 1 };
  const unsaid: Transacted = { done: false };

  test.each([
    ["the account, changed by others meanwhile", account],
    ["an operation that holds the client: its own", busy],
    ["something it does not say", unsaid],
  ])("goes on when the service then names %s, and is counted once", async (_, refused) => {
    const before = await writes();
    product.clientsTable.nextTransact(losing(chargeElsewhere, refused));

    const took = await elapsed(async () => expect((await rename()).ok).toBe(true));

    // It did not wait for itself.
    expect(took).toBeLessThan(100);
    // Ours, and somebody else's.
    expect(await writes()).toBe(before + 2);
    expect(await underWay(product)).toEqual([]);
    expect((await product.records.client("contoso", client.id))?.record.revision).toBe(2);
  });

  test("goes on with a create as well, and its one place", async () => {
    product.clientsTable.nextTransact(losing(chargeElsewhere, account));

    expect((await create("key")).ok).toBe(true);
    expect(await placesOf(product)).toBe(2);
    expect(product.directory.all()).toHaveLength(2);
  });

  test("goes on though it has itself used up what the limits allow", async () => {
    const limits = { maxClients: 2, writesPerMinute: 100, maxDeleted: 100 };
    product.clientsTable.nextTransact(losing(chargeElsewhere, account));

    const created = await createClient(
      { ...product, limits },
      {
        subscription: "contoso",
        by: ANN,
        displayName: "Last",
        roles: ["api.read"],
        requestedBy: "Ann",
      },
    );

    expect(created.ok).toBe(true);
    expect(await placesOf(product)).toBe(2);
    expect(await underWay(product)).toEqual([]);
  });

  test("is looked after when the records fail before it is known", async () => {
    product.clientsTable.nextTransact(losing(chargeElsewhere, account));
    product.clientsTable.nextGet("busy:", async () => {
      throw new RemoteUnavailable("records", { executed: "no" });
    });

    const error = await failure(rename());

    expect(error).toMatchObject({ service: "records", executed: "unknown" });
    const [entry] = await underWay(product);
    expect(product.checks.waiting).toMatchObject([{ body: { operationId: entry?.operationId } }]);
  });

  test("is no such thing when the records refused it at the door: nothing is left", async () => {
    product.clientsTable.nextTransact(async () => {
      throw new RemoteUnavailable("records", { executed: "no" });
    });

    expect(await failure(rename())).toMatchObject({ executed: "no" });
    expect(product.checks.waiting).toEqual([]);
  });

  test("is looked after when the answer stays unknown", async () => {
    product.clientsTable.nextTransact(async (perform) => {
      await perform();
      throw new RemoteUnavailable("records", { executed: "unknown" });
    });

    expect(await failure(rename())).toMatchObject({ executed: "unknown" });
    expect(await underWay(product)).toHaveLength(1);
    expect(product.checks.waiting).toHaveLength(1);
  });
});
