import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { ANN, later, newId } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOT_NOW = { kind: "not-now", throttled: false, retryAfterSeconds: 10 } as const;

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
});

describe("a rotation", () => {
  test("makes a new secret, and lets the old one work on until the grace is over", async () => {
    const old = await world.old();

    const { keyId, secretText, replaced, ...made } = await world.rotated(old);

    const retiresAt = later(DAY_MS);
    expect(world.changes).toEqual(["add"]);
    expect(await world.inDirectory()).toEqual([old, keyId]);
    expect(made).toMatchObject({ displayName: "Old", expiresAt: later(90 * DAY_MS) });
    expect(replaced).toMatchObject({ keyId: old, retiresAt, expiresAt: later(30 * DAY_MS) });
    expect(await world.onRecord()).toMatchObject(
      [
        { keyId: old, retiresAt, source: "service" },
        { keyId, displayName: "Old", createdBy: ANN.actor },
      ].toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
    );
    expect(await world.ofClient()).toMatchObject([{ keyId }, { keyId: old, retiresAt }]);
    expect(world.retirements()).toMatchObject([
      { body: { clientId: world.client.id, keyId: old, subscription: "contoso" }, at: retiresAt },
    ]);
    expect(world.toldOf().at(-1)).toBe(`secret.rotated ${keyId}`);
    const rows = await world.clientsTable.page({}, 1000);
    const kept = JSON.stringify([rows, world.events.published, world.checks.waiting]);
    expect(kept).not.toContain(secretText);
  });

  test("gives no grace beyond the old one's own end", async () => {
    const old = await world.old("Short", 1);
    const { replaced } = await world.rotated(old, { graceHours: 720 });
    expect(replaced.retiresAt).toEqual(later(DAY_MS));
  });

  test("without grace removes the old one, after the new one is there", async () => {
    const old = await world.old();

    const { keyId } = await world.rotated(old, { graceHours: 0, displayName: "New" });

    expect(world.changes).toEqual(["add", `remove ${old}`]);
    expect(await world.inDirectory()).toEqual([keyId]);
    expect((await world.onRecord()).map((one) => one.keyId)).toEqual([keyId]);
    expect(await world.ofClient()).toMatchObject([{ keyId }]);
    expect(world.retirements()).toEqual([]);
    expect(world.toldOf().slice(-2)).toEqual([`secret.retired ${old}`, `secret.rotated ${keyId}`]);
  });

  test("without grace, of one that cannot be removed now, leaves that to the message", async () => {
    const old = await world.old();
    world.directory.answerNext("removeSecret", NOT_NOW);

    const { keyId, replaced } = await world.rotated(old, { graceHours: 0 });

    expect(await world.inDirectory()).toEqual([old, keyId]);
    expect(replaced.retiresAt).toEqual(world.runtime.now());
    expect(world.retirements()).toMatchObject([{ at: later(1_000, world.runtime.now()) }]);
    expect(await world.ofClient()).toMatchObject([
      { keyId },
      { keyId: old, retiresAt: replaced.retiresAt },
    ]);
  });

  test("with the bus away leaves the time where the reconciler finds it", async () => {
    const old = await world.old();
    world.checks.schedule = async () => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };

    await world.rotated(old);

    const left = [];
    for await (const { what } of world.journal.adriftMessages(later(2 * DAY_MS))) left.push(what);
    expect(left).toContainEqual(expect.objectContaining({ type: "secret.retire", keyId: old }));
  });
});

describe("a rotation is refused", () => {
  test("of a secret that is not there, and of a client of somebody else's, with the same reads", async () => {
    await world.old();
    world.clientsTable.forget();
    const refusals = [
      await rotateSecret(world, world.asked(newId())),
      await rotateSecret(world, { ...world.asked(newId()), clientId: newId() }),
      await rotateSecret(world, { ...world.asked(newId()), subscription: "fabrikam" }),
    ];
    expect(refusals).toMatchObject([
      { refusal: { reason: "secret-not-found" } },
      { refusal: { reason: "not-found" } },
      { refusal: { reason: "not-found" } },
    ]);
    expect(world.changes).toEqual([]);
  });

  test("under its key a second time, whatever has become of the old one", async () => {
    const idempotency = THE_REQUEST;
    const old = await world.old();
    const { keyId } = await world.rotated(old, { graceHours: 0, idempotency });

    const again = await rotateSecret(world, world.asked(old, { graceHours: 0, idempotency }));

    expect(again).toEqual({
      ok: false,
      refusal: { reason: "secret-value-already-returned", keyId },
    });
    expect(await world.inDirectory()).toEqual([keyId]);
  });

  test("while its client is stopped: it would give more to use", async () => {
    const old = await world.old();
    const found = await world.records.client("contoso", world.client.id);
    const suspended = { by: "operator" as const, reason: "Leaked", at: later(0) };
    if (found) await world.records.save({ ...found.record, suspended }, found.version);

    expect(await rotateSecret(world, world.asked(old))).toMatchObject({
      refusal: { reason: "client-suspended" },
    });
  });
});

test("a secret without a record is looked for in the directory, and gets one", async () => {
  const old = await world.old();
  for (const { record } of await world.secrets.secretsOf("contoso", world.client.id)) {
    const at = { partitionKey: "contoso", rowKey: `secret:${world.client.id}:${record.keyId}` };
    await world.clientsTable.delete(at.partitionKey, at.rowKey);
  }

  await world.rotated(old);

  expect(await world.onRecord()).toContainEqual(
    expect.objectContaining({ keyId: old, source: "directory", retiresAt: later(DAY_MS) }),
  );
});

test("a rotation that waits for another change of the client finds the new one before anything goes", async () => {
  const old = await world.old();
  const { admit } = world.operations;
  let first = true;
  world.operations.admit = async (admission) => {
    if (!first) return admit(admission);
    first = false;
    return { admitted: false, refused: { index: 0, changed: "busy" } };
  };
  const looked: string[][] = [];
  const { secretsOf } = world.directory;
  world.directory.secretsOf = async (...asking) => {
    looked.push([...world.changes]);
    return secretsOf(...asking);
  };

  await world.rotated(old, { graceHours: 0 });

  expect(looked).toEqual([["add"]]);
});

test("a rotation that waited is told of with the time from which it had its client", async () => {
  const old = await world.old();
  const { secret: find } = world.secrets;
  world.secrets.secret = async (...asked) => {
    world.secrets.secret = find;
    const found = await find(...asked);
    world.runtime.pass(1_000);
    const moved = { ...world.own, keyId: old, retiresAt: later(9 * DAY_MS) };
    expect(await moveRetirement(world, moved)).toMatchObject({ ok: true });
    world.runtime.pass(1_000);
    return found;
  };

  await world.rotated(old);

  const told = world.events.published.toSorted((a, b) => Date.parse(a.time) - Date.parse(b.time));
  expect(told.map(({ type }) => type).slice(-2)).toEqual(["secret.rescheduled", "secret.rotated"]);
});

describe("moving a retirement", () => {
  test("off: the secret stays; to another time: no later than its own end", async () => {
    const old = await world.old();
    await world.rotated(old);

    const off = await moveRetirement(world, { ...world.own, keyId: old, retiresAt: undefined });
    expect(off.ok && off.value).not.toHaveProperty("retiresAt");
    expect((await world.onRecord()).find(({ keyId }) => keyId === old)).not.toHaveProperty(
      "retiresAt",
    );
    expect((await world.ofClient()).find(({ keyId }) => keyId === old)).not.toHaveProperty(
      "retiresAt",
    );

    const far = later(400 * DAY_MS);
    const on = await moveRetirement(world, { ...world.own, keyId: old, retiresAt: far });
    expect(on).toMatchObject({ value: { retiresAt: later(30 * DAY_MS) } });
    expect(world.retirements().at(-1)).toMatchObject({ at: later(30 * DAY_MS) });
    expect(world.toldOf().slice(-2)).toEqual([
      `secret.rescheduled ${old}`,
      `secret.rescheduled ${old}`,
    ]);
    expect(world.changes).toEqual(["add"]);
  });

  test("is finished by whoever takes it over", async () => {
    const old = await world.old();
    await world.rotated(old);
    const { end } = world.operations;
    world.operations.end = async () => "lost";
    await failure(moveRetirement(world, { ...world.own, keyId: old, retiresAt: later(HOUR_MS) }));
    world.operations.end = end;

    world.runtime.pass(RECONCILE_AFTER_MS);
    const [held] = await world.operations.allUnderWay("contoso");
    if (held) await world.settle(held);

    expect(await underWay(world)).toEqual([]);
    expect((await world.onRecord()).find(({ keyId }) => keyId === old)?.retiresAt).toEqual(
      later(HOUR_MS),
    );
  });

  test("of a secret that is not there is refused", async () => {
    await world.old();
    const moved = await moveRetirement(world, {
      ...world.own,
      keyId: newId(),
      retiresAt: undefined,
    });
    expect(moved).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
  });
});
