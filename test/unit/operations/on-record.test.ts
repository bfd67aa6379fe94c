import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { Operation } from "../../../shared/operations/admission/operation.ts";
import { purgeClient } from "../../../shared/operations/clients/purge-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { suspendClient } from "../../../shared/operations/clients/suspend-client.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, placesOf, underWay } from "../../support/product.ts";
import { later, newId, OLGA } from "../../support/samples.ts";

/** What stays on record of a change, whoever ends it; and that nothing looks after it any more. */

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

/** The newest entry. */
const last = async () => {
  const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 1);
  return entries[0];
};
const checks = () => world.checks.waiting.filter(({ body }) => body.type === "operation.check");
const restore = () => restoreClient(world, { ...world.own, as: "customer" });
const purge = () => purgeClient(world, { ...world.own, by: OLGA });
const refuse = (reason: "not-ours" | "absent") =>
  ({ kind: "refused", refusal: { reason } }) as const;
const ofDeleted = (kind: "restore" | "purge"): Operation =>
  kind === "purge"
    ? { kind, clientId: world.client.id }
    : { kind, clientId: world.client.id, as: "customer", keyHash: THE_REQUEST.keyHash };

describe("a client that was deleted", () => {
  beforeEach(async () => {
    await world.delete();
    world.runtime.pass(60_000);
  });

  test.each([
    ["restored", restore],
    ["purged", purge],
  ] as const)(
    "and is %s by who was asked has that on record, and no check is left",
    async (what, ask) => {
      expect(await ask()).toMatchObject({ ok: true });

      expect(await last()).toMatchObject({ action: `client.${what}`, outcome: "done" });
      expect(checks()).toEqual([]);
    },
  );

  test.each([
    ["restored", "restore"],
    ["purged", "purge"],
  ] as const)("and is %s by who took it over has the same on record", async (what, kind) => {
    expect(await world.settle(await abandoned(world, ofDeleted(kind)))).toBe("finished");

    expect(await last()).toMatchObject({ action: `client.${what}`, outcome: "done" });
  });

  test.each(["restore", "purge"] as const)(
    "and is refused its %s while that is settled has its reason on record, and is free",
    async (kind) => {
      const held = await abandoned(world, ofDeleted(kind));
      world.directory.answerNext(kind, refuse("not-ours"));

      expect(await world.settle(held)).toBe("undone");

      expect(await last()).toMatchObject({ outcome: "undone", detail: { reason: "not-ours" } });
      expect(await underWay(world)).toEqual([]);
      expect(await placesOf(world)).toBe(0);
      expect(await world.key()).toBeUndefined();
    },
  );

  test("and that the directory has no more when it is to come back has that on record", async () => {
    await world.directory.purge(world.client.id, { createdAt: new Date(0) });

    expect(await restore()).toMatchObject({ refusal: { reason: "client-gone" } });

    expect(await last()).toMatchObject({ outcome: "refused", detail: { reason: "absent" } });
  });

  test("is not purged while the directory cannot delete what somebody has brought back there", async () => {
    await world.directory.restore(world.client.id, { createdAt: new Date(0) });
    world.directory.answerNext("delete", {
      kind: "not-now",
      retryAfterSeconds: 5,
      throttled: false,
    });

    expect(await failure(purge())).toBeInstanceOf(RemoteUnavailable);

    expect(world.directory.all()).toHaveLength(1);
    expect(await underWay(world)).toEqual([]);
  });
});

test.each(["rejected", "revoked"] as const)(
  "a client whose consent was %s before it was deleted comes back with that",
  async (state) => {
    const found = await world.records.client("contoso", world.client.id);
    if (!found) throw new Error("There is no client");
    const consent = { ...found.record.consent, state };
    await world.records.save({ ...found.record, consent }, found.version);
    await world.delete();

    await restore();

    expect((await world.record())?.consent).toEqual(consent);
  },
);

test("a client that was stopped with its subscription is not said to be back before it can go on", async () => {
  const about = { subscription: "contoso", by: OLGA, reason: "Not paid" };
  const { operationId } = await beginRun(world, { ...about, kind: "suspend-subscription" });
  await suspendClient(world, { ...world.own, ...about, withSubscription: operationId });
  await world.delete();
  await beginRun(world, { ...about, kind: "resume-subscription" });
  world.directory.answerNext("setDisabled", { kind: "unknown", retryAfterSeconds: 5 });

  expect(await failure(restore())).toMatchObject({ executed: "unknown" });

  expect(await world.record()).toBeUndefined();
  expect(await underWay(world)).toMatchObject([{ operation: { kind: "restore" } }]);
});

describe("a secret", () => {
  test("that was rotated, and whose end was moved, leaves no check", async () => {
    const { keyId } = await world.added();
    const rotated = await rotateSecret(world, {
      ...{ ...world.own, keyId, lifetimeDays: 90, graceHours: 24 },
    });
    expect(rotated.ok).toBe(true);
    expect(checks()).toEqual([]);
    world.runtime.pass(1);

    const retiresAt = later(86_400_000);
    expect((await moveRetirement(world, { ...world.own, keyId, retiresAt })).ok).toBe(true);

    expect(checks()).toEqual([]);
    expect(await last()).toMatchObject({ action: "secret.rescheduled", outcome: "done" });
    expect(world.events.published.at(-1)?.data).toEqual({
      keyId,
      retiresAt: retiresAt.toISOString(),
    });
  });

  test("of which nothing is left by the time its move is settled has that on record", async () => {
    const keyId = newId();
    const { id: clientId } = world.client;
    const held = await abandoned(world, { kind: "move-retirement", clientId, keyId });

    expect(await world.settle(held)).toBe("undone");

    expect(await last()).toMatchObject({ outcome: "undone", detail: { reason: "secret-absent" } });
    expect(world.told()).toEqual([]);
    expect(await underWay(world)).toEqual([]);
  });
});

test.each(["rename", "delete", "remove-secret"] as const)(
  "a %s that the directory refuses while it is settled has its reason on record",
  async (kind) => {
    const { id: clientId } = world.client;
    const method = kind === "remove-secret" ? "removeSecret" : kind;
    const operation: Operation =
      kind === "rename"
        ? { kind, clientId, displayName: "New" }
        : kind === "delete"
          ? { kind, clientId }
          : { kind, clientId, keyId: newId() };
    const held = await abandoned(world, operation, { turn: 1 });
    world.directory.answerNext(method, refuse("not-ours"));

    expect(await world.settle(held)).toBe("undone");

    expect(await last()).toMatchObject({ outcome: "undone", detail: { reason: "not-ours" } });
  },
);
