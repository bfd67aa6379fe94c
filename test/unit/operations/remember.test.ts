import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { renameClient } from "../../../shared/operations/rename-client.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import {
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
});

const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
const rename = (displayName = "Renamed", ifMatch?: string) =>
  renameClient(product, { ...own(), displayName, ...(ifMatch !== undefined && { ifMatch }) });

describe("before anything is admitted", () => {
  const away = (executed: "no" | "unknown") => async (): Promise<never> => {
    throw new RemoteUnavailable("bus", { executed });
  };

  test("a check is remembered, for when the operation counts as abandoned, and called off in the end", async () => {
    let seen: unknown;
    product.clientsTable.nextTransact((perform) => {
      seen = structuredClone(product.checks.waiting);
      return perform();
    });
    await rename();

    expect(seen).toEqual([
      {
        body: {
          type: "operation.check",
          version: 1,
          operationId: expect.any(String),
          subscription: "contoso",
          clientId: client.id,
        },
        at: new Date(product.runtime.now().getTime() + RECONCILE_AFTER_MS),
      },
    ]);
    expect(product.checks.waiting).toEqual([]);
  });

  test("with the bus away the check is a row in the journal", async () => {
    const checks = { ...product.checks, schedule: away("unknown") };
    const at = new Date(product.runtime.now().getTime() + RECONCILE_AFTER_MS);

    const renamed = await renameClient({ ...product, checks }, { ...own(), displayName: "New" });

    expect(renamed.ok).toBe(true);
    const rows = await collect(product.journal.adriftMessages(at));
    expect(rows).toMatchObject([{ what: { type: "operation.check", clientId: client.id } }]);
    const early = product.journal.adriftMessages(new Date(at.getTime() - 1));
    expect(await collect(early)).toEqual([]);
  });

  test("with bus and journal away nothing is, and the caller learns that nothing was done", async () => {
    const checks = { ...product.checks, schedule: away("unknown") };
    const journal = { ...product.journal, adrift: away("unknown") };

    const error = await failure(
      renameClient({ ...product, checks, journal }, { ...own(), displayName: "New" }),
    );

    expect(error).toMatchObject({ service: "bus", executed: "no" });
    expect(product.clientsTable.calls).not.toContain("transact");
  });

  test("a create is not begun with the bus away", async () => {
    const consentQueue = { ...product.consentQueue, scheduleRequested: away("unknown") };

    const error = await failure(
      createClient(
        { ...product, consentQueue },
        {
          subscription: "contoso",
          by: ANN,
          displayName: "New",
          roles: ["api.read"],
          requestedBy: "Ann",
        },
      ),
    );

    expect(error).toMatchObject({ service: "bus", executed: "no" });
    expect(product.clientsTable.calls).not.toContain("transact");
  });

  test("a read that got no answer has done nothing, and its check is called off", async () => {
    product.clientsTable.nextGet("account", async () => {
      throw new RemoteUnavailable("records", { executed: "unknown" });
    });

    expect(await failure(rename())).toMatchObject({ service: "records", executed: "no" });
    expect(product.checks.waiting).toEqual([]);
  });

  test.each([
    [
      "a limit",
      () => ({ limits: { maxClients: 10, writesPerMinute: 0, maxDeleted: 100 } }),
      undefined,
    ],
    ["another ETag", () => ({}), '"x"'],
  ])("what %s refuses calls its check off", async (_, changes, ifMatch) => {
    const refused = await renameClient(
      { ...product, ...changes() },
      { ...own(), displayName: "New", ...(ifMatch !== undefined && { ifMatch }) },
    );

    expect(refused.ok).toBe(false);
    expect(product.checks.waiting).toEqual([]);
    expect(await underWay(product)).toEqual([]);
  });

  test("a check that cannot be called off comes, and nobody minds", async () => {
    const { checks } = product;
    const stubborn: typeof checks = {
      ...checks,
      schedule: async (check, at) => {
        await checks.schedule(check, at);
        return away("unknown");
      },
    };

    expect(
      (await renameClient({ ...product, checks: stubborn }, { ...own(), displayName: "New" })).ok,
    ).toBe(true);
    expect(checks.waiting).toHaveLength(1);
  });
});
