import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Held } from "../../../shared/operations/admission/operation.ts";
import { listParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { underWay } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const listed = async () => (await listParked(world)).map(({ operationId }) => operationId);
const isParked = ({ entry }: Held) =>
  world.operations.parked(entry.subscription, entry.operationId);

describe("a death while it is taken up", () => {
  const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));

  test("before it is under way leaves it parked and listed", async () => {
    const held = await world.parkedCreate();
    const deps = { ...world, operations: { ...world.operations, unpark: dies } };

    await failure(retryParked(deps, held.entry.operationId, OLGA));

    expect(await isParked(held)).toBeDefined();
    expect(await listed()).toEqual([held.entry.operationId]);
  });

  test("before anybody looks after it leaves it parked and listed", async () => {
    const held = await world.parkedCreate();
    const deps = {
      ...world,
      checks: { ...world.checks, putOff: dies },
      journal: { ...world.journal, adrift: dies },
    };

    await failure(retryParked(deps, held.entry.operationId, OLGA));

    expect(await isParked(held)).toBeDefined();
    expect(await listed()).toEqual([held.entry.operationId]);
    expect(await underWay(world)).toEqual([]);
  });

  test("before it is off the list leaves it under way, looked after, and the list mends itself", async () => {
    const held = await world.parkedCreate();
    const deps = { ...world, journal: { ...world.journal, unlistParked: dies } };
    await failure(retryParked(deps, held.entry.operationId, OLGA));

    expect(await underWay(world)).toMatchObject([{ operationId: held.entry.operationId }]);
    expect(world.checks.waiting.at(-1)?.body).toMatchObject({ type: "operation.check" });
    const busy = await retryParked(world, held.entry.operationId, OLGA);
    expect(busy).toMatchObject({ ok: false, refusal: { reason: "client-busy" } });

    const [found] = await world.operations.allUnderWay("contoso");
    if (found) await world.operations.end(found, { activity: [] });
    expect(await retryParked(world, held.entry.operationId, OLGA)).toEqual({
      ok: false,
      refusal: { reason: "operation-not-found" },
    });
    expect(await listed()).toEqual([]);
  });
});
