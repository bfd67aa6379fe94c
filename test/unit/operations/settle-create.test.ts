import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import type { Held } from "../../../shared/operations/admission/operation.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { retryParked } from "../../../shared/operations/settling/parked.ts";
import {
  ANOTHER,
  aCreate,
  type ClientWorld,
  clientWorld,
  THE_REQUEST,
} from "../../support/client-world.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, aClient, placesOf, underWay } from "../../support/product.ts";
import { later, newId, OLGA } from "../../support/samples.ts";

/** What becomes of an operation that its worker has abandoned. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

describe("an abandoned create", () => {
  const abandon = () => abandoned(world, aCreate("key"));
  const make = (held: Held) =>
    world.directory.create({
      operationId: held.entry.operationId,
      subscription: "contoso",
      displayName: "New",
      roles: ["api.read"],
    });

  test("is finished by its tag, and its key answers with what it made", async () => {
    const held = await abandon();
    await make(held);

    expect(await world.settle(held)).toBe("finished");
    const made = await world.operations.made("contoso", held.entry.operationId);
    expect(made).toMatchObject({
      record: { id: world.directory.all()[1]?.id, displayName: "New" },
      requestedBy: "Ann",
    });
    expect((await world.key())?.key.result).toEqual({ clientId: made?.record.id });
    expect(await placesOf(world)).toBe(2);
    expect(await underWay(world)).toEqual([]);
    // Whoever takes the message of the create tells administrators.
    expect(world.told()).toEqual([]);
    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 1);
    expect(entries).toMatchObject([
      { action: "client.created", outcome: "done", clientId: made?.record.id },
    ]);
  });

  test("is finished with the bus away, which has its message still; not if it came for nothing", async () => {
    const away = () => Promise.reject(new RemoteUnavailable("bus", { executed: "no" }));
    const healthy = world.consentQueue.putOff;
    const held = await abandon();
    await make(held);
    const parked = await world.parkedCreate();
    await make(parked);

    Object.assign(world.consentQueue, { putOff: away });
    expect(await world.settle(held)).toBe("finished");
    const { operationId } = parked.entry;
    expect(await failure(retryParked(world, operationId, OLGA))).toMatchObject({ service: "bus" });
    Object.assign(world.consentQueue, { putOff: healthy });

    expect(await world.settleAgain()).toBe("finished");
    expect(world.consentQueue.sent.at(-1)).toMatchObject({ body: { operationId } });
  });

  test("is undone after two looks, gives place and key back, and is watched for", async () => {
    const held = await abandon();

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.key()).toBeDefined();
    expect(await world.settleAgain()).toBe("undone");
    expect(await world.key()).toBeUndefined();
    expect(await placesOf(world)).toBe(1);
    expect(await underWay(world)).toEqual([]);
    expect(world.checks.waiting).toMatchObject([
      { body: { type: "operation.check", operationId: held.entry.operationId, givenUp: true } },
    ]);
  });

  test("leaves the key to whoever has taken it since", async () => {
    const held = await abandon();
    world.runtime.pass(24 * 60 * 60 * 1000);
    await aClient(world, { idempotency: THE_REQUEST });
    const taken = (await world.key())?.key;

    await world.settle(held);
    const [left] = await world.operations.allUnderWay("contoso");
    if (left) await world.settle(left);

    expect((await world.key())?.key).toEqual(taken);
  });

  test("is set aside when the directory will not show it", async () => {
    const held = await abandon();
    world.directory.failNext("findByOperation", new DirectoryRefused({ reason: "not-ours" }));

    expect(await world.settle(held)).toBe("parked");
  });

  test("is undone by who took it over, and what its worker makes after that is deleted", async () => {
    const { directory } = world;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        for (const _ of ["first", "second"]) await world.settleAgain();
        world.runtime.pass(1);
        return directory.create(...given);
      },
    };

    const error = await failure(createClient({ ...world, directory: slow }, ANOTHER));

    expect(error).toMatchObject({ service: "directory", executed: "no" });
    expect(directory.all().map(({ id }) => id)).toEqual([world.client.id]);
    expect(await placesOf(world)).toBe(1);
    // One look for whatever shows, from when it was undone; what was deleted needs none.
    expect(world.checks.waiting).toHaveLength(1);
  });

  test("is undone by who took it over, and what cannot be deleted then is found later", async () => {
    const { directory } = world;
    let looks = 0;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        for (const _ of ["first", "second"]) await world.settleAgain();
        looks = world.checks.waiting.length;
        world.runtime.pass(1);
        directory.answerNext("delete", { kind: "unknown", retryAfterSeconds: 1 });
        return directory.create(...given);
      },
    };

    await failure(createClient({ ...world, directory: slow }, ANOTHER));

    expect(world.checks.waiting.length).toBe(looks + 1);
  });

  test("is finished by who took it over, and its worker answers with that", async () => {
    const { directory } = world;
    const slow = {
      ...directory,
      create: async (...given: Parameters<typeof directory.create>) => {
        const answer = await directory.create(...given);
        await world.settleAgain();
        return answer;
      },
    };

    const created = await createClient({ ...world, directory: slow }, ANOTHER);

    expect(created).toMatchObject({ ok: true, value: { id: directory.all()[1]?.id } });
    expect(await placesOf(world)).toBe(2);
    expect(directory.all()).toHaveLength(2);
  });
});

describe("an abandoned registration", () => {
  const times = { createdAt: later(0), expiresAt: later(86_400_000) };
  /** Its client is in the directory, with a secret whose value has reached nobody. */
  async function made(): Promise<Held> {
    const secret = {
      displayName: "Registration",
      createdAt: times.createdAt.toISOString(),
      expiresAt: times.expiresAt.toISOString(),
    };
    const held = await abandoned(world, { ...aCreate("key"), secret });
    const { operationId } = held.entry;
    const toMake = { displayName: "Registration", ...times };
    await world.directory.create({ operationId, ...ANOTHER, secret: toMake });
    return held;
  }
  const inDirectory = () => world.directory.all().map(({ id }) => id);

  test("is deleted with its secret, which is told, and gives place and key back", async () => {
    const held = await made();
    const [, client] = world.directory.all();

    expect(await world.settle(held)).toBe("undone");

    expect(inDirectory()).toEqual([world.client.id]);
    expect(world.events.published).toMatchObject([
      {
        id: `${held.entry.operationId}:secret.removed`,
        type: "secret.removed",
        clientId: client?.id,
        data: { keyId: client?.secrets[0]?.keyId },
      },
    ]);
    expect(await world.key()).toBeUndefined();
    expect(await placesOf(world)).toBe(1);
    expect(await underWay(world)).toEqual([]);
    expect(world.checks.waiting).toEqual([]);
  });

  test.each([
    ["has gone", true],
    ["but a late replica says so, is deleted all the same", false],
  ])("that is not there any more when it is to be deleted %s", async (_, isGone) => {
    const held = await made();
    const absent = { kind: "refused", refusal: { reason: "absent" } } as const;
    world.directory.answerNext("delete", absent, isGone);

    expect(await world.settle(held)).toBe("waiting");
    expect(await world.settleAgain()).toBe("undone");
    expect(world.directory.all().map(({ id }) => id)).toEqual([world.client.id]);
    expect(world.told()).toEqual(["secret.removed"]);
    expect(await underWay(world)).toEqual([]);
  });

  test("is told to have no secret though the answer of its deletion was lost", async () => {
    const held = await made();
    const [, client] = world.directory.all();
    const unknown = { kind: "unknown", retryAfterSeconds: 1 } as const;
    world.directory.answerNext("delete", unknown, true);

    await failure(world.settle(held));
    expect(await world.settleAgain()).toBe("undone");

    expect(inDirectory()).toEqual([world.client.id]);
    expect(world.events.published).toMatchObject([
      {
        id: `${held.entry.operationId}:secret.removed`,
        ...{ clientId: client?.id, data: { keyId: client?.secrets[0]?.keyId } },
      },
    ]);
    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 1);
    expect(entries).toMatchObject([{ outcome: "undone", clientId: client?.id }]);
  });

  test("that cannot be deleted for good is set aside for operators, with its place", async () => {
    const held = await made();
    world.directory.answerNext("delete", { kind: "refused", refusal: { reason: "not-ours" } });

    expect(await world.settle(held)).toBe("parked");

    expect(world.told()).toEqual([]);
    expect(await collect(world.journal.parked())).toMatchObject([{ reason: "not-ours" }]);
    expect(await world.key()).toBeDefined();
    expect(await placesOf(world)).toBe(2);
  });

  test.each(["not-now", "unknown"] as const)(
    "stays under way when its deletion is answered %s",
    async (kind) => {
      const held = await made();
      world.directory.answerNext("delete", { kind, retryAfterSeconds: 5, throttled: false });

      const error = await failure(world.settle(held));

      expect(error).toBeInstanceOf(RemoteUnavailable);
      expect(error).toMatchObject({ executed: kind === "unknown" ? "unknown" : "no" });
      expect(await underWay(world)).toHaveLength(1);
      expect(world.told()).toEqual([]);
    },
  );
});

describe("a create that was set aside while operators stopped its subscription", () => {
  /** Its client is in the directory, and may get tokens there. */
  async function left(): Promise<Held> {
    const parkedAt = world.runtime.now();
    const held = await abandoned(world, aCreate("key"), { parkedAt });
    await world.directory.create({ operationId: held.entry.operationId, ...ANOTHER });
    const { account, version } = await world.operations.account("contoso");
    const at = world.runtime.now();
    const suspended = { operationId: newId(), reason: "Not paid", at };
    const entry = { id: newId(), at, by: OLGA, action: "subscription.suspended" };
    await world.operations.stop({ account: { ...account, suspended }, version }, newId(), {
      ...{ ...entry, subscription: "contoso", outcome: "done" },
    });
    return held;
  }
  const recorded = async ({ entry }: Held) =>
    (await world.operations.made("contoso", entry.operationId))?.record;

  test.each(["not-now", "unknown"] as const)(
    "is not on record before its client is stopped, answered %s",
    async (kind) => {
      const held = await left();
      world.directory.answerNext("setDisabled", { kind, retryAfterSeconds: 5, throttled: false });

      expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
      expect(await recorded(held)).toBeUndefined();
      expect(await underWay(world)).toHaveLength(1);

      expect(await world.settleAgain()).toBe("finished");
      expect(world.directory.all().map(({ disabled }) => disabled)).toEqual([false, true]);
      expect(await recorded(held)).toMatchObject({ suspended: { reason: "Not paid" } });
    },
  );

  test("and let it go on again before that was done is not left stopped in the directory", async () => {
    const held = await left();
    const unknown = { kind: "unknown", retryAfterSeconds: 5 } as const;
    world.directory.answerNext("setDisabled", unknown, true);
    expect(await failure(world.settle(held))).toBeInstanceOf(RemoteUnavailable);
    const { account, version } = await world.operations.account("contoso");
    const { suspended: _, ...goesOn } = account;
    const at = world.runtime.now();
    await world.operations.stop({ account: goesOn, version }, newId(), {
      ...{ id: newId(), at, by: OLGA, action: "subscription.resumed" },
      ...{ subscription: "contoso", outcome: "done" },
    });

    expect(await world.settleAgain()).toBe("finished");

    expect(world.directory.all().map(({ disabled }) => disabled)).toEqual([false, false]);
    expect(await recorded(held)).not.toHaveProperty("suspended");
  });

  test("is not said to be stopped where the directory refuses that: operators are told, and it can have no secret", async () => {
    const held = await left();
    world.directory.answerNext("setDisabled", { kind: "refused", refusal: { reason: "not-ours" } });

    expect(await world.settle(held)).toBe("finished");

    expect(world.checks.waiting.map(({ body }) => body)).toContainEqual(
      expect.objectContaining({ type: "operation.incident", reason: "not-ours" }),
    );
    const record = await recorded(held);
    expect(record?.suspended).toBeUndefined();
    const clientId = record?.id ?? "";
    expect(await addSecret(world, world.aSecret({ clientId }))).toEqual({
      ok: false,
      refusal: { reason: "client-suspended", because: "Not paid" },
    });
  });
});
