import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Held, Operation } from "../../../shared/operations/admission/operation.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { checkOperation } from "../../../shared/operations/settling/check-operation.ts";
import {
  giveUpParked,
  listParked,
  retryParked,
} from "../../../shared/operations/settling/parked.ts";
import { ANOTHER, aCreate, type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, placesOf, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { ANN, newId, OLGA } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const aRename = (): Operation => ({
  kind: "rename",
  clientId: world.client.id,
  displayName: "New",
});
const away = new RemoteUnavailable("directory", { executed: "unknown" });

const listed = async () => (await listParked(world)).map(({ operationId }) => operationId);
const isParked = ({ entry }: Held) =>
  world.operations.parked(entry.subscription, entry.operationId);
const make = ({ entry }: Held) =>
  world.directory.create({
    operationId: entry.operationId,
    subscription: "contoso",
    displayName: "New",
    roles: ["api.read"],
  });

describe("an operation that nobody can end", () => {
  test("is set aside with the reason, its lock is released and operators are alerted", async () => {
    const { entry } = await world.parkedCreate();

    expect(await underWay(world)).toEqual([]);
    expect(await listParked(world)).toEqual([
      {
        operationId: entry.operationId,
        subscription: "contoso",
        kind: "create",
        startedAt: entry.startedAt,
        parkedAt: world.runtime.now(),
        reason: "not-ours",
      },
    ]);
    expect(world.checks.waiting).toMatchObject([
      { body: { type: "operation.incident", reason: "parked", operationId: entry.operationId } },
    ]);
    // It may be there, so its place stays taken.
    expect(await placesOf(world)).toBe(2);
  });

  test("leaves its client to others", async () => {
    const createdAt = world.runtime.now().toISOString();
    const held = await abandoned(world, {
      kind: "add-secret",
      clientId: world.client.id,
      displayName: "Lost",
      createdAt,
      expiresAt: createdAt,
    });
    world.directory.failNext("secretsOf", new DirectoryRefused({ reason: "not-ours" }));
    await world.settle(held);

    const added = await addSecret(world, {
      subscription: "contoso",
      by: ANN,
      clientId: world.client.id,
      displayName: "New",
      lifetimeDays: 1,
    });

    expect(added.ok).toBe(true);
    expect((await listParked(world))[0]?.clientId).toBe(world.client.id);
  });

  test.each([
    [298, "away"],
    [299, "parked"],
  ])("because of an outage is set aside after its last turn (turn %i: %s)", async (turn, came) => {
    const held = await abandoned(world, aRename(), { turn });
    world.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });

    const settled = await Promise.resolve(world.settle(held)).catch(() => "away");

    expect(settled).toBe(came);
    const reasons = (await listParked(world)).map(({ reason }) => reason);
    expect(reasons).toEqual(came === "parked" ? ["unavailable"] : []);
  });

  test("is not set aside by who has lost it meanwhile", async () => {
    const held = await abandoned(world, aCreate());
    world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));
    const { park } = world.journal;
    Object.assign(world.journal, {
      park: async (...given: Parameters<typeof park>) => {
        const [now] = await world.operations.allUnderWay("contoso");
        if (now) await world.operations.take(now, world.runtime.now());
        return park(...given);
      },
    });

    expect(await world.settle(held)).toBe("waiting");
    expect(await isParked(held)).toBeUndefined();
    expect(await underWay(world)).toMatchObject([{ turn: 2 }]);
  });

  test("because of a defect is not set aside", async () => {
    const held = await abandoned(world, aRename(), { turn: 299 });
    world.events.publish = () => Promise.reject(new TypeError("A defect"));

    expect(await failure(Promise.resolve(world.settle(held)))).toBeInstanceOf(TypeError);
    expect(await underWay(world)).toHaveLength(1);
  });

  test("is not checked any more", async () => {
    const { entry } = await world.parkedCreate();
    const check = {
      type: "operation.check",
      version: 1,
      operationId: entry.operationId,
      subscription: "contoso",
    } as const;

    expect(await checkOperation(world, check)).toBe("ended");
  });

  test.each(["park", "putOff", "parkHeld"])(
    "whose worker dies over %s while setting it aside is still under way, and settled again",
    async (step) => {
      const held = await abandoned(world, aCreate());
      world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));
      const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));
      const { checks, journal, operations } = world;
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
      await failure(Promise.resolve(world.settle(held)));
      expect(await underWay(world)).toMatchObject([{ turn: 1 }]);
      for (const mend of restore) mend();

      world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));
      const [again] = await world.operations.allUnderWay("contoso");
      if (!again) throw new Error("It was under way");
      expect(await world.settle(again)).toBe("parked");
      expect(await listed()).toEqual([held.entry.operationId]);
    },
  );
});

describe("an operator who tries again", () => {
  test("ends it when what stood in the way has been mended", async () => {
    const held = await world.parkedCreate("key");
    await make(held);

    expect(await retryParked(world, held.entry.operationId, OLGA)).toEqual({
      ok: true,
      value: "finished",
    });
    expect(await listed()).toEqual([]);
    expect(await isParked(held)).toBeUndefined();
    const made = await world.operations.made("contoso", held.entry.operationId);
    expect(made?.record.displayName).toBe("New");
    const key = await world.operations.key("contoso", "key");
    expect(key?.key.result).toEqual({ clientId: made?.record.id });
  });

  test("has a client listed whose message, which came for nothing, has gone", async () => {
    const held = await world.parkedCreate();
    const { operationId } = held.entry;
    await make(held);
    const { sent } = world.consentQueue;
    const before = sent.length;

    await retryParked(world, operationId, OLGA);

    expect(sent.slice(before)).toMatchObject([
      { body: { type: "consent.requested", version: 2, operationId, subscription: "contoso" } },
    ]);
  });

  test("finds it on the list again when it still cannot be ended", async () => {
    const held = await world.parkedCreate();
    world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));

    const retried = await retryParked(world, held.entry.operationId, OLGA);

    expect(retried).toEqual({ ok: true, value: "parked" });
    expect(await listed()).toEqual([held.entry.operationId]);
  });

  test("leaves it looked after when the directory is away", async () => {
    const held = await world.parkedCreate();
    world.directory.failNext("findByOperation", away);

    await failure(retryParked(world, held.entry.operationId, OLGA));

    expect(await underWay(world)).toMatchObject([{ operationId: held.entry.operationId }]);
    expect(await listed()).toEqual([]);
    expect(world.checks.waiting.at(-1)).toMatchObject({
      body: { type: "operation.check", operationId: held.entry.operationId },
      at: new Date(world.runtime.now().getTime() + RECONCILE_AFTER_MS),
    });
  });

  test("has to wait while another operation holds the client, and loses nothing", async () => {
    const held = await abandoned(world, aRename(), { turn: 299 });
    world.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });
    await world.settle(held);
    await abandoned(world, { kind: "delete", clientId: world.client.id });

    expect(await retryParked(world, held.entry.operationId, OLGA)).toMatchObject({
      ok: false,
      refusal: { reason: "client-busy" },
    });
    expect(await listed()).toEqual([held.entry.operationId]);
    expect(await isParked(held)).toBeDefined();
    expect(world.told()).toEqual(["operation.parked"]);
  });

  test("is told when there is no such operation", async () => {
    const notFound = { ok: false, refusal: { reason: "operation-not-found" } };

    expect(await retryParked(world, newId(), OLGA)).toEqual(notFound);
    expect(await giveUpParked(world, newId(), OLGA)).toEqual(notFound);
  });
});

describe("an operator who gives it up", () => {
  test("gives place and key back, and the directory is not asked", async () => {
    const held = await world.parkedCreate("key");

    expect((await giveUpParked(world, held.entry.operationId, OLGA)).ok).toBe(true);
    expect(await placesOf(world)).toBe(1);
    expect(await world.operations.key("contoso", "key")).toBeUndefined();
    expect(await listed()).toEqual([]);
    expect(await isParked(held)).toBeUndefined();
    expect(await underWay(world)).toEqual([]);
  });

  test("has what a create had made deleted when the directory shows it", async () => {
    const held = await world.parkedCreate("key");
    await world.directory.create({ operationId: held.entry.operationId, ...ANOTHER });
    expect((await giveUpParked(world, held.entry.operationId, OLGA)).ok).toBe(true);

    const look = world.checks.waiting.find(({ body }) => "givenUp" in body && body.givenUp);
    if (look?.body.type !== "operation.check") throw new Error("Nobody looks for it");
    await checkOperation(world, look.body);

    expect(world.directory.all().map(({ id }) => id)).toEqual([world.client.id]);
  });

  test("gives no place back that was none", async () => {
    const held = await abandoned(world, aRename(), { turn: 299 });
    world.directory.answerNext("rename", { kind: "unknown", retryAfterSeconds: 1 });
    await world.settle(held);

    expect((await giveUpParked(world, held.entry.operationId, OLGA)).ok).toBe(true);
    expect(await placesOf(world)).toBe(1);
  });
});

test("the list is in the order in which they were set aside", async () => {
  const first = await world.parkedCreate();
  world.runtime.pass(1);
  const second = await world.parkedCreate();

  expect(await listed()).toEqual([first.entry.operationId, second.entry.operationId]);
});
