import { beforeAll, describe, expect, test } from "vitest";
import { operatorKeys } from "../../../shared/adapters/records/operator-keys.ts";
import type { OperatorKey, OperatorKeys } from "../../../shared/operations/admission/do-once.ts";
import type { Key } from "../../../shared/operations/admission/key.ts";
import { later, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Operators' keys $name", ({ newTable }) => {
  let keys: OperatorKeys;
  beforeAll(async () => {
    keys = operatorKeys(await newTable());
  });

  const aKey = (changes: Partial<Key> = {}): OperatorKey => ({
    operator: newId(),
    key: {
      keyHash: newId(),
      fingerprint: "what was asked",
      operationId: newId(),
      startedAt: NOON,
      expiresAt: later(1000),
      ...changes,
    },
  });

  /** The same request under the same key, made once more: another operation. */
  const again = ({ operator, key }: OperatorKey, now = NOON) =>
    keys.begin({ operator, key: { ...key, operationId: newId() } }, now);

  test("the first to use a key begins, the second learns of the first", async () => {
    const first = aKey();
    const begun = await keys.begin(first, NOON);

    const second = await again(first);

    expect(begun.begun).toBe(true);
    expect(second.begun).toBe(false);
    expect(second.held).toEqual(begun.held);
    expect(second.held.record).toEqual(first);
  });

  test("the same key of another operator is another key", async () => {
    const first = aKey();
    await keys.begin(first, NOON);

    expect((await keys.begin({ ...first, operator: newId() }, NOON)).begun).toBe(true);
  });

  test("of two at once, one begins", async () => {
    const key = aKey();

    const answers = await Promise.all([again(key), again(key)]);

    expect(answers.filter(({ begun }) => begun)).toHaveLength(1);
    expect(answers[0]?.held.record.key.operationId).toBe(answers[1]?.held.record.key.operationId);
  });

  test("a result is kept with the key", async () => {
    const first = aKey();
    const result = { clientId: newId(), keyId: newId() };
    const { held } = await keys.begin(first, NOON);

    await keys.finish(held, result);

    expect((await again(first)).held.record.key).toEqual({ ...first.key, result });
  });

  test("a result or a release that comes after the key changed hands does nothing", async () => {
    const key = aKey();
    const { held } = await keys.begin(key, NOON);
    const next = await keys.restart(held, newId(), later(10));

    await keys.finish(held, { clientId: newId() });
    await keys.release(held);

    expect((await again(key)).held).toEqual(next);
  });

  test("a key is taken over by one only, from then on", async () => {
    const { held } = await keys.begin(aKey(), NOON);
    const operationId = newId();

    const first = await keys.restart(held, operationId, later(10));
    const second = await keys.restart(held, newId(), later(20));

    expect(first?.record.key).toEqual({ ...held.record.key, operationId, startedAt: later(10) });
    expect(second).toBeUndefined();
  });

  test("a released key can be used anew", async () => {
    const key = aKey();
    const { held } = await keys.begin(key, NOON);

    await keys.release(held);

    expect((await again(key)).begun).toBe(true);
  });

  test("an expired key counts as none, before and after it was purged", async () => {
    const old = aKey({ expiresAt: later(10) });
    const young = aKey({ expiresAt: later(30) });
    const older = aKey({ expiresAt: later(10) });
    for (const key of [old, young, older]) await keys.begin(key, NOON);
    const renewed = { ...older, key: { ...older.key, expiresAt: later(40) } };
    expect((await keys.begin(renewed, later(10))).begun).toBe(true);

    const purged = await keys.purge(later(20));

    expect(purged).toBe(1);
    expect((await again(old, later(20))).begun).toBe(true);
    expect((await again(young, later(20))).begun).toBe(false);
    expect((await again(young, later(30))).begun).toBe(true);
    expect((await again(renewed, later(30))).begun).toBe(false);
  });
});
