import { beforeEach, describe, expect, test } from "vitest";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { aClient, type TestProduct, testProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

/** What an operation asks of the tables. Each is a request that Azure counts, and the caller waits for. */
describe.each(tableTargets)("The tables' share of an operation $name", ({ newTable }) => {
  let product: TestProduct;
  let client: ClientRecord;
  beforeEach(async () => {
    product = testProduct(
      { maxClients: 100 },
      { clients: await newTable(), journal: await newTable() },
    );
    client = await aClient(product);
  });
  const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
  const asked = () => [...product.clientsTable.calls, ...product.journalTable.calls];
  const secret = { displayName: "Production", lifetimeDays: 30 };
  const aCreate = {
    subscription: "contoso",
    by: ANN,
    displayName: "Another",
    roles: ["api.read"],
    requestedBy: "Ann",
  } as const;
  const idempotency = { keyHash: "key", fingerprint: "the request" };

  test("a create: the account, in, out", async () => {
    await createClient(product, aCreate);

    expect(asked()).toEqual(["get account", "transact", "transact"]);
  });

  test("a create under a key: no more", async () => {
    await createClient(product, { ...aCreate, idempotency });

    expect(asked()).toEqual(["get account", "transact", "transact"]);
  });

  test("a create asked for again: what was asked, and what came of it", async () => {
    await createClient(product, { ...aCreate, idempotency });
    product.clientsTable.forget();

    await createClient(product, { ...aCreate, idempotency });

    expect(asked()).toEqual(["get account", "transact", "get key:", "get made:"]);
  });

  test("the first change of a day: one note more", async () => {
    await createClient(product, { ...aCreate, subscription: "fabrikam" });

    expect(asked()).toEqual(["get account", "transact", "transact", "replace fabrikam"]);
  });

  test("a new secret: account and client, in, out", async () => {
    await addSecret(product, { ...own(), ...secret });

    expect(asked()).toEqual(["get account", "get client:", "transact", "transact"]);
  });

  test("a removed secret: the same", async () => {
    const added = await addSecret(product, { ...own(), ...secret });
    product.clientsTable.forget();

    await removeSecret(product, { ...own(), keyId: added.ok ? added.value.keyId : "" });

    expect(asked()).toEqual(["get account", "get client:", "transact", "transact"]);
  });

  test("a rename: the same", async () => {
    await renameClient(product, { ...own(), displayName: "Renamed" });

    expect(asked()).toEqual(["get account", "get client:", "transact", "transact"]);
  });

  test("a delete: the same, besides what takes the consent off its list", async () => {
    await deleteClient(product, own());

    expect(asked()).toEqual(["get account", "get client:", "transact", "transact"]);
    expect(product.unlisted).toHaveLength(1);
  });

  test("32 creates that wait: each reads the account once and has its own end, and two transactions admit them", async () => {
    const { admit } = product.line;
    const turn = await product.line.enter("contoso");
    let waiting = 0;
    const line: typeof product.line = {
      ...product.line,
      admit: (...asking) => {
        const shared = admit(...asking);
        waiting += 1;
        if (waiting === 32) turn.leave();
        return shared;
      },
    };
    await Promise.all(
      Array.from({ length: 32 }, () => createClient({ ...product, line }, aCreate)),
    );

    const counts = Map.groupBy(asked(), (call) => call);
    expect(counts.get("get account")).toHaveLength(32);
    expect(counts.get("transact")).toHaveLength(32 + 2);
    expect((await product.operations.account("contoso")).account.clients).toBe(33);
  });

  test("what is refused at the limit: the account, and nothing more than one look at the key", async () => {
    const full = { ...product, limits: { maxClients: 1, writesPerMinute: 100, maxDeleted: 100 } };

    await createClient(full, { ...aCreate, idempotency });

    expect(asked()).toEqual(["get account", "get key:"]);
  });
});
