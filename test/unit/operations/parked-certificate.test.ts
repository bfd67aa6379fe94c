import { expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { rotateCertificate } from "../../../shared/operations/credentials/rotate-certificate.ts";
import { listParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { aGiven } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";
import { rotationWorld } from "../../support/rotation-world.ts";
import { later, OLGA } from "../../support/samples.ts";

const DAY_MS = 86_400_000;

/** A rotation that was made, and set aside with its answer lost. */
async function setAside(graceHours: number, days: number) {
  const world = await rotationWorld();
  const given = (ofDays?: number) => aGiven(world.runtime.now(), ofDays);
  const certificate = given(days);
  const old = await addCertificate(world, { ...world.own, certificate, displayName: "Import" });
  if (!old.ok) throw new Error(old.refusal.reason);
  const { keyId } = old.value;
  const { addCertificate: add } = world.directory;
  world.directory.addCertificate = async (...asked) => {
    await add(...asked);
    return { kind: "unknown", retryAfterSeconds: 1 };
  };
  const request = { ...world.own, keyId, certificate: given(), graceHours };
  await failure(rotateCertificate(world, request));
  world.directory.addCertificate = add;
  world.runtime.pass(RECONCILE_AFTER_MS);
  world.directory.failNext("endingOf", new DirectoryRefused({ reason: "not-ours" }));
  expect(await world.settleAgain().catch(String)).toBe("parked");
  const [parked] = await listParked(world);
  const take = () => retryParked(world, parked?.operationId ?? "", OLGA);
  /** It is tried again before anybody has mended what kept it from being ended. */
  const again = async () => {
    world.directory.failNext("endingOf", new DirectoryRefused({ reason: "not-ours" }));
    expect(await take()).toEqual({ ok: true, value: "parked" });
  };
  world.runtime.pass(5 * DAY_MS - RECONCILE_AFTER_MS);
  const retry = async () => expect(await take()).toEqual({ ok: true, value: "finished" });
  const left = async () => (await world.onRecord()).find((one) => one.keyId === keyId);
  return { world, keyId, retry, again, left };
}

test.each([
  [24, 365, 1],
  // It never outlives its own end.
  [24, 5.5, 0.5],
  // It leaked, and went with the write.
  [0, 365, undefined],
])(
  "a rotation that was set aside for days, with %d h of grace, leaves a certificate of %d days its grace from then on",
  async (graceHours, days, leftDays) => {
    const { world, retry, left: leftOf } = await setAside(graceHours, days);

    await retry();

    const left = await leftOf();
    expect(left?.retiresAt).toEqual(leftDays && later(leftDays * DAY_MS, world.runtime.now()));
    const told = world.events.published.find(({ type }) => type === "certificate.rotated");
    if (leftDays) expect(told?.data["retiresAt"]).toBe(left?.retiresAt?.toISOString());
  },
);

test("what its customer has said to go sooner meanwhile goes no later for it", async () => {
  const { world, keyId, retry, left } = await setAside(24, 365);
  const retiresAt = later(60_000, world.runtime.now());
  const sooner = { ...world.own, keyId, kind: "certificate" as const, retiresAt };
  expect(await moveRetirement(world, sooner)).toMatchObject({ ok: true });

  await retry();

  expect((await left())?.retiresAt).toEqual(retiresAt);
});

test.each([
  ["at another time", 30],
  ["not at all", undefined],
])(
  "what its customer has said meanwhile to go %s stays so, however often the rotation is set aside after it",
  async (_, days) => {
    const { world, keyId, retry, left, again } = await setAside(24, 365);
    const retiresAt = days === undefined ? undefined : later(days * DAY_MS, world.runtime.now());
    const said = { ...world.own, keyId, kind: "certificate" as const, retiresAt };
    expect(await moveRetirement(world, said)).toMatchObject({ ok: true });
    world.runtime.pass(60_000);
    await again();
    world.runtime.pass(60_000);

    await retry();

    const record = await left();
    expect(record?.retiresAt).toEqual(retiresAt);
    const told = world.events.published.find(({ type }) => type === "certificate.rotated");
    const goes = record?.retiresAt ?? record?.expiresAt;
    expect(told?.data["retiresAt"]).toBe(goes?.toISOString());
  },
);

test("what they have said of another goes for that alone", async () => {
  const { world, retry, left } = await setAside(24, 365);
  const certificate = aGiven(world.runtime.now(), 365);
  const other = await addCertificate(world, { ...world.own, certificate, displayName: "Other" });
  const keyId = other.ok ? other.value.keyId : "";
  const retiresAt = later(30 * DAY_MS, world.runtime.now());
  await moveRetirement(world, { ...world.own, keyId, kind: "certificate", retiresAt });

  await retry();

  expect((await left())?.retiresAt).toEqual(later(DAY_MS, world.runtime.now()));
});
