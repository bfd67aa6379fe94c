import { expect, test } from "vitest";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { rotateCertificate } from "../../../shared/operations/credentials/rotate-certificate.ts";
import { listParked, retryParked } from "../../../shared/operations/settling/parked.ts";
import { aGiven } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";
import { rotationWorld } from "../../support/rotation-world.ts";
import { later, OLGA } from "../../support/samples.ts";

const DAY_MS = 86_400_000;

test.each([
  [24, 365, 1],
  // It never outlives its own end.
  [24, 5.5, 0.5],
  // It leaked, and went with the write.
  [0, 365, undefined],
])(
  "a rotation that was set aside for days, with %d h of grace, leaves a certificate of %d days its grace from then on",
  async (graceHours, days, leftDays) => {
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
    world.runtime.pass(RECONCILE_AFTER_MS);
    world.directory.failNext("endingOf", new DirectoryRefused({ reason: "not-ours" }));
    expect(await world.settleAgain().catch(String)).toBe("parked");
    const [parked] = await listParked(world);
    world.runtime.pass(5 * DAY_MS - RECONCILE_AFTER_MS);

    expect(await retryParked(world, parked?.operationId ?? "", OLGA)).toEqual({
      ok: true,
      value: "finished",
    });

    const left = (await world.onRecord()).find((one) => one.keyId === keyId);
    expect(left?.retiresAt).toEqual(leftDays && later(leftDays * DAY_MS, world.runtime.now()));
    const told = world.events.published.find(({ type }) => type === "certificate.rotated");
    if (leftDays) expect(told?.data["retiresAt"]).toBe(left?.retiresAt?.toISOString());
  },
);
