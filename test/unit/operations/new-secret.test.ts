import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { DirectoryRefusal } from "../../../shared/clients/ports.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { type ClientWorld, clientWorld, THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { later, NOON, newId } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const refuse = (refusal: DirectoryRefusal) =>
  world.directory.answerNext("addSecret", { kind: "refused", refusal });

describe("a secret right after another change", () => {
  beforeEach(async () => {
    await abandoned(world, { kind: "rename", clientId: world.client.id, displayName: "New" });
  });
  const addSeeing = (secretsOf: ClientWorld["directory"]["secretsOf"]) =>
    addSecret({ ...world, directory: { ...world.directory, secretsOf } }, world.aSecret());

  test("is not taken for kept where the directory shows another one only", async () => {
    const dates = { createdAt: NOON, expiresAt: later(86_400_000) };
    const other = { keyId: newId(), displayName: "Production", hint: "abc", ...dates };

    const error = await failure(addSeeing(async () => [other]));

    expect(error).toMatchObject({ service: "directory", executed: "unknown" });
  });

  test("is not handed out where the directory does not show its client any more", async () => {
    const error = await failure(addSeeing(async () => undefined));

    expect(error).toBeInstanceOf(RemoteUnavailable);
    expect(error).toMatchObject({ service: "directory", executed: "unknown" });
    expect(await underWay(world)).toMatchObject([{ operation: { kind: "add-secret" } }]);
  });
});

describe("a secret that the directory refuses", () => {
  test("for want of room, of a client that it does not show then, is told with the limit alone", async () => {
    refuse({ reason: "secrets-full" });
    const { directory } = world;
    const blind = { ...world, directory: { ...directory, secretsOf: async () => undefined } };

    expect(await addSecret(blind, world.aSecret())).toEqual({
      ok: false,
      refusal: { reason: "secret-limit-reached", limit: 2, secrets: [] },
    });
  });

  test("for want of room is told with as many as the client has", async () => {
    const { secretText: _, appId: _app, ...shown } = await world.added();
    refuse({ reason: "secrets-full" });

    expect(await addSecret(world, world.aSecret())).toMatchObject({
      refusal: { reason: "secret-limit-reached", limit: 1, secrets: [shown] },
    });
  });

  test("because a policy forbids the kind is told with the kinds that may be had", async () => {
    refuse({ reason: "forbidden-by-policy", policy: "type" });

    expect(await addSecret(world, world.aSecret())).toEqual({
      ok: false,
      refusal: {
        reason: "credential-kind-not-allowed",
        kind: "secret",
        allowed: ["certificate", "federated"],
        why: "policy",
      },
    });
  });

  test("because it lives too long is told without a number of days where none is known", async () => {
    refuse({ reason: "forbidden-by-policy", policy: "lifetime" });

    const answer = await addSecret(world, world.aSecret());

    expect(answer).toStrictEqual({
      ok: false,
      refusal: { reason: "secret-forbidden-by-policy" },
    });
  });
});

test("a secret that was set aside, asked for again under its key, ends nobody else's change", async () => {
  world.directory.answerNext("addSecret", { kind: "unknown", retryAfterSeconds: 1 }, true);
  await failure(addSecret(world, world.aSecret({ idempotency: THE_REQUEST })));
  world.directory.answerNext("removeSecret", {
    kind: "refused",
    refusal: { reason: "not-ours" },
  });
  world.runtime.pass(RECONCILE_AFTER_MS);
  expect(await world.settleAgain()).toBe("parked");
  const other = { kind: "rename", clientId: world.client.id, displayName: "New" } as const;
  const { entry } = await abandoned(world, other);

  const again = await failure(addSecret(world, world.aSecret({ idempotency: THE_REQUEST })));

  // It may be there: nobody is told to come back in a second, for as long as the key is kept.
  expect(again).toMatchObject({
    executed: "unknown",
    retryAfterSeconds: RECONCILE_AFTER_MS / 1000,
  });
  expect(await underWay(world)).toEqual([entry]);
});
