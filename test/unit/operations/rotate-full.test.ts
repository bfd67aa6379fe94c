import { beforeEach, describe, expect, test } from "vitest";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { aGiven } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { later, newId } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOT_NOW = { kind: "not-now", throttled: false, retryAfterSeconds: 10 } as const;

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
});

async function aCertificate(): Promise<string> {
  const certificate = aGiven(world.runtime.now());
  const added = await addCertificate(world, { ...world.own, certificate, displayName: "Import" });
  if (!added.ok) throw new Error(added.refusal.reason);
  return added.value.keyId;
}

async function settleAll(): Promise<void> {
  world.runtime.pass(RECONCILE_AFTER_MS);
  for (const held of await world.operations.allUnderWay("contoso")) await world.settle(held);
}

describe("with no room for a third", () => {
  test("lists the two, makes nothing and removes nothing", async () => {
    const [first, second] = [await world.old("First", 10), await world.old("Second", 20)];

    const answer = await rotateSecret(world, world.asked(first));

    expect(answer).toMatchObject({
      refusal: { reason: "secret-limit-reached", secrets: [{ keyId: first }, { keyId: second }] },
    });
    expect(await world.inDirectory()).toEqual([first, second]);
    expect(await underWay(world)).toEqual([]);
  });

  test("the one that is retiring already goes, the rotated one stays for its grace", async () => {
    const first = await world.old();
    const second = (await world.rotated(first)).keyId;
    world.changes.length = 0;

    const third = (await world.rotated(second)).keyId;

    expect(world.changes).toEqual(["add: refused", `remove ${first}`, "add"]);
    expect(await world.inDirectory()).toEqual([second, third]);
    expect(world.toldOf().slice(-2)).toEqual([
      `secret.retired ${first}`,
      `secret.rotated ${third}`,
    ]);
    expect(await world.ofClient()).toMatchObject([{ keyId: third }, { keyId: second }]);
    expect((await world.onRecord()).map(({ keyId }) => keyId).toSorted()).toEqual(
      [second, third].toSorted(),
    );
  });

  test("the one that the caller names goes", async () => {
    const [first, second] = [await world.old(), await world.old()];

    const { keyId, replaced } = await world.rotated(first, { replaces: second });

    expect(await world.inDirectory()).toEqual([first, keyId]);
    expect(replaced).toMatchObject({ keyId: first, retiresAt: later(DAY_MS) });
    expect(world.toldOf().slice(-2)).toEqual([
      `secret.removed ${second}`,
      `secret.rotated ${keyId}`,
    ]);
  });

  test.each(["a certificate", "nothing of the client's"])(
    "%s is named: it makes no room, and goes nowhere",
    async (named) => {
      const first = await world.old();
      await world.old();
      const certificate = await aCertificate();
      const told = world.toldOf();
      const request = world.asked(first, {
        replaces: named === "a certificate" ? certificate : newId(),
      });

      expect(await rotateSecret(world, request)).toMatchObject({
        refusal: { reason: "secret-limit-reached" },
      });

      expect(world.toldOf()).toEqual(told);
      expect((await world.onRecord()).map(({ keyId }) => keyId)).toContain(certificate);
      expect(await world.ofClient()).toHaveLength(3);
    },
  );

  test.each([
    ["a certificate", aCertificate],
    ["nothing of the client's", newId],
  ])("%s that was named goes nowhere when the rotation is taken back either", async (_, named) => {
    const first = await world.old();
    await world.old();
    const replaces = await named();
    const onRecord = await world.onRecord();
    world.directory.answerNext("removeSecret", { kind: "unknown", retryAfterSeconds: 1 });
    await failure(rotateSecret(world, world.asked(first, { replaces })));
    const told = world.toldOf();

    for (let turn = 0; turn < 2; turn += 1) await settleAll();

    expect(await underWay(world)).toEqual([]);
    expect(world.toldOf()).toEqual(told);
    expect(await world.onRecord()).toEqual(onRecord);
  });

  test("the rotated one itself goes at once where the caller says so", async () => {
    const [first, second] = [await world.old(), await world.old()];

    const { keyId } = await world.rotated(first, { replaces: first });

    expect(await world.inDirectory()).toEqual([second, keyId]);
    expect(world.retirements()).toEqual([]);
    expect((await world.onRecord()).some((one) => one.keyId === first)).toBe(false);
  });

  test("one that has expired goes", async () => {
    const [expired, second] = [await world.old("Expired", 1), await world.old()];
    world.runtime.pass(2 * DAY_MS);

    const { keyId } = await world.rotated(second);

    expect(await world.inDirectory()).toEqual([second, keyId]);
    expect(world.toldOf()).toContain(`secret.retired ${expired}`);
  });

  test("what has gone for it has gone when the new one is refused, and is on record", async () => {
    const [first, second] = [await world.old(), await world.old()];
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    const refusal = { reason: "forbidden-by-policy", policy: "lifetime", longestDays: 30 } as const;
    world.directory.answerNext("addSecret", { kind: "refused", refusal });

    const answer = await rotateSecret(world, world.asked(first, { replaces: second }));

    expect(answer).toMatchObject({
      refusal: { reason: "secret-forbidden-by-policy", longestDays: 30 },
    });
    expect(await world.inDirectory()).toEqual([first]);
    expect((await world.onRecord()).map(({ keyId }) => keyId)).toEqual([first]);
    expect(await world.ofClient()).toMatchObject([{ keyId: first }]);
    expect(world.toldOf().at(-1)).toBe(`secret.removed ${second}`);
    expect(await underWay(world)).toEqual([]);
  });

  test("nobody is told that nothing was done where one has gone and the new one must wait", async () => {
    const [first, second] = [await world.old(), await world.old()];
    world.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    world.directory.answerNext("addSecret", NOT_NOW);

    const error = await failure(rotateSecret(world, world.asked(first, { replaces: second })));

    expect(error).toMatchObject({ executed: "unknown" });
    expect(await underWay(world)).toEqual([]);
    expect(await world.ofClient()).toMatchObject([{ keyId: first }]);
  });

  test("nothing is done where what should go cannot go now", async () => {
    const [first, second] = [await world.old(), await world.old()];
    world.directory.answerNext("removeSecret", NOT_NOW);

    const error = await failure(rotateSecret(world, world.asked(first, { replaces: second })));

    expect(error).toMatchObject({ executed: "no" });
    expect(await world.inDirectory()).toEqual([first, second]);
    expect(await underWay(world)).toEqual([]);
  });
});
