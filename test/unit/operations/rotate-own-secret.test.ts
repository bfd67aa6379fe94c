import { beforeEach, describe, expect, test } from "vitest";
import { nextToRotate, rotateOwnSecret } from "../../../shared/operations/rotate-own-secret.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const KEY = [newId(), newId(), newId()].toSorted();
const secret = (keyId: string | undefined, days: number, madeDaysAgo = 0) => ({
  keyId: keyId ?? "",
  displayName: "Production",
  hint: "abc",
  createdAt: later(-madeDaysAgo * DAY_MS),
  expiresAt: later(days * DAY_MS),
});
const next = (secrets: readonly ReturnType<typeof secret>[], record = aRecord()) =>
  nextToRotate(secrets, record, NOON)?.keyId;

describe("the secret that is rotated where none is named", () => {
  const [first, second, third] = KEY;

  test("is the one that ends first", () => {
    expect(next([secret(first, 90), secret(second, 30), secret(third, 60)])).toBe(second);
  });

  test("of two that end at once is the older one, and of two of one age always the same", () => {
    expect(next([secret(first, 30), secret(second, 30, 1)])).toBe(second);
    expect(next([secret(second, 30), secret(first, 30)])).toBe(first);
  });

  test("is none that has ended, is retiring, or was removed a moment ago", () => {
    const expiresAt = later(10 * DAY_MS);
    const record = aRecord({
      secrets: [
        { keyId: second ?? "", expiresAt, retiresAt: later(DAY_MS) },
        { keyId: third ?? "", expiresAt, goneAt: NOON },
      ],
    });

    expect(next([secret(first, 0)])).toBeUndefined();
    expect(next([secret(second, 10), secret(third, 10), secret(first, 90)], record)).toBe(first);
    expect(next([secret(second, 10)], record)).toBeUndefined();
  });
});

describe("a client's own rotation", () => {
  let world: RotationWorld;
  beforeEach(async () => {
    world = await rotationWorld();
  });
  const ask = (more: object = {}) =>
    rotateOwnSecret(world, { ...world.own, lifetimeDays: 90, graceHours: 24, ...more });
  const keyOf = async (answer: ReturnType<typeof ask>) => {
    const rotated = await answer;
    return rotated.ok ? rotated.value.replaced.keyId : rotated.refusal.reason;
  };

  test("takes the secret that is named, else the one that ends first and stays", async () => {
    const long = await world.old("Long", 300);
    const short = await world.old("Short", 30);

    expect(await keyOf(ask({ keyId: long, replaces: long }))).toBe(long);
    expect(await keyOf(ask({ replaces: short }))).toBe(short);
  });

  test("of a client without a secret that works and stays is refused", async () => {
    expect(await keyOf(ask())).toBe("secret-not-found");
    expect(world.changes).toEqual([]);
  });

  test("asked for again under its key makes no second one, though the next would be another", async () => {
    await world.old();
    const idempotency = THE_REQUEST;

    expect((await ask({ idempotency })).ok).toBe(true);
    expect(await keyOf(ask({ idempotency }))).toBe("secret-value-already-returned");
    expect(world.changes).toEqual(["add"]);
  });
});
