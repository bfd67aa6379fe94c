import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

describe("before anything is admitted", () => {
  const away = (executed: "no" | "unknown") => async (): Promise<never> => {
    throw new RemoteUnavailable("bus", { executed });
  };

  test("a check is remembered, for when the operation counts as abandoned, and called off in the end", async () => {
    let seen: unknown;
    world.clientsTable.nextTransact((perform) => {
      seen = structuredClone(world.checks.waiting);
      return perform();
    });
    await world.rename();

    expect(seen).toEqual([
      {
        body: {
          type: "operation.check",
          version: 1,
          operationId: expect.any(String),
          subscription: "contoso",
          clientId: world.client.id,
        },
        at: new Date(world.runtime.now().getTime() + RECONCILE_AFTER_MS),
      },
    ]);
    expect(world.checks.waiting).toEqual([]);
  });

  test("with the bus away the check is a row in the journal", async () => {
    const checks = { ...world.checks, schedule: away("unknown") };
    const at = new Date(world.runtime.now().getTime() + RECONCILE_AFTER_MS);

    const renamed = await renameClient({ ...world, checks }, { ...world.own, displayName: "New" });

    expect(renamed.ok).toBe(true);
    const rows = await collect(world.journal.adriftMessages(at));
    expect(rows).toMatchObject([{ what: { type: "operation.check", clientId: world.client.id } }]);
    const early = world.journal.adriftMessages(new Date(at.getTime() - 1));
    expect(await collect(early)).toEqual([]);
  });

  test("with bus and journal away nothing is, and the caller learns that nothing was done", async () => {
    const checks = { ...world.checks, schedule: away("unknown") };
    const journal = { ...world.journal, adrift: away("unknown") };

    const error = await failure(
      renameClient({ ...world, checks, journal }, { ...world.own, displayName: "New" }),
    );

    expect(error).toMatchObject({ service: "bus", executed: "no" });
    expect(world.clientsTable.calls).not.toContain("transact");
  });

  test("a create is not begun with the bus away", async () => {
    const consentQueue = { ...world.consentQueue, scheduleRequested: away("unknown") };

    const error = await failure(
      createClient(
        { ...world, consentQueue },
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
    expect(world.clientsTable.calls).not.toContain("transact");
  });

  test("a read that got no answer has done nothing, and its check is called off", async () => {
    world.clientsTable.nextGet("account", async () => {
      throw new RemoteUnavailable("records", { executed: "unknown" });
    });

    expect(await failure(world.rename())).toMatchObject({ service: "records", executed: "no" });
    expect(world.checks.waiting).toEqual([]);
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
      { ...world, ...changes() },
      { ...world.own, displayName: "New", ...(ifMatch !== undefined && { ifMatch }) },
    );

    expect(refused.ok).toBe(false);
    expect(world.checks.waiting).toEqual([]);
    expect(await underWay(world)).toEqual([]);
  });

  test("a check that cannot be called off comes, and nobody minds", async () => {
    const { checks } = world;
    const stubborn: typeof checks = {
      ...checks,
      schedule: async (check, at) => {
        await checks.schedule(check, at);
        return away("unknown");
      },
    };

    expect(
      (await renameClient({ ...world, checks: stubborn }, { ...world.own, displayName: "New" })).ok,
    ).toBe(true);
    expect(checks.waiting).toHaveLength(1);
  });
});
