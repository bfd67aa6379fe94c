import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { later } from "../../support/samples.ts";

/** For some seconds the directory does not find a secret that it has just made, which works all the same. */

const NOT_FOUND = { kind: "refused", refusal: { reason: "secret-absent" } } as const;

let world: RotationWorld;
let made: string;
beforeEach(async () => {
  world = await rotationWorld();
  made = await world.old();
});

const ids = async () =>
  ((await world.directory.secretsOf(world.client.id, world.client)) ?? []).map(
    ({ keyId }) => keyId,
  );
const notFound = (times: number) => {
  for (let asked = 0; asked < times; asked += 1)
    world.directory.answerNext("removeSecret", NOT_FOUND);
};
const replace = (other: string) => rotateSecret(world, world.asked(other, { replaces: made }));
const remove = () => removeSecret(world, { ...world.own, keyId: made, evenLast: true });

describe("a secret that was made a moment ago", () => {
  test("is removed as soon as the directory finds it", async () => {
    notFound(2);

    expect(await remove()).toEqual({ ok: true, value: undefined });
    expect(await ids()).toEqual([]);
  });

  test("is not said to be none while the directory does not find it", async () => {
    notFound(100);

    expect(await failure(remove())).toBeInstanceOf(RemoteUnavailable);
    expect(await ids()).toEqual([made]);
    expect((await world.ofClient()).map(({ keyId }) => keyId)).toEqual([made]);
    expect(await underWay(world)).toEqual([]);
  });

  test.each([
    ["its removal", () => remove()],
    ["a rotation for which it is to make room", replace],
  ])(
    "has not been left alone for certain where its record cannot be read: %s",
    async (_, change) => {
      world.runtime.pass(1);
      const other = await world.old("Other");
      const { secret } = world.secrets;
      const away = new RemoteUnavailable("records", { executed: "no" });
      Object.assign(world.secrets, {
        secret: (...asked: Parameters<typeof secret>) =>
          asked[2] === made ? Promise.reject(away) : secret(...asked),
      });
      notFound(1);

      expect(await failure(change(other))).toMatchObject({ executed: "unknown" });
      expect(await underWay(world)).toHaveLength(1);
    },
  );

  test("is not taken for gone either by who looks after a removal that was left", async () => {
    const removal = { kind: "remove-secret", clientId: world.client.id, keyId: made } as const;
    const held = await abandoned(world, removal);
    world.runtime.pass(RECONCILE_AFTER_MS);
    notFound(1);

    expect(await world.settle(held)).toBe("waiting");
    expect(world.toldOf()).not.toContain(`secret.removed ${made}`);
    expect(await world.settleAgain()).toBe("finished");
    expect(await ids()).toEqual([]);
  });

  test("and has leaked goes by the message where it does not go with its rotation", async () => {
    notFound(100);

    const { keyId } = await world.rotated(made, { graceHours: 0 });

    const held = (await world.ofClient()).map((one) => one.keyId);
    expect(held.toSorted()).toEqual([made, keyId].toSorted());
    expect(world.retirements()).toMatchObject([{ body: { keyId: made } }]);
    expect(world.toldOf()).not.toContain(`secret.retired ${made}`);
  });
});

test("one that was made in the directory a moment ago, and has leaked, goes by the message as well", async () => {
  const createdAt = world.runtime.now();
  const secret = { displayName: "By hand", createdAt, expiresAt: later(86_400_000, createdAt) };
  const byHand = await world.directory.addSecret(world.client.id, secret, world.client);
  const keyId = byHand.kind === "done" ? byHand.value.keyId : "";
  await remove();
  notFound(1);

  expect(await rotateSecret(world, world.asked(keyId, { graceHours: 0 }))).toMatchObject({
    ok: true,
  });

  expect(await ids()).toContain(keyId);
  expect(world.checks.waiting.map(({ body }) => body)).toContainEqual(
    expect.objectContaining({ type: "secret.retire", keyId }),
  );
});

test("of one that was made long ago the directory is believed", async () => {
  world.runtime.pass(LATE_FOR_MS);
  notFound(1);

  expect(await remove()).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
  expect(world.changes).toEqual([`remove ${made}`]);
});
