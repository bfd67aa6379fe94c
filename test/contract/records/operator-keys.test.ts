import { beforeAll, describe, expect, test } from "vitest";
import { idempotencyRecords } from "../../../shared/adapters/records/idempotency.ts";
import type {
  IdempotencyRecord,
  IdempotencyRecords,
} from "../../../shared/operations/idempotency.ts";
import { later, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Idempotency records $name", ({ newTable }) => {
  let keys: IdempotencyRecords;
  beforeAll(async () => {
    keys = idempotencyRecords(await newTable());
  });

  const aKey = (changes: Partial<IdempotencyRecord> = {}): IdempotencyRecord => ({
    caller: newId(),
    keyHash: newId(),
    fingerprint: "what was asked",
    operationId: newId(),
    startedAt: NOON,
    expiresAt: later(1000),
    ...changes,
  });

  /** The same request under the same key, made once more: another operation. */
  const again = (key: IdempotencyRecord, now = NOON) =>
    keys.begin({ ...key, operationId: newId() }, now);

  test("the first to use a key begins, the second learns of the first", async () => {
    const first = aKey();
    const begun = await keys.begin(first, NOON);

    const second = await again(first);

    expect(begun.begun).toBe(true);
    expect(second.begun).toBe(false);
    expect(second.held.record).toEqual(first);
  });

  test("the same key of another caller is another key", async () => {
    const first = aKey();
    await keys.begin(first, NOON);

    expect((await keys.begin({ ...first, caller: newId() }, NOON)).begun).toBe(true);
  });

  test("of two at once, one begins", async () => {
    const key = aKey();

    const answers = await Promise.all([again(key), again(key)]);

    expect(answers.filter(({ begun }) => begun)).toHaveLength(1);
    expect(answers[0]?.held.record.operationId).toBe(answers[1]?.held.record.operationId);
  });

  test("a result is kept with the key", async () => {
    const key = aKey();
    const result = { clientId: newId(), keyId: newId() };
    const { held } = await keys.begin(key, NOON);

    await keys.finish(held, result);

    expect((await again(key)).held.record).toEqual({ ...key, result });
  });

  test("a result that comes after the key changed hands is not kept", async () => {
    const key = aKey();
    const { held } = await keys.begin(key, NOON);
    const next = await keys.restart(held, newId(), later(10));

    await keys.finish(held, { clientId: newId() });

    expect((await again(key)).held.record).toEqual(next?.record);
  });

  test("a key is taken over by one only", async () => {
    const { held } = await keys.begin(aKey(), NOON);

    const first = await keys.restart(held, newId(), later(10));
    const second = await keys.restart(held, newId(), later(20));

    expect(first).toBeDefined();
    expect(second).toBeUndefined();
  });

  test("a released key can be used anew", async () => {
    const key = aKey();
    const { held } = await keys.begin(key, NOON);

    await keys.release(held);

    expect((await again(key)).begun).toBe(true);
  });

  test("a key is forgotten for its own operation only", async () => {
    const key = aKey();
    await keys.begin(key, NOON);

    await keys.forget(key.caller, key.keyHash, newId());
    const kept = await again(key);
    await keys.forget(key.caller, key.keyHash, key.operationId);
    const anew = await again(key);

    expect([kept.begun, anew.begun]).toEqual([false, true]);
  });

  test("an expired key counts as none, before and after it was purged", async () => {
    const old = aKey({ expiresAt: later(10) });
    const young = aKey({ expiresAt: later(30) });
    await keys.begin(old, NOON);
    await keys.begin(young, NOON);

    const purged = await keys.purge(later(20));

    expect(purged).toBeGreaterThanOrEqual(1);
    expect((await again(old, later(20))).begun).toBe(true);
    expect((await again(young, later(20))).begun).toBe(false);
    expect((await again(young, later(30))).begun).toBe(true);
  });
});
