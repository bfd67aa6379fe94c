import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { moveRetirement } from "../../../shared/operations/move-retirement.ts";
import {
  type RotateSecretRequest,
  rotateSecret,
} from "../../../shared/operations/rotate-secret.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { ANN, later, newId } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNKNOWN = { kind: "unknown", retryAfterSeconds: 10 } as const;
const NOT_NOW = { kind: "not-now", throttled: false, retryAfterSeconds: 10 } as const;

let world: ClientWorld;
/** What the directory was asked to change, in order. */
let changes: string[];
beforeEach(async () => {
  world = await clientWorld();
  changes = [];
  const { directory } = world;
  const { addSecret: add, removeSecret: remove } = directory;
  directory.addSecret = async (...asked) => {
    const answer = await add(...asked);
    changes.push(answer.kind === "done" ? "add" : `add: ${answer.kind}`);
    return answer;
  };
  directory.removeSecret = async (id, keyId, expected) => {
    changes.push(`remove ${keyId}`);
    return remove(id, keyId, expected);
  };
});

async function added(displayName = "Old", lifetimeDays = 30): Promise<string> {
  const { keyId } = await world.added({ displayName, lifetimeDays });
  changes.length = 0;
  return keyId;
}
const asked = (keyId: string, more: Partial<RotateSecretRequest> = {}): RotateSecretRequest => ({
  ...world.own,
  keyId,
  lifetimeDays: 90,
  graceHours: 24,
  ...more,
});
async function rotated(keyId: string, more: Partial<RotateSecretRequest> = {}) {
  const answer = await rotateSecret(world, asked(keyId, more));
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}
const ofClient = async () =>
  ((await world.records.client("contoso", world.client.id))?.record.secrets ?? []).filter(
    ({ goneAt }) => !goneAt,
  );
const events = () =>
  world.events.published.map(({ type, data }) => `${type} ${String(data["keyId"])}`);
const retirements = () => world.checks.waiting.filter(({ body }) => body.type === "secret.retire");

describe("a rotation", () => {
  test("makes a new secret, and lets the old one work on until the grace is over", async () => {
    const old = await added();

    const { keyId, secretText, replaced, ...made } = await rotated(old);

    const retiresAt = later(DAY_MS);
    expect(changes).toEqual(["add"]);
    expect(await world.inDirectory()).toEqual([old, keyId]);
    expect(made).toMatchObject({ displayName: "Old", expiresAt: later(90 * DAY_MS) });
    expect(replaced).toMatchObject({ keyId: old, retiresAt, expiresAt: later(30 * DAY_MS) });
    expect(await world.onRecord()).toMatchObject(
      [
        { keyId: old, retiresAt, source: "service" },
        { keyId, displayName: "Old", createdBy: ANN.actor },
      ].toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
    );
    expect(await ofClient()).toMatchObject([{ keyId }, { keyId: old, retiresAt }]);
    expect(retirements()).toMatchObject([
      { body: { clientId: world.client.id, keyId: old, subscription: "contoso" }, at: retiresAt },
    ]);
    expect(events().at(-1)).toBe(`secret.rotated ${keyId}`);
    const rows = await world.clientsTable.page({}, 1000);
    const kept = JSON.stringify([rows, world.events.published, world.checks.waiting]);
    expect(kept).not.toContain(secretText);
  });

  test("gives no grace beyond the old one's own end", async () => {
    const old = await added("Short", 1);
    const { replaced } = await rotated(old, { graceHours: 720 });
    expect(replaced.retiresAt).toEqual(later(DAY_MS));
  });

  test("without grace removes the old one, after the new one is there", async () => {
    const old = await added();

    const { keyId } = await rotated(old, { graceHours: 0, displayName: "New" });

    expect(changes).toEqual(["add", `remove ${old}`]);
    expect(await world.inDirectory()).toEqual([keyId]);
    expect((await world.onRecord()).map((one) => one.keyId)).toEqual([keyId]);
    expect(await ofClient()).toMatchObject([{ keyId }]);
    expect(retirements()).toEqual([]);
    expect(events().slice(-2)).toEqual([`secret.retired ${old}`, `secret.rotated ${keyId}`]);
  });

  test("without grace, of one that cannot be removed now, leaves that to the message", async () => {
    const old = await added();
    world.directory.answerNext("removeSecret", NOT_NOW);

    const { keyId, replaced } = await rotated(old, { graceHours: 0 });

    expect(await world.inDirectory()).toEqual([old, keyId]);
    expect(replaced.retiresAt).toEqual(world.runtime.now());
    expect(retirements()).toMatchObject([{ at: later(1_000, world.runtime.now()) }]);
    expect(await ofClient()).toMatchObject([
      { keyId },
      { keyId: old, retiresAt: replaced.retiresAt },
    ]);
  });

  test("with the bus away leaves the time where the reconciler finds it", async () => {
    const old = await added();
    world.checks.schedule = async () => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };

    await rotated(old);

    const left = [];
    for await (const { what } of world.journal.adriftMessages(later(2 * DAY_MS))) left.push(what);
    expect(left).toContainEqual(expect.objectContaining({ type: "secret.retire", keyId: old }));
  });
});

describe("with no room for a third", () => {
  test("lists the two, makes nothing and removes nothing", async () => {
    const [first, second] = [await added("First", 10), await added("Second", 20)];

    const answer = await rotateSecret(world, asked(first));

    expect(answer).toMatchObject({
      refusal: { reason: "secret-limit-reached", secrets: [{ keyId: first }, { keyId: second }] },
    });
    expect(await world.inDirectory()).toEqual([first, second]);
    expect(await underWay(world)).toEqual([]);
  });

  test("the one that is retiring already goes, the rotated one stays for its grace", async () => {
    const first = await added();
    const second = (await rotated(first)).keyId;
    changes.length = 0;

    const third = (await rotated(second)).keyId;

    expect(changes).toEqual(["add: refused", `remove ${first}`, "add"]);
    expect(await world.inDirectory()).toEqual([second, third]);
    expect(events().slice(-2)).toEqual([`secret.retired ${first}`, `secret.rotated ${third}`]);
    expect(await ofClient()).toMatchObject([{ keyId: third }, { keyId: second }]);
    expect((await world.onRecord()).map(({ keyId }) => keyId).toSorted()).toEqual(
      [second, third].toSorted(),
    );
  });

  test("the one that the caller names goes", async () => {
    const [first, second] = [await added(), await added()];

    const { keyId, replaced } = await rotated(first, { replaces: second });

    expect(await world.inDirectory()).toEqual([first, keyId]);
    expect(replaced).toMatchObject({ keyId: first, retiresAt: later(DAY_MS) });
    expect(events().slice(-2)).toEqual([`secret.removed ${second}`, `secret.rotated ${keyId}`]);
  });

  test("the rotated one itself goes at once where the caller says so", async () => {
    const [first, second] = [await added(), await added()];

    const { keyId } = await rotated(first, { replaces: first });

    expect(await world.inDirectory()).toEqual([second, keyId]);
    expect(retirements()).toEqual([]);
    expect((await world.onRecord()).some((one) => one.keyId === first)).toBe(false);
  });

  test("one that has expired goes", async () => {
    const [expired, second] = [await added("Expired", 1), await added()];
    world.runtime.pass(2 * DAY_MS);

    const { keyId } = await rotated(second);

    expect(await world.inDirectory()).toEqual([second, keyId]);
    expect(events()).toContain(`secret.retired ${expired}`);
  });

  test("what has gone for it has gone when the new one is refused, and is on record", async () => {
    const [first, second] = [await added(), await added()];
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    const refusal = { reason: "forbidden-by-policy", policy: "lifetime" } as const;
    world.directory.answerNext("addSecret", { kind: "refused", refusal });

    const answer = await rotateSecret(world, asked(first, { replaces: second }));

    expect(answer).toMatchObject({ refusal: { reason: "secret-forbidden-by-policy" } });
    expect(await world.inDirectory()).toEqual([first]);
    expect((await world.onRecord()).map(({ keyId }) => keyId)).toEqual([first]);
    expect(await ofClient()).toMatchObject([{ keyId: first }]);
    expect(events().at(-1)).toBe(`secret.removed ${second}`);
    expect(await underWay(world)).toEqual([]);
  });

  test("nobody is told that nothing was done where one has gone and the new one must wait", async () => {
    const [first, second] = [await added(), await added()];
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    world.directory.answerNext("addSecret", NOT_NOW);

    const error = await failure(rotateSecret(world, asked(first, { replaces: second })));

    expect(error).toMatchObject({ executed: "unknown" });
    expect(await underWay(world)).toEqual([]);
    expect(await ofClient()).toMatchObject([{ keyId: first }]);
  });

  test("nothing is done where what should go cannot go now", async () => {
    const [first, second] = [await added(), await added()];
    world.directory.answerNext("removeSecret", NOT_NOW);

    const error = await failure(rotateSecret(world, asked(first, { replaces: second })));

    expect(error).toMatchObject({ executed: "no" });
    expect(await world.inDirectory()).toEqual([first, second]);
    expect(await underWay(world)).toEqual([]);
  });
});

describe("a rotation is refused", () => {
  test("of a secret that is not there, and of a client of somebody else's, with the same reads", async () => {
    await added();
    world.clientsTable.forget();
    const refusals = [
      await rotateSecret(world, asked(newId())),
      await rotateSecret(world, { ...asked(newId()), clientId: newId() }),
      await rotateSecret(world, { ...asked(newId()), subscription: "fabrikam" }),
    ];
    expect(refusals).toMatchObject([
      { refusal: { reason: "secret-not-found" } },
      { refusal: { reason: "not-found" } },
      { refusal: { reason: "not-found" } },
    ]);
    expect(changes).toEqual([]);
  });

  test("under its key a second time, whatever has become of the old one", async () => {
    const idempotency = THE_REQUEST;
    const old = await added();
    const { keyId } = await rotated(old, { graceHours: 0, idempotency });

    const again = await rotateSecret(world, asked(old, { graceHours: 0, idempotency }));

    expect(again).toEqual({
      ok: false,
      refusal: { reason: "secret-value-already-returned", keyId },
    });
    expect(await world.inDirectory()).toEqual([keyId]);
  });

  test("while its client is stopped: it would give more to use", async () => {
    const old = await added();
    const found = await world.records.client("contoso", world.client.id);
    const suspended = { by: "operator" as const, reason: "Leaked", at: later(0) };
    if (found) await world.records.save({ ...found.record, suspended }, found.version);

    expect(await rotateSecret(world, asked(old))).toMatchObject({
      refusal: { reason: "client-suspended" },
    });
  });
});

test("a secret without a record is looked for in the directory, and gets one", async () => {
  const old = await added();
  for (const { record } of await world.secrets.secretsOf("contoso", world.client.id)) {
    const at = { partitionKey: "contoso", rowKey: `secret:${world.client.id}:${record.keyId}` };
    await world.clientsTable.delete(at.partitionKey, at.rowKey);
  }

  await rotated(old);

  expect(await world.onRecord()).toContainEqual(
    expect.objectContaining({ keyId: old, source: "directory", retiresAt: later(DAY_MS) }),
  );
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
    const old = await added();
    world.directory.answerNext("addSecret", UNKNOWN, true);
    expect(await failure(rotateSecret(world, asked(old)))).toMatchObject({ executed: "unknown" });

    await settled();

    expect(await world.inDirectory()).toEqual([old]);
    expect(await world.onRecord()).toMatchObject([{ keyId: old }]);
    expect((await world.onRecord())[0]).not.toHaveProperty("retiresAt");
    expect(await ofClient()).toMatchObject([{ keyId: old }]);
  });

  test("has put on record what had gone for it", async () => {
    const [first, second] = [await added(), await added()];
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    world.directory.answerNext("addSecret", UNKNOWN, true);
    await failure(rotateSecret(world, asked(first, { replaces: second })));

    await settled();

    expect(await world.inDirectory()).toEqual([first]);
    expect((await world.onRecord()).map(({ keyId }) => keyId)).toEqual([first]);
    expect(await ofClient()).toMatchObject([{ keyId: first }]);
    expect(events()).toContain(`secret.removed ${second}`);
  });

  test("lets its key go, so that it can be asked for again", async () => {
    const idempotency = THE_REQUEST;
    const old = await added();
    world.directory.answerNext("addSecret", UNKNOWN);
    await failure(rotateSecret(world, asked(old, { idempotency })));
    await settled();

    const { keyId } = await rotated(old, { idempotency });
    expect(await world.inDirectory()).toEqual([old, keyId]);
  });

  test("between its two writes, without grace, has the old one on record as gone", async () => {
    const old = await added();
    const { end } = world.operations;
    world.operations.end = async () => "lost";
    await failure(rotateSecret(world, asked(old, { graceHours: 0 })));
    world.operations.end = end;

    await settled();

    expect(await world.inDirectory()).toEqual([]);
    expect(await world.onRecord()).toEqual([]);
    expect(events()).toContain(`secret.retired ${old}`);
  });
});

test("a rotation that waits for another change of the client finds the new one before anything goes", async () => {
  const old = await added();
  const { admit } = world.operations;
  let first = true;
  world.operations.admit = async (admission) => {
    if (!first) return admit(admission);
    first = false;
    return { admitted: false, changed: "busy" };
  };
  const looked: string[][] = [];
  const { secretsOf } = world.directory;
  world.directory.secretsOf = async (...asking) => {
    looked.push([...changes]);
    return secretsOf(...asking);
  };

  await rotated(old, { graceHours: 0 });

  expect(looked).toEqual([["add"]]);
});

describe("moving a retirement", () => {
  test("off: the secret stays; to another time: no later than its own end", async () => {
    const old = await added();
    await rotated(old);

    const off = await moveRetirement(world, { ...world.own, keyId: old, retiresAt: undefined });
    expect(off.ok && off.value).not.toHaveProperty("retiresAt");
    expect((await world.onRecord()).find(({ keyId }) => keyId === old)).not.toHaveProperty(
      "retiresAt",
    );
    expect((await ofClient()).find(({ keyId }) => keyId === old)).not.toHaveProperty("retiresAt");

    const far = later(400 * DAY_MS);
    const on = await moveRetirement(world, { ...world.own, keyId: old, retiresAt: far });
    expect(on).toMatchObject({ value: { retiresAt: later(30 * DAY_MS) } });
    expect(retirements().at(-1)).toMatchObject({ at: later(30 * DAY_MS) });
    expect(events().slice(-2)).toEqual([`secret.rescheduled ${old}`, `secret.rescheduled ${old}`]);
    expect(changes).toEqual(["add"]);
  });

  test("is finished by whoever takes it over", async () => {
    const old = await added();
    await rotated(old);
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
    await added();
    const moved = await moveRetirement(world, {
      ...world.own,
      keyId: newId(),
      retiresAt: undefined,
    });
    expect(moved).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
  });
});
