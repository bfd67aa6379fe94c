import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { retireOnTime } from "../../../shared/operations/credentials/retire-secret.ts";
import { rotateCertificate } from "../../../shared/operations/credentials/rotate-certificate.ts";
import { aGiven } from "../../support/certificates.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";

const HOUR_MS = 3_600_000;

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
});

const given = (days?: number) => aGiven(world.runtime.now(), days);
const add = (certificate = given(), displayName = "Import") =>
  addCertificate(world, { ...world.own, certificate, displayName });
const rotate = (keyId: string, more: { graceHours?: number; displayName?: string } = {}) =>
  rotateCertificate(world, { ...world.own, keyId, certificate: given(), graceHours: 24, ...more });
const remove = (keyId: string) => removeSecret(world, { ...world.own, keyId, kind: "certificate" });
const held = async () =>
  (await world.directory.get(world.client.id, world.client))?.certificates ?? [];
const ids = async () => (await held()).map(({ keyId }) => keyId);
async function added() {
  const answer = await add();
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}
const last = () => world.events.published.at(-1);

describe("a certificate", () => {
  test("is in the directory, on record, told and in the entries", async () => {
    const certificate = given();

    const answer = await add(certificate);

    const [shown] = await held();
    expect(shown).toMatchObject({
      displayName: "Import",
      thumbprint: certificate.thumbprint,
      expiresAt: certificate.notAfter,
    });
    const record = {
      keyId: shown?.keyId,
      kind: "certificate",
      certificate: {
        thumbprint: certificate.thumbprint,
        thumbprintSha256: certificate.thumbprintSha256,
        subject: certificate.subject,
      },
      source: "service",
    };
    expect(answer).toMatchObject({ ok: true, value: record });
    expect(await world.onRecord()).toMatchObject([record]);
    expect(await world.ofClient()).toMatchObject([{ keyId: shown?.keyId, kind: "certificate" }]);
    expect(last()).toMatchObject({
      type: "certificate.created",
      data: { keyId: shown?.keyId, kind: "certificate", thumbprint: certificate.thumbprint },
    });
    expect(await underWay(world)).toEqual([]);
  });

  test("asked for again under its key is the same one, and only once there", async () => {
    const request = { ...world.own, certificate: given(), displayName: "Import" };
    const keyed = { ...request, idempotency: THE_REQUEST };

    const first = await addCertificate(world, keyed);
    const again = await addCertificate(world, keyed);

    expect(again).toEqual({ ...first, replayed: true });
    expect(await ids()).toHaveLength(1);
  });

  test("that is there already is refused, with its id", async () => {
    const certificate = given();
    await add(certificate);

    const [keyId] = await ids();
    expect(await add(certificate, "Once more")).toEqual({
      ok: false,
      refusal: { reason: "certificate-held", keyId },
    });
    expect(await underWay(world)).toEqual([]);
  });

  test("where the token endpoint takes none is refused before anything is done", async () => {
    const rules = { ...world.credentialRules, directory: ["secret"] as const };
    const request = { ...world.own, certificate: given(), displayName: "Import" };

    const answer = await addCertificate({ ...world, credentialRules: rules }, request);

    expect(answer).toMatchObject({
      ok: false,
      refusal: { reason: "credential-kind-not-allowed", why: "directory", allowed: ["secret"] },
    });
    expect(await ids()).toEqual([]);
  });

  test("is removed, and known to have gone", async () => {
    const { keyId } = await added();

    expect(await remove(keyId)).toEqual({ ok: true, value: undefined });

    expect(await ids()).toEqual([]);
    expect(await world.knownToBeGone(keyId)).toBe(true);
    expect(last()).toMatchObject({ type: "certificate.removed", data: { kind: "certificate" } });
    expect(await remove(keyId)).toMatchObject({ refusal: { reason: "certificate-not-found" } });
  });

  test("is no secret, and a secret no certificate", async () => {
    const { keyId } = await added();
    const secret = await world.added();

    expect(await world.remove(keyId)).toMatchObject({ refusal: { reason: "secret-not-found" } });
    expect(await rotate(secret.keyId)).toMatchObject({
      refusal: { reason: "certificate-not-found" },
    });
  });

  test("and a secret are each other's reason not to be the last", async () => {
    const { keyId } = await added();
    const secret = await world.added();
    await world.grant();

    expect((await world.remove(secret.keyId)).ok).toBe(true);
    expect(await remove(keyId)).toMatchObject({ refusal: { reason: "last-secret" } });
  });
});

describe("a rotated certificate", () => {
  test("works beside the new one until the grace is over", async () => {
    const { keyId } = await added();

    const answer = await rotate(keyId);

    if (!answer.ok) throw new Error(answer.refusal.reason);
    const { made, replaced } = answer.value;
    expect(made).toMatchObject({ displayName: "Import", kind: "certificate" });
    expect(replaced).toMatchObject({ keyId });
    expect(await ids()).toEqual([keyId, made.keyId]);
    expect(last()).toMatchObject({ type: "certificate.rotated", data: { replaced: keyId } });
    const [waiting] = world.retirements();
    if (waiting?.body.type !== "secret.retire") throw new Error("Nothing waits");
    world.runtime.pass(24 * HOUR_MS);

    expect(await retireOnTime(world, waiting.body)).toBe("retired");
    expect(await ids()).toEqual([made.keyId]);
    expect(last()).toMatchObject({ type: "certificate.retired", data: { keyId } });
  });

  test("goes with the same write where its key leaked", async () => {
    const { keyId } = await added();

    const answer = await rotate(keyId, { graceHours: 0 });

    if (!answer.ok) throw new Error(answer.refusal.reason);
    expect(await ids()).toEqual([answer.value.made.keyId]);
    expect(await world.knownToBeGone(keyId)).toBe(true);
    expect(world.told().slice(-2)).toEqual(["certificate.retired", "certificate.rotated"]);
    expect(world.retirements()).toEqual([]);
  });
});

describe("an operation whose worker died", () => {
  const lost = { kind: "unknown", retryAfterSeconds: 1 } as const;

  test.each([true, false])("after the write (%s) is finished, or comes to nothing", async (is) => {
    world.directory.answerNext("addCertificate", lost, is);
    expect(await failure(add())).toBeInstanceOf(RemoteUnavailable);
    const [keyId] = await ids();
    expect(await world.onRecord()).toEqual([]);

    let settled: unknown;
    for (let turn = 0; turn < 3 && (await underWay(world)).length > 0; turn += 1) {
      world.runtime.pass(RECONCILE_AFTER_MS);
      settled = await world.settleAgain();
    }

    expect(settled).toBe(is ? "finished" : "undone");
    expect(await world.onRecord()).toMatchObject(is ? [{ keyId, kind: "certificate" }] : []);
    expect(world.told()).toEqual(is ? ["certificate.created"] : []);
  });

  test("of a rotation at once is finished with the old one on record as gone", async () => {
    const { keyId } = await added();
    world.directory.answerNext("addCertificate", lost, true);
    expect(await failure(rotate(keyId, { graceHours: 0 }))).toBeInstanceOf(RemoteUnavailable);

    world.runtime.pass(RECONCILE_AFTER_MS);
    expect(await world.settleAgain()).toBe("finished");

    const [left] = await ids();
    expect(await world.onRecord()).toMatchObject([{ keyId: left }]);
    expect(await world.knownToBeGone(keyId)).toBe(true);
  });

  test("of a rotation with grace is finished with the old one retiring", async () => {
    const { keyId } = await added();
    world.directory.answerNext("addCertificate", lost, true);
    await failure(rotate(keyId));

    world.runtime.pass(RECONCILE_AFTER_MS);
    expect(await world.settleAgain()).toBe("finished");

    const retiring = (await world.onRecord()).find((one) => one.keyId === keyId);
    expect(retiring?.retiresAt).toBeInstanceOf(Date);
    expect(world.retirements()).toHaveLength(1);
  });
});
