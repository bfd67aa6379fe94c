import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { checkOperation } from "../../../shared/operations/check-operation.ts";
import type { Held, Operation } from "../../../shared/operations/operation.ts";
import { giveUpParked, listParked, retryParked } from "../../../shared/operations/parked.ts";
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
import { ANN, newId, OLGA } from "../../support/samples.ts";

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
});

const aCreate = (keyHash?: string): Operation => ({
  kind: "create",
  displayName: "New",
  roles: ["api.read"],
  requestedBy: "Ann",
  keyHash,
});
const aRename = (): Operation => ({ kind: "rename", clientId: client.id, displayName: "New" });
const refuseToShow = () =>
  product.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));
const away = new RemoteUnavailable("directory", { executed: "unknown" });

/** Set aside because the directory will not show what became of it. */
async function parkedCreate(keyHash?: string): Promise<Held> {
  const held = await abandoned(product, aCreate(keyHash));
  refuseToShow();
  expect(await product.settle(held)).toBe("parked");
  return held;
}
const listed = async () => (await listParked(product)).map(({ operationId }) => operationId);
const isParked = ({ entry }: Held) =>
  product.operations.parked(entry.subscription, entry.operationId);
const make = ({ entry }: Held) =>
  product.directory.create({
    operationId: entry.operationId,
    subscription: "contoso",
    displayName: "New",
    roles: ["api.read"],
  });

describe("an operation that nobody can end", () => {
  test("is set aside with the reason, its lock is released and operators are alerted", async () => {
    const { entry } = await parkedCreate();

    expect(await underWay(product)).toEqual([]);
    expect(await listParked(product)).toEqual([
      {
        operationId: entry.operationId,
        subscription: "contoso",
        kind: "create",
        startedAt: entry.startedAt,
        parkedAt: product.runtime.now(),
        reason: "not-ours",
      },
    ]);
    expect(product.checks.waiting).toMatchObject([
      { body: { type: "operation.incident", reason: "parked", operationId: entry.operationId } },
    ]);
    // It may be there, so its place stays taken.
    expect(await placesOf(product)).toBe(2);
  });

  test("leaves its client to others", async () => {
    const createdAt = product.runtime.now().toISOString();
    const held = await abandoned(product, {
      kind: "add-secret",
      clientId: client.id,
      displayName: "Lost",
      createdAt,
      expiresAt: createdAt,
    });
    product.directory.failNext("secretsOf", new DirectoryRefused({ reason: "not-ours" }));
    await product.settle(held);

    const added = await addSecret(product, {
      subscription: "contoso",
      by: ANN,
      clientId: client.id,
      displayName: "New",
      lifetimeDays: 1,
    });

    expect(added.ok).toBe(true);
    expect((await listParked(product))[0]?.clientId).toBe(client.id);
  });

  test.each([
    [298, "away"],
    [299, "parked"],
  ])("because of an outage is set aside after its last turn (turn %i: %s)", async (turn, came) => {
    const held = await abandoned(product, aRename(), { turn });
    product.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });

    const settled = await Promise.resolve(product.settle(held)).catch(() => "away");

    expect(settled).toBe(came);
    const reasons = (await listParked(product)).map(({ reason }) => reason);
    expect(reasons).toEqual(came === "parked" ? ["unavailable"] : []);
  });

  test("is not set aside by who has lost it meanwhile", async () => {
    const held = await abandoned(product, aCreate());
    refuseToShow();
    const { park } = product.journal;
    Object.assign(product.journal, {
      park: async (...given: Parameters<typeof park>) => {
        const [now] = await product.operations.allUnderWay("contoso");
        if (now) await product.operations.take(now, product.runtime.now());
        return park(...given);
      },
    });

    expect(await product.settle(held)).toBe("waiting");
    expect(await isParked(held)).toBeUndefined();
    expect(await underWay(product)).toMatchObject([{ turn: 2 }]);
  });

  test("because of a defect is not set aside", async () => {
    const held = await abandoned(product, aRename(), { turn: 299 });
    product.events.publish = () => Promise.reject(new TypeError("A defect"));

    expect(await failure(Promise.resolve(product.settle(held)))).toBeInstanceOf(TypeError);
    expect(await underWay(product)).toHaveLength(1);
  });

  test("is not checked any more", async () => {
    const { entry } = await parkedCreate();
    const check = {
      type: "operation.check",
      version: 1,
      operationId: entry.operationId,
      subscription: "contoso",
    } as const;

    expect(await checkOperation(product, check)).toBe("ended");
  });

  test.each(["park", "putOff", "parkHeld"])(
    "whose worker dies over %s while setting it aside is still under way, and settled again",
    async (step) => {
      const held = await abandoned(product, aCreate());
      refuseToShow();
      const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));
      const { checks, journal, operations } = product;
      const restore = [
        () => Object.assign(journal, { park: healthy.park, adrift: healthy.adrift }),
        () => Object.assign(checks, { putOff: healthy.putOff }),
        () => Object.assign(operations, { park: healthy.parkHeld }),
      ];
      const healthy = {
        park: journal.park,
        adrift: journal.adrift,
        putOff: checks.putOff,
        parkHeld: operations.park,
      };
      if (step === "park") Object.assign(journal, { park: dies });
      if (step === "putOff") {
        Object.assign(checks, { putOff: dies });
        Object.assign(journal, { adrift: dies });
      }
      if (step === "parkHeld") Object.assign(operations, { park: dies });
      await failure(Promise.resolve(product.settle(held)));
      expect(await underWay(product)).toMatchObject([{ turn: 1 }]);
      for (const mend of restore) mend();

      refuseToShow();
      const [again] = await product.operations.allUnderWay("contoso");
      if (!again) throw new Error("It was under way");
      expect(await product.settle(again)).toBe("parked");
      expect(await listed()).toEqual([held.entry.operationId]);
    },
  );
});

describe("an operator who tries again", () => {
  test("ends it when what stood in the way has been mended", async () => {
    const held = await parkedCreate("key");
    await make(held);

    expect(await retryParked(product, held.entry.operationId, OLGA)).toEqual({
      ok: true,
      value: "finished",
    });
    expect(await listed()).toEqual([]);
    expect(await isParked(held)).toBeUndefined();
    const made = await product.operations.made("contoso", held.entry.operationId);
    expect(made?.record.displayName).toBe("New");
    const key = await product.operations.key("contoso", "key");
    expect(key?.key.result).toEqual({ clientId: made?.record.id });
  });

  test("finds it on the list again when it still cannot be ended", async () => {
    const held = await parkedCreate();
    refuseToShow();

    const retried = await retryParked(product, held.entry.operationId, OLGA);

    expect(retried).toEqual({ ok: true, value: "parked" });
    expect(await listed()).toEqual([held.entry.operationId]);
  });

  test("leaves it looked after when the directory is away", async () => {
    const held = await parkedCreate();
    product.directory.failNext("findByOperation", away);

    await failure(retryParked(product, held.entry.operationId, OLGA));

    expect(await underWay(product)).toMatchObject([{ operationId: held.entry.operationId }]);
    expect(await listed()).toEqual([]);
    expect(product.checks.waiting.at(-1)).toMatchObject({
      body: { type: "operation.check", operationId: held.entry.operationId },
      at: new Date(product.runtime.now().getTime() + RECONCILE_AFTER_MS),
    });
  });

  test("has to wait while another operation holds the client, and loses nothing", async () => {
    const held = await abandoned(product, aRename(), { turn: 299 });
    product.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });
    await product.settle(held);
    await abandoned(product, { kind: "delete", clientId: client.id });

    expect(await retryParked(product, held.entry.operationId, OLGA)).toMatchObject({
      ok: false,
      refusal: { reason: "client-busy" },
    });
    expect(await listed()).toEqual([held.entry.operationId]);
    expect(await isParked(held)).toBeDefined();
  });

  test("is told when there is no such operation", async () => {
    const notFound = { ok: false, refusal: { reason: "operation-not-found" } };

    expect(await retryParked(product, newId(), OLGA)).toEqual(notFound);
    expect(await giveUpParked(product, newId(), OLGA)).toEqual(notFound);
  });
});

describe("an operator who gives it up", () => {
  test("gives place and key back, and the directory is not asked", async () => {
    const held = await parkedCreate("key");

    expect((await giveUpParked(product, held.entry.operationId, OLGA)).ok).toBe(true);
    expect(await placesOf(product)).toBe(1);
    expect(await product.operations.key("contoso", "key")).toBeUndefined();
    expect(await listed()).toEqual([]);
    expect(await isParked(held)).toBeUndefined();
    expect(await underWay(product)).toEqual([]);
  });

  test("gives no place back that was none", async () => {
    const held = await abandoned(product, aRename(), { turn: 299 });
    product.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });
    await product.settle(held);

    expect((await giveUpParked(product, held.entry.operationId, OLGA)).ok).toBe(true);
    expect(await placesOf(product)).toBe(1);
  });
});

describe("a death while it is taken up", () => {
  const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));

  test("before it is under way leaves it parked and listed", async () => {
    const held = await parkedCreate();
    const deps = { ...product, operations: { ...product.operations, unpark: dies } };

    await failure(retryParked(deps, held.entry.operationId, OLGA));

    expect(await isParked(held)).toBeDefined();
    expect(await listed()).toEqual([held.entry.operationId]);
  });

  test("before anybody looks after it leaves it parked and listed", async () => {
    const held = await parkedCreate();
    const deps = {
      ...product,
      checks: { ...product.checks, putOff: dies },
      journal: { ...product.journal, adrift: dies },
    };

    await failure(retryParked(deps, held.entry.operationId, OLGA));

    expect(await isParked(held)).toBeDefined();
    expect(await listed()).toEqual([held.entry.operationId]);
    expect(await underWay(product)).toEqual([]);
  });

  test("before it is off the list leaves it under way, looked after, and the list mends itself", async () => {
    const held = await parkedCreate();
    const deps = { ...product, journal: { ...product.journal, unlistParked: dies } };
    await failure(retryParked(deps, held.entry.operationId, OLGA));

    expect(await underWay(product)).toMatchObject([{ operationId: held.entry.operationId }]);
    expect(product.checks.waiting.at(-1)?.body).toMatchObject({ type: "operation.check" });
    const busy = await retryParked(product, held.entry.operationId, OLGA);
    expect(busy).toMatchObject({ ok: false, refusal: { reason: "client-busy" } });

    const [found] = await product.operations.allUnderWay("contoso");
    if (found) await product.operations.end(found, { activity: [] });
    expect(await retryParked(product, held.entry.operationId, OLGA)).toEqual({
      ok: false,
      refusal: { reason: "operation-not-found" },
    });
    expect(await listed()).toEqual([]);
  });
});

test("the list is in the order in which they were set aside", async () => {
  const first = await parkedCreate();
  product.runtime.pass(1);
  const second = await parkedCreate();

  expect(await listed()).toEqual([first.entry.operationId, second.entry.operationId]);
});
