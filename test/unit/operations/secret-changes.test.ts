import { beforeEach, describe, expect, test } from "vitest";
import { end } from "../../../shared/operations/admission/end.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { ANN, later, newId } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const keyed = (keyHash: string, fingerprint = "the request") =>
  world.aSecret({ idempotency: { keyHash, fingerprint } });
const secretsOf = () => world.directory.secretsOf(world.client.id, world.client);

describe("a new secret", () => {
  test("lives as long as asked, and its value is told to nobody else", async () => {
    const { secretText, appId, ...secret } = await world.added({ idempotency: THE_REQUEST });

    expect(appId).toBe(world.client.appId);
    expect(secret.expiresAt.getTime() - secret.createdAt.getTime()).toBe(30 * 86_400_000);
    expect(await secretsOf()).toEqual([secret]);
    expect(world.events.published).toMatchObject([
      { type: "secret.created", data: { keyId: secret.keyId, displayName: "Production" } },
    ]);
    const rows = await world.clientsTable.page({}, 1000);
    expect(JSON.stringify([world.events.published, rows])).not.toContain(secretText);
  });

  test("is refused at the directory's limit, soonest to expire first", async () => {
    const first = await addSecret(world, world.aSecret({ lifetimeDays: 90 }));
    const second = await world.added();

    const third = await addSecret(world, world.aSecret());

    expect(third).toMatchObject({
      ok: false,
      refusal: {
        reason: "secret-limit-reached",
        limit: 2,
        secrets: [{ keyId: second.keyId }, { keyId: first.ok && first.value.keyId }],
      },
    });
    expect(await underWay(world)).toEqual([]);
  });

  test("is never shown again under its key, and the key is for this request only", async () => {
    const { keyId } = await world.added({ idempotency: THE_REQUEST });

    const again = await addSecret(world, keyed("key"));
    const other = await addSecret(world, keyed("key", "another request"));

    const refusal = { reason: "secret-value-already-returned", keyId };
    expect(again).toEqual({ ok: false, refusal });
    expect(other).toEqual({ ok: false, refusal: { reason: "idempotency-key-reused" } });
    expect(await secretsOf()).toHaveLength(1);
  });

  test("whose value was lost is in progress, then taken back, and made anew under its key", async () => {
    world.directory.answerNext("addSecret", { kind: "unknown", retryAfterSeconds: 1 }, true);
    await failure(addSecret(world, keyed("key")));
    const [lost] = (await secretsOf()) ?? [];

    const early = await addSecret(world, keyed("key"));
    world.runtime.pass(RECONCILE_AFTER_MS);
    const asked = await addSecret(world, keyed("key"));
    const made = await world.added({ idempotency: THE_REQUEST });

    expect(early).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect(asked).toMatchObject({ ok: false, refusal: { reason: "request-in-progress" } });
    expect((await secretsOf())?.map(({ keyId }) => keyId)).toEqual([made.keyId]);
    expect(world.events.published).toMatchObject([
      { type: "secret.removed", data: { keyId: lost?.keyId } },
      { type: "secret.created", data: { keyId: made.keyId } },
    ]);
  });

  test("right after another change is handed out only when the directory has kept it", async () => {
    await abandoned(world, { kind: "rename", clientId: world.client.id, displayName: "New" });
    const { directory } = world;
    const secretsOf = async () => [];

    const error = await failure(
      addSecret({ ...world, directory: { ...directory, secretsOf } }, world.aSecret()),
    );

    expect(error).toMatchObject({ service: "directory", executed: "unknown" });
    expect(await underWay(world)).toMatchObject([{ operation: { kind: "add-secret" } }]);
  });

  test("right after another change is handed out when it is there", async () => {
    await abandoned(world, { kind: "rename", clientId: world.client.id, displayName: "New" });

    expect((await addSecret(world, world.aSecret())).ok).toBe(true);
  });
});

test("a removed secret is gone, told of, and not found a second time", async () => {
  const { keyId } = await world.added();

  const removed = await world.remove(keyId);
  const again = await world.remove(keyId);

  expect(removed.ok).toBe(true);
  expect(again).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
  expect(world.told()).toEqual(["secret.created", "secret.removed"]);
  expect(await secretsOf()).toEqual([]);
});

describe("what is kept of a secret", () => {
  const kept = () => world.secrets.secretsOf("contoso", world.client.id);

  test("is all but its value, and by whom it was made; as long as it is there", async () => {
    const { secretText: _, hint: _hint, appId: _app, ...secret } = await world.added();
    expect(await kept()).toMatchObject([
      {
        record: {
          ...secret,
          subscription: "contoso",
          clientId: world.client.id,
          createdBy: ANN.actor,
          source: "service",
          told: [],
        },
      },
    ]);

    await world.remove(secret.keyId);

    expect(await kept()).toEqual([]);
  });

  test("stays while the directory keeps its deleted client", async () => {
    await world.added();

    await world.delete();

    expect(await kept()).toHaveLength(1);
  });

  test("is nothing where the directory has made none", async () => {
    world.directory.answerNext("addSecret", {
      kind: "not-now",
      retryAfterSeconds: 1,
      throttled: false,
    });

    await failure(addSecret(world, world.aSecret()));

    expect(await kept()).toEqual([]);
  });

  test("is changed on top of what a reminder has noted meanwhile", async () => {
    await world.added();
    const [from] = await kept();
    if (!from) throw new Error("Nothing is kept");
    const held = await abandoned(world, {
      kind: "rename",
      clientId: world.client.id,
      displayName: "A rename",
    });
    await world.secrets.saveSecret({ ...from.record, told: ["P7D"] }, from.version);
    const retiresAt = later(1);

    await end(world, held, {
      came: { outcome: "done" },
      secrets: [{ now: "changed", from, next: (record) => ({ ...record, retiresAt }) }],
    });

    expect(await kept()).toMatchObject([{ record: { told: ["P7D"], retiresAt } }]);
  });

  test("is not changed any more when it has gone meanwhile", async () => {
    const { keyId } = await world.added();
    const [from] = await kept();
    if (!from) throw new Error("Nothing is kept");
    await world.remove(keyId);
    const held = await abandoned(world, {
      kind: "rename",
      clientId: world.client.id,
      displayName: "A rename",
    });

    await end(world, held, {
      came: { outcome: "done" },
      secrets: [{ now: "changed", from, next: (record) => record }],
    });

    expect(await kept()).toEqual([]);
    expect(await underWay(world)).toEqual([]);
  });
});

test("a removal of another's secret is not found", async () => {
  const { keyId } = await world.added();

  const foreign = { ...world.own, subscription: "fabrikam" };
  const answers = [
    await removeSecret(world, { ...foreign, keyId }),
    await removeSecret(world, { ...world.own, clientId: newId(), keyId }),
  ];

  const notFound = { ok: false, refusal: { reason: "not-found" } };
  expect(answers).toEqual([notFound, notFound]);
  expect(await secretsOf()).toHaveLength(1);
});
