import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { CertificateList } from "../../../shared/clients/certificate-directory.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { aGiven } from "../../support/certificates.ts";
import { failure } from "../../support/failure.ts";
import { type RotationWorld, rotationWorld } from "../../support/rotation-world.ts";

let world: RotationWorld;
beforeEach(async () => {
  world = await rotationWorld();
});

async function added() {
  const certificate = aGiven(world.runtime.now());
  const answer = await addCertificate(world, { ...world.own, certificate, displayName: "Import" });
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}
const remove = (keyId: string) => removeSecret(world, { ...world.own, keyId, kind: "certificate" });
const ids = async () =>
  ((await world.directory.endingOf(world.client.id, world.client)) ?? []).map(({ keyId }) => keyId);

describe("a list of certificates that the directory shows", () => {
  /** What is asked of the list before the next one is added. */
  async function nextList() {
    let isLate: CertificateList["isLate"];
    const { addCertificate: made } = world.directory;
    world.directory.addCertificate = (id, certificate, expected, instead) => {
      isLate = expected.isLate;
      return made(id, certificate, expected, instead);
    };
    await added();
    return (shown: readonly string[]) => isLate?.(shown);
  }

  test("is late without one that was added a moment ago, and no more when that is long ago", async () => {
    const { keyId } = await added();
    const isLate = await nextList();

    expect([await isLate([]), await isLate([keyId.toUpperCase()])]).toEqual([true, false]);
    world.runtime.pass(LATE_FOR_MS);
    expect(await isLate([])).toBe(false);
  });

  test("is late with one that was removed a moment ago, and no more when that is long ago", async () => {
    const { keyId } = await added();
    await added();
    await remove(keyId);
    const isLate = await nextList();
    const [stays = ""] = await ids();

    expect([await isLate([keyId, stays]), await isLate([stays])]).toEqual([true, false]);
    world.runtime.pass(LATE_FOR_MS);
    expect(await isLate([keyId, stays])).toBe(false);
  });

  test("may show or lack one that is to go, which may be hidden if it was just added", async () => {
    const answers: unknown[] = [];
    const { removeCertificate } = world.directory;
    world.directory.removeCertificate = async (id, key, expected) => {
      const isLate = [await expected.isLate?.([]), await expected.isLate?.([key])];
      answers.push({ isLate, mayBeHidden: await expected.mayBeHidden?.() });
      return removeCertificate(id, key, expected);
    };
    const { keyId } = await added();

    await remove(keyId);
    await remove(keyId);
    const old = await added();
    world.runtime.pass(LATE_FOR_MS);
    await remove(old.keyId);

    const isLate = [false, false];
    expect(answers).toEqual([
      { isLate, mayBeHidden: true },
      { isLate, mayBeHidden: false },
      { isLate, mayBeHidden: false },
    ]);
  });
});

test("whoever adds one is not told that nothing was done where nobody can say whether a list is late", async () => {
  await added();
  const { addCertificate: made } = world.directory;
  world.directory.addCertificate = async (...asked) => {
    await made(...asked);
    await asked[2].isLate?.([]);
    return { kind: "done", value: undefined };
  };
  const away = new RemoteUnavailable("records", { executed: "no" });
  Object.assign(world.secrets, { secret: () => Promise.reject(away) });

  expect(await failure(added())).toMatchObject({ executed: "unknown" });
});
