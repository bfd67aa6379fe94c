import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { DirectoryRefusal } from "../../../shared/clients/ports.ts";
import type { IdempotentRequest } from "../../../shared/operations/admission/key.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import {
  type RotateCertificateRequest,
  rotateCertificate,
} from "../../../shared/operations/credentials/rotate-certificate.ts";
import { aGiven } from "../../support/certificates.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { ANN, later } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const LOST = { kind: "unknown", retryAfterSeconds: 1 } as const;

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
  // Entries of one moment lie in any order.
  world.runtime.pass(1_000);
});

const given = () => aGiven(world.runtime.now());
type More = { readonly idempotency?: IdempotentRequest };
const add = (more: More = {}) =>
  addCertificate(world, { ...world.own, certificate: given(), displayName: "Import", ...more });
async function added(more: More = {}) {
  const answer = await add(more);
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}
const rotate = (keyId: string, more: Partial<RotateCertificateRequest> = {}) =>
  rotateCertificate(world, { ...world.own, keyId, certificate: given(), graceHours: 24, ...more });
const remove = (keyId: string) => removeSecret(world, { ...world.own, keyId, kind: "certificate" });
const ids = async () =>
  ((await world.directory.endingOf(world.client.id, world.client)) ?? []).map(({ keyId }) => keyId);
const entries = async (limit = 10) =>
  (await activityRecords(world.clientsTable).activity("contoso", {}, limit)).entries;
const checks = () => world.checks.waiting.filter(({ body }) => body.type === "operation.check");
const settleLater = () => {
  world.runtime.pass(RECONCILE_AFTER_MS);
  return world.settleAgain();
};

describe("a certificate that has been registered", () => {
  test("is on record whole, with who did it, and nothing looks after it any more", async () => {
    const certificate = given();
    const request = { ...world.own, certificate, displayName: "Import" };

    const answer = await addCertificate(world, request);

    const [keyId = ""] = await ids();
    const { thumbprint, thumbprintSha256, subject, notAfter } = certificate;
    const record = {
      ...{ subscription: "contoso", clientId: world.client.id, keyId, kind: "certificate" },
      certificate: { thumbprint, thumbprintSha256, subject },
      ...{ displayName: "Import", createdAt: world.runtime.now(), expiresAt: notAfter },
      ...{ createdBy: ANN.actor, source: "service", told: [] },
    };
    expect(answer).toEqual({ ok: true, value: record });
    expect(await world.onRecord()).toEqual([record]);
    expect(await world.ofClient()).toEqual([{ keyId, kind: "certificate", expiresAt: notAfter }]);
    expect(await entries(2)).toMatchObject([
      { action: "certificate.created", outcome: "done", credentialId: keyId },
      { action: "client.created" },
    ]);
    expect(checks()).toEqual([]);
  });

  test("in the place of one that leaked has the client without that one, and both in the entries", async () => {
    const { keyId: old } = await added();
    world.runtime.pass(1_000);

    const answer = await rotate(old, { graceHours: 0 });

    const [made] = await ids();
    expect(answer).toMatchObject({ ok: true, value: { made: { keyId: made } } });
    expect(await world.ofClient()).toMatchObject([{ keyId: made, kind: "certificate" }]);
    expect((await entries(2)).toSorted((a, b) => (a.action < b.action ? -1 : 1))).toMatchObject([
      { action: "certificate.retired", outcome: "done", credentialId: old },
      { action: "certificate.rotated", outcome: "done", credentialId: made },
    ]);
    expect(checks()).toEqual([]);
  });

  test("in the place of one that works on leaves no entry of that one's end", async () => {
    const { keyId: old } = await added();
    world.runtime.pass(1_000);

    await rotate(old);

    expect((await entries()).map(({ action }) => action)).toEqual([
      "certificate.rotated",
      "certificate.created",
      "client.created",
    ]);
    expect(checks()).toEqual([]);
  });
});

describe("a certificate is refused", () => {
  const longest = { longestDays: 30 };
  const notAllowed = {
    ...{ reason: "credential-kind-not-allowed", kind: "certificate", why: "policy" },
    allowed: ["secret", "federated"],
  };
  test.each<[DirectoryRefusal, object]>([
    [{ reason: "absent" }, { reason: "not-found" }],
    [{ reason: "certificates-full" }, { reason: "certificate-limit-reached" }],
    [{ reason: "forbidden-by-policy", policy: "type" }, notAllowed],
    [
      { reason: "forbidden-by-policy", policy: "lifetime", ...longest },
      { reason: "certificate-forbidden-by-policy", ...longest },
    ],
    [
      { reason: "forbidden-by-policy", policy: "lifetime" },
      { reason: "certificate-forbidden-by-policy" },
    ],
    [{ reason: "forbidden-by-policy", policy: "audience" }, { reason: "forbidden-by-policy" }],
    [{ reason: "not-ours" }, { reason: "client-not-managed" }],
  ])("as the directory says (%o), and nothing of it is left", async (refusal, told) => {
    const { keyId } = await added();
    const before = world.told().length;

    world.directory.answerNext("addCertificate", { kind: "refused", refusal });
    expect(await add({ idempotency: THE_REQUEST })).toStrictEqual({ ok: false, refusal: told });
    world.directory.answerNext("addCertificate", { kind: "refused", refusal });
    expect(await rotate(keyId)).toStrictEqual({ ok: false, refusal: told });

    expect(await ids()).toEqual([keyId]);
    expect(await world.key()).toBeUndefined();
    expect(world.told()).toHaveLength(before);
    expect(await underWay(world)).toEqual([]);
  });

  test("of a client of somebody else's, or that is not as it was seen", async () => {
    const { keyId } = await added();
    const request = { ...world.own, certificate: given(), displayName: "Import" };

    expect(await addCertificate(world, { ...request, subscription: "fabrikam" })).toEqual({
      ok: false,
      refusal: { reason: "not-found" },
    });
    expect(await rotate(keyId, { subscription: "fabrikam" })).toEqual({
      ok: false,
      refusal: { reason: "not-found" },
    });
    expect(await rotate(keyId, { ifMatch: '"another"' })).toMatchObject({
      refusal: { reason: "precondition-failed" },
    });
    expect(await ids()).toEqual([keyId]);
  });

  test("in the place of one where the token endpoint takes none", async () => {
    const { keyId } = await added();
    const credentialRules = { ...world.credentialRules, directory: ["secret"] as const };
    const request = { ...world.own, keyId, certificate: given(), graceHours: 24 };

    expect(await rotateCertificate({ ...world, credentialRules }, request)).toMatchObject({
      refusal: { reason: "credential-kind-not-allowed", why: "directory" },
    });
    expect(await ids()).toEqual([keyId]);
  });
});

describe("asked for again under its key", () => {
  const idempotency = THE_REQUEST;
  const NOT_FOUND = { ok: false, refusal: { reason: "certificate-not-found" } };
  const REUSED = { ok: false, refusal: { reason: "idempotency-key-reused" } };
  const other = { idempotency: { ...THE_REQUEST, fingerprint: "another request" } };

  test("a certificate that has gone since is not there, and is not made anew", async () => {
    await remove((await added({ idempotency })).keyId);

    expect(await add({ idempotency })).toEqual(NOT_FOUND);
    expect(await ids()).toEqual([]);
  });

  test("with something else, it is refused", async () => {
    const { keyId } = await added({ idempotency });

    expect(await add(other)).toEqual(REUSED);
    expect(await rotate(keyId, other)).toEqual(REUSED);
    expect(await ids()).toEqual([keyId]);
  });

  test("a rotation whose old one went at once is answered as before, for as long as the key lives", async () => {
    const { keyId: old } = await added();
    const asked = { graceHours: 0, idempotency };
    const first = await rotate(old, asked);
    const made = first.ok && first.value.made;

    expect(await rotate(old, asked)).toEqual({ ok: true, value: { made }, replayed: true });
    expect(await rotate(old, { ...asked, ...other })).toEqual(REUSED);
    world.runtime.pass(DAY_MS - 1);
    expect(await rotate(old, asked)).toMatchObject({ ok: true, replayed: true });
    world.runtime.pass(1);
    expect(await rotate(old, asked)).toEqual(NOT_FOUND);
    expect(await ids()).toHaveLength(1);
  });

  test("a rotation of one that goes while it is looked for finds that out, and what it was itself", async () => {
    const { secret } = world.secrets;
    /** What is done after the old one was read. */
    const meanwhile = (work: () => Promise<unknown>) => {
      world.secrets.secret = async (...asked) => {
        const found = await secret(...asked);
        world.secrets.secret = secret;
        await work();
        return found;
      };
    };
    const first = await added();
    meanwhile(() => remove(first.keyId));
    expect(await rotate(first.keyId)).toEqual(NOT_FOUND);

    const second = await added();
    const asked = { graceHours: 0, idempotency };
    meanwhile(() => rotate(second.keyId, asked));
    expect(await rotate(second.keyId, asked)).toMatchObject({ ok: true, replayed: true });
    expect(await ids()).toHaveLength(1);
  });
});

test("one that was to be removed as a secret, by a request that was abandoned, is there still", async () => {
  const { keyId } = await added();
  world.directory.answerNext("removeSecret", LOST);
  await failure(removeSecret(world, { ...world.own, keyId }));
  const told = world.events.published.length;

  expect(await settleLater()).toBe("undone");

  expect(await ids()).toEqual([keyId]);
  expect(await world.onRecord()).toMatchObject([{ keyId }]);
  expect(await world.ofClient()).toMatchObject([{ keyId, kind: "certificate" }]);
  expect(world.events.published).toHaveLength(told);
});

describe("a registration that was abandoned", () => {
  test("is looked for twice, whatever else the client has, and frees its key", async () => {
    const { keyId } = await added();
    world.runtime.pass(1_000);
    world.directory.answerNext("addCertificate", LOST);
    expect(await failure(add({ idempotency: THE_REQUEST }))).toBeInstanceOf(RemoteUnavailable);

    expect(await settleLater()).toBe("waiting");
    expect(await world.key()).toBeDefined();
    expect(await settleLater()).toBe("undone");

    expect(await world.key()).toBeUndefined();
    expect(await entries(1)).toMatchObject([{ action: "certificate.created", outcome: "undone" }]);
    expect((await world.onRecord()).map((record) => record.keyId)).toEqual([keyId]);
    expect(world.told()).toEqual(["certificate.created"]);
  });

  test("of a client that the directory does not show any more comes to nothing", async () => {
    world.directory.answerNext("addCertificate", LOST, true);
    await failure(add());
    await world.directory.delete(world.client.id, world.client);

    expect(await settleLater()).toBe("waiting");
    expect(await settleLater()).toBe("undone");
    expect(await underWay(world)).toEqual([]);
  });

  test("is found under its key by whoever asks again", async () => {
    world.directory.answerNext("addCertificate", LOST, true);
    await failure(add({ idempotency: THE_REQUEST }));
    const [keyId] = await ids();

    expect(await settleLater()).toBe("finished");

    expect(await add({ idempotency: THE_REQUEST })).toMatchObject({
      ...{ ok: true, replayed: true },
      value: { keyId },
    });
    expect(await entries(1)).toMatchObject([
      { action: "certificate.created", outcome: "done", credentialId: keyId },
    ]);
  });

  test("of a rotation tells of the new one where the old one has gone meanwhile", async () => {
    const { keyId: old, expiresAt } = await added();
    const began = world.runtime.now();
    world.directory.answerNext("addCertificate", LOST, true);
    await failure(rotate(old));
    await world.directory.removeCertificate(world.client.id, old, world.client);
    await world.clientsTable.delete("contoso", `secret:${world.client.id}:${old}`);

    expect(await settleLater()).toBe("finished");

    const [made] = await ids();
    expect((await world.onRecord()).map(({ keyId }) => keyId)).toEqual([made]);
    expect(await world.ofClient()).toMatchObject([{ keyId: old, expiresAt }, { keyId: made }]);
    expect(world.events.published.at(-1)).toMatchObject({
      type: "certificate.rotated",
      data: { keyId: made, replaced: old, retiresAt: later(DAY_MS, began).toISOString() },
    });
    expect(world.retirements()).toEqual([]);
  });
});
