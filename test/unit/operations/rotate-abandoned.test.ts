import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { giveUpParked } from "../../../shared/operations/settling/parked.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { later, OLGA } from "../../support/samples.ts";

const DAY_MS = 86_400_000;

const UNKNOWN = { kind: "unknown", retryAfterSeconds: 10 } as const;

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
});

describe("a rotation that was abandoned", () => {
  /** Whoever takes it over ends it. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      world.runtime.pass(RECONCILE_AFTER_MS);
      const [held] = await world.operations.allUnderWay("contoso");
      if (held) await world.settle(held);
    }
    expect(await underWay(world)).toEqual([]);
  }

  test("is undone where the answer was lost: the new one goes, the old one works on", async () => {
    const old = await world.old();
    world.directory.answerNext("addSecret", UNKNOWN, true);
    expect(await failure(rotateSecret(world, world.asked(old)))).toMatchObject({
      executed: "unknown",
    });

    await settled();

    expect(await world.inDirectory()).toEqual([old]);
    expect(await world.onRecord()).toMatchObject([{ keyId: old }]);
    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 1);
    expect(entries).toMatchObject([{ action: "secret.rotated", outcome: "undone" }]);
    expect(entries[0]?.credentialId).toMatch(/^[0-9a-f-]{36}$/);
    expect((await world.onRecord())[0]).not.toHaveProperty("retiresAt");
    expect(await world.ofClient()).toMatchObject([{ keyId: old }]);
  });

  test("has put on record what had gone for it", async () => {
    const [first, second] = [await world.old(), await world.old()];
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    world.directory.answerNext("addSecret", UNKNOWN, true);
    await failure(rotateSecret(world, world.asked(first, { replaces: second })));

    await settled();

    expect(await world.inDirectory()).toEqual([first]);
    expect((await world.onRecord()).map(({ keyId }) => keyId)).toEqual([first]);
    expect(await world.ofClient()).toMatchObject([{ keyId: first }]);
    expect(world.toldOf()).toContain(`secret.removed ${second}`);
    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 2);
    expect(entries.find(({ action }) => action === "secret.removed")).toMatchObject({
      ...{ clientId: world.client.id, credentialId: second },
    });
  });

  test("tells of what was on its way out and had to go first as retired", async () => {
    const first = await world.old();
    const { keyId: second } = await world.rotated(first);
    world.runtime.pass(60_000);
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    world.directory.answerNext("addSecret", UNKNOWN, true);
    await failure(rotateSecret(world, world.asked(second)));

    await settled();

    expect(await world.inDirectory()).toEqual([second]);
    expect(world.toldOf()).toContain(`secret.retired ${first}`);
    expect(world.toldOf()).not.toContain(`secret.removed ${first}`);
  });

  test("tells nothing of one that somebody removed by hand while it had its grace, and leaves it to the look for that", async () => {
    const old = await world.old();
    world.directory.answerNext("addSecret", UNKNOWN, true);
    await failure(rotateSecret(world, world.asked(old)));
    await world.directory.removeSecret(world.client.id, old, world.client);

    await settled();

    expect(world.toldOf().filter((one) => one.endsWith(old))).toEqual([`secret.created ${old}`]);
  });

  test("tells nothing where its client has gone meanwhile", async () => {
    const old = await world.old();
    world.directory.answerNext("addSecret", UNKNOWN, true);
    await failure(rotateSecret(world, world.asked(old, { graceHours: 0 })));
    const found = await world.records.client("contoso", world.client.id);
    if (found) await world.records.remove(found.record, world.runtime.now());
    await world.directory.removeSecret(world.client.id, old, world.client);

    await settled();

    expect(world.toldOf().filter((one) => one.endsWith(old))).toEqual([`secret.created ${old}`]);
  });

  test("lets its key go, so that it can be asked for again", async () => {
    const idempotency = THE_REQUEST;
    const old = await world.old();
    world.directory.answerNext("addSecret", UNKNOWN);
    await failure(rotateSecret(world, world.asked(old, { idempotency })));
    await settled();

    const { keyId } = await world.rotated(old, { idempotency });
    expect(await world.inDirectory()).toEqual([old, keyId]);
  });

  test("between its two writes, without grace, has the old one on record as gone", async () => {
    const old = await world.old();
    const { end } = world.operations;
    world.operations.end = async () => "lost";
    await failure(rotateSecret(world, world.asked(old, { graceHours: 0 })));
    world.operations.end = end;

    await settled();

    expect(await world.inDirectory()).toEqual([]);
    expect(await world.onRecord()).toEqual([]);
    expect(world.toldOf()).toContain(`secret.retired ${old}`);
  });

  /** What a follower who goes by the times of events knows of a secret's removal. */
  const lastSaid = (keyId: string) =>
    world.events.published
      .filter(({ data }) => data["keyId"] === keyId || data["replaced"] === keyId)
      .toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time))
      .at(-1);

  test.each([false, true])(
    "and told of, is told to leave the old one as it was (on its way out before: %s)",
    async (isRetiring) => {
      const old = await world.old();
      const retiresAt = isRetiring ? later(9 * DAY_MS) : undefined;
      await moveRetirement(world, { ...world.own, keyId: old, retiresAt });
      world.runtime.pass(60_000);
      const { end } = world.operations;
      world.operations.end = async () => "lost";
      await failure(rotateSecret(world, world.asked(old)));
      world.operations.end = end;
      expect(lastSaid(old)).toMatchObject({ type: "secret.rotated" });

      await settled();

      const [left] = await world.onRecord();
      expect(lastSaid(old)?.type).toBe("secret.rescheduled");
      expect(lastSaid(old)?.data["retiresAt"]).toBe(left?.retiresAt?.toISOString());
      expect(left?.retiresAt).toEqual(retiresAt);
    },
  );

  /** Told of, set aside because the directory refuses to show what was made, and given up. */
  async function givenUp(old: string, graceHours: number): Promise<void> {
    const { end } = world.operations;
    world.operations.end = async () => "lost";
    await failure(rotateSecret(world, world.asked(old, { graceHours })));
    world.operations.end = end;
    world.runtime.pass(RECONCILE_AFTER_MS);
    world.directory.failNext("secretsOf", new DirectoryRefused({ reason: "not-ours" }));
    const [held] = await world.operations.allUnderWay("contoso");
    expect(held && (await world.settle(held))).toBe("parked");
    world.runtime.pass(DAY_MS);
    const { operationId = "" } = held?.entry ?? {};
    expect(await giveUpParked(world, operationId, OLGA)).toMatchObject({ ok: true });
  }

  test("and given up after it was told of, is told to leave the old one as it is on record", async () => {
    const old = await world.old();
    const retiresAt = later(9 * DAY_MS);
    await moveRetirement(world, { ...world.own, keyId: old, retiresAt });
    world.runtime.pass(60_000);

    await givenUp(old, 24);

    expect(lastSaid(old)).toMatchObject({ type: "secret.rescheduled", clientId: world.client.id });
    expect(lastSaid(old)?.data).toEqual({ keyId: old, retiresAt: retiresAt.toISOString() });
    // The bus drops what has an id that it knows.
    const ids = world.events.published.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("and given up without grace, says nothing of the old one, which has gone", async () => {
    const old = await world.old();

    await givenUp(old, 0);

    expect(lastSaid(old)?.type).not.toBe("secret.rescheduled");
  });
});
