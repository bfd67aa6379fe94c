import { beforeEach, describe, expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { newKey, type VersionedKey } from "../../../shared/operations/admission/key.ts";
import type { Held } from "../../../shared/operations/admission/operation.ts";
import { replayChange } from "../../../shared/operations/admission/replay-change.ts";
import { replayCreate } from "../../../shared/operations/admission/replay-create.ts";
import {
  ANOTHER,
  aCreate,
  type ClientWorld,
  clientWorld,
  THE_REQUEST,
} from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";

/** What is answered under a key whose first request nobody has answered yet. */

let world: ClientWorld;
let settled: Held[];
beforeEach(async () => {
  world = await clientWorld();
  settled = [];
});

/** A key that was taken so long ago. */
const keyOf = (operationId: string, ageMs: number): VersionedKey => ({
  key: newKey(THE_REQUEST, operationId, new Date(world.runtime.now().getTime() - ageMs)),
  version: "1",
});
const settle = async (held: Held) => {
  settled.push(held);
};
const inProgress = (retryAfterSeconds: number) => ({
  ok: false,
  refusal: { reason: "request-in-progress", retryAfterSeconds },
});

describe("a create", () => {
  const request = { ...ANOTHER, idempotency: THE_REQUEST };
  const replay = (key: VersionedKey, deps = {}) =>
    replayCreate({ ...world, settle, ...deps }, key, request);

  test("that has ended between two looks is looked for again, and tried anew when it is too old", async () => {
    expect(await replay(keyOf(newId(), RECONCILE_AFTER_MS - 1))).toEqual(inProgress(1));
    expect(await replay(keyOf(newId(), RECONCILE_AFTER_MS))).toBe("again");
    expect(settled).toEqual([]);
  });

  test("that somebody has taken up of late is left to them", async () => {
    const { entry } = await abandoned(world, aCreate());
    const touchedAgo = 40_000;
    world.runtime.pass(touchedAgo - RECONCILE_AFTER_MS);

    expect(await replay(keyOf(entry.operationId, 10 * RECONCILE_AFTER_MS))).toEqual(inProgress(40));
    expect(settled).toEqual([]);
    world.runtime.pass(RECONCILE_AFTER_MS - touchedAgo - 1);
    await replay(keyOf(entry.operationId, 10 * RECONCILE_AFTER_MS));
    expect(settled).toEqual([]);
  });

  test("that nobody works on is ended, and who asks learns how", async () => {
    const { entry } = await abandoned(world, aCreate());
    const key = () => keyOf(entry.operationId, RECONCILE_AFTER_MS);
    // Its end is awaited.
    expect(await replay(key())).toEqual(inProgress(1));
    expect(settled).toMatchObject([{ entry: { operationId: entry.operationId } }]);

    expect(await replay(key(), { settle: world.settle })).toEqual(inProgress(1));
    world.runtime.pass(RECONCILE_AFTER_MS);
    expect(await replay(key(), { settle: world.settle })).toBe("again");
  });

  test("that was made after all is answered with what it has made", async () => {
    const { entry } = await abandoned(world, aCreate());
    await world.directory.create({ operationId: entry.operationId, ...ANOTHER });

    const answer = await replay(keyOf(entry.operationId, RECONCILE_AFTER_MS), {
      settle: world.settle,
    });

    expect(answer).toMatchObject({
      ...{ ok: true, replayed: true },
      value: { operationId: entry.operationId, displayName: "New" },
    });
  });
});

describe("a change", () => {
  const replay = (key: VersionedKey) =>
    replayChange({ ...world, settle }, key, { ...world.own, idempotency: THE_REQUEST });
  const stop = () =>
    abandoned(world, { kind: "suspend", clientId: world.client.id, reason: "A leak" });

  test("that nobody works on is ended, and who asks next learns how", async () => {
    const { entry } = await stop();

    expect(await replay(keyOf(entry.operationId, RECONCILE_AFTER_MS))).toEqual(inProgress(1));
    expect(settled).toMatchObject([{ entry: { operationId: entry.operationId } }]);
  });

  test("that is young is left to who works on it", async () => {
    const { entry } = await stop();

    const young = keyOf(entry.operationId, RECONCILE_AFTER_MS - 5_000);

    expect(await replay(young)).toEqual(inProgress(5));
    expect(settled).toEqual([]);
  });

  test("that was set aside may have been made: who asks is not told to come back in a second", async () => {
    const held = await stop();
    world.directory.setDisabled = () =>
      Promise.reject(new DirectoryRefused({ reason: "not-ours" }));
    expect(await world.settle(held)).toBe("parked");
    const key = (ageMs: number) => keyOf(held.entry.operationId, ageMs);

    expect(await failure(replay(key(RECONCILE_AFTER_MS)))).toMatchObject({
      ...{ service: "directory", executed: "unknown" },
      retryAfterSeconds: RECONCILE_AFTER_MS / 1000,
    });
    expect(await replay(key(RECONCILE_AFTER_MS - 1_000))).toEqual(inProgress(1));
  });

  test("is not ended in place of another one that holds its client", async () => {
    await stop();

    expect(await replay(keyOf(newId(), RECONCILE_AFTER_MS))).toEqual(inProgress(1));
    expect(settled).toEqual([]);
  });

  test("that was made on a client which has gone since finds nothing", async () => {
    const { key, version } = keyOf(newId(), 1_000);
    const result = { clientId: world.client.id };
    expect(await replay({ key: { ...key, result }, version })).toMatchObject({
      ...{ ok: true, replayed: true, value: world.client },
    });
    await world.delete();

    expect(await replay({ key: { ...key, result }, version })).toEqual({
      ok: false,
      refusal: { reason: "not-found" },
    });
  });

  test("asked for without a key is another one", async () => {
    const key = keyOf(newId(), 1_000);

    expect(await replayChange({ ...world, settle }, key, world.own)).toEqual({
      ok: false,
      refusal: { reason: "idempotency-key-reused" },
    });
    expect(await replayCreate({ ...world, settle }, key, ANOTHER)).toEqual({
      ok: false,
      refusal: { reason: "idempotency-key-reused" },
    });
  });
});
