import { beforeEach, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { rotateCertificate } from "../../../shared/operations/credentials/rotate-certificate.ts";
import { aGiven } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";
import { later } from "../../support/samples.ts";

/** A credential that somebody has made in the directory is changed here before a pass has come upon it. */

const DAY_MS = 86_400_000;

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
});

async function madeThere(): Promise<string> {
  const createdAt = world.runtime.now();
  const secret = { displayName: "There", createdAt, expiresAt: later(90 * DAY_MS, createdAt) };
  const made = await world.directory.addSecret(world.client.id, secret, world.client);
  return made.kind === "done" ? made.value.keyId : "";
}
const toldOf = (keyId: string) =>
  world.events.published.filter(
    ({ data }) => data["keyId"] === keyId || data["replaced"] === keyId,
  );
const entriesOf = async (keyId: string) => {
  const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 9);
  return entries.filter(({ credentialId }) => credentialId === keyId);
};
const move = (keyId: string) =>
  moveRetirement(world, { ...world.own, keyId, retiresAt: later(DAY_MS, world.runtime.now()) });

const BY_THE_DIRECTORY = { by: { actor: { kind: "directory" } }, outcome: "done" };

test("its end is moved: that it is there is told first, and on record", async () => {
  const keyId = await madeThere();

  await move(keyId);

  const [created, ...more] = toldOf(keyId);
  expect(created).toMatchObject({
    ...{ id: `${world.client.id}:${keyId}:secret.created`, type: "secret.created" },
    data: { clientId: world.client.id, keyId, displayName: "There", source: "directory" },
  });
  expect(more.map(({ type }) => type)).toEqual(["secret.rescheduled"]);
  expect(await entriesOf(keyId)).toContainEqual(
    expect.objectContaining({
      ...BY_THE_DIRECTORY,
      ...{ action: "secret.created", id: created?.id, clientId: world.client.id },
    }),
  );
});

test("it is rotated: so too", async () => {
  const keyId = await madeThere();

  await world.rotated(keyId);

  expect(toldOf(keyId).map(({ type }) => type)).toEqual(["secret.created", "secret.rotated"]);
  expect(await entriesOf(keyId)).toMatchObject([BY_THE_DIRECTORY]);
});

test("a certificate is rotated: so too", async () => {
  const certificate = aGiven(world.runtime.now());
  const old = await addCertificate(world, { ...world.own, certificate, displayName: "Import" });
  if (!old.ok) throw new Error(old.refusal.reason);
  const { keyId } = old.value;
  await world.clientsTable.delete("contoso", `secret:${world.client.id}:${keyId}`);
  const next = { certificate: aGiven(world.runtime.now()), graceHours: 24 };

  expect(await rotateCertificate(world, { ...world.own, keyId, ...next })).toMatchObject({
    ok: true,
  });

  const told = toldOf(keyId).slice(1);
  expect(told.map(({ type }) => type)).toEqual(["certificate.created", "certificate.rotated"]);
  expect(told[0]?.data).toMatchObject({ kind: "certificate", source: "directory" });
  expect(told[0]?.data["thumbprint"]).toMatch(/^[0-9A-F]{40}$/i);
});

test("whoever ends it for a host that died tells the same under the same id", async () => {
  const keyId = await madeThere();
  const dies = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));
  const dying = { ...world, operations: { ...world.operations, end: dies } };
  const retiresAt = later(DAY_MS, world.runtime.now());
  await failure(moveRetirement(dying, { ...world.own, keyId, retiresAt }));
  world.runtime.pass(RECONCILE_AFTER_MS);

  expect(await world.settleAgain()).toBe("finished");

  expect(new Set(toldOf(keyId).map(({ id }) => id)).size).toBe(2);
  expect((await entriesOf(keyId)).map(({ action }) => action).toSorted()).toEqual([
    "secret.created",
    "secret.rescheduled",
  ]);
});

test("one that is on record is told of once", async () => {
  const keyId = await madeThere();
  await move(keyId);
  await move(keyId);

  expect(toldOf(keyId).filter(({ type }) => type === "secret.created")).toHaveLength(1);
});

test("one whose making ends between the look for its record and that in the directory is none of those", async () => {
  const { secret } = world.secrets;
  let early = true;
  const { keyId } = await world.added();
  const secrets = {
    ...world.secrets,
    secret: async (...asked: Parameters<typeof secret>) => {
      if (!early) return secret(...asked);
      early = false;
      return undefined;
    },
  };
  const retiresAt = later(DAY_MS, world.runtime.now());

  await moveRetirement({ ...world, secrets }, { ...world.own, keyId, retiresAt });

  expect(toldOf(keyId).map(({ type }) => type)).toEqual(["secret.created", "secret.rescheduled"]);
  expect(await world.onRecord()).toMatchObject([{ keyId, source: "service", retiresAt }]);
});
