import { beforeEach, describe, expect, test } from "vitest";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { findSecret } from "../../../shared/operations/credentials/find-secret.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { aGiven } from "../../support/certificates.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { later, NOON } from "../../support/samples.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const find = (keyId: string, kind?: "certificate") =>
  findSecret(world, { ...world.own, keyId, kind });
/** As for one that was made before there were records of them, or by hand. */
async function withoutRecord(keyId: string): Promise<string> {
  await world.clientsTable.delete("contoso", `secret:${world.client.id}:${keyId}`);
  return keyId;
}
async function certificate(): Promise<string> {
  const given = aGiven(world.runtime.now());
  const request = { ...world.own, certificate: given, displayName: "Import" };
  const answer = await addCertificate(world, request);
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return withoutRecord(answer.value.keyId);
}
const secret = async () => withoutRecord((await world.added()).keyId);
const missing = (reason: string) => ({ ok: false, refusal: { reason } });

describe("a credential without a record", () => {
  test("is what the directory shows under its id, of the kind that is asked for", async () => {
    const [secretId, certificateId] = [await secret(), await certificate()];

    const [aSecret, aCertificate] = [
      await find(secretId.toUpperCase()),
      await find(certificateId, "certificate"),
    ];

    const found = { subscription: "contoso", clientId: world.client.id, source: "directory" };
    expect(aSecret).toMatchObject({ ok: true, value: { record: { ...found, keyId: secretId } } });
    expect(aSecret).toHaveProperty("value.from", undefined);
    expect(aSecret).not.toHaveProperty("value.record.kind");
    expect(aCertificate).toMatchObject({
      ok: true,
      value: { record: { ...found, keyId: certificateId, kind: "certificate" } },
    });
  });

  test("is found where its client's own record does not know of it either: it was made by hand", async () => {
    const byHand = { displayName: "By hand", createdAt: NOON, expiresAt: later(1_000) };
    const made = await world.directory.addSecret(world.client.id, byHand, world.client);
    const keyId = made.kind === "done" ? made.value.keyId : "";

    expect(await find(keyId)).toMatchObject({ ok: true, value: { record: { ...byHand, keyId } } });
  });

  test("is none of the other kind", async () => {
    expect(await find(await secret(), "certificate")).toEqual(missing("certificate-not-found"));
    expect(await find(await certificate())).toEqual(missing("secret-not-found"));
  });

  test("that was removed a moment ago is not there, though a late directory shows it", async () => {
    const [gone, kept] = [await secret(), await secret()];
    const shown = await world.directory.endingOf(world.client.id, world.client);
    await world.remove(gone);
    world.directory.endingOf = async () => shown;

    expect(await find(gone)).toEqual(missing("secret-not-found"));
    expect((await find(kept)).ok).toBe(true);
  });

  test("is not looked for beyond a client that the directory does not show", async () => {
    const keyId = await secret();
    await world.directory.delete(world.client.id, world.client);

    expect(await find(keyId)).toEqual(missing("not-found"));
  });
});

test("a change that is refused for another reason is not said to have lost its secret", async () => {
  const { keyId } = await world.added();
  const request = { ...world.own, keyId, retiresAt: later(1_000) };

  const answer = await moveRetirement(world, { ...request, ifMatch: '"another"' });

  expect(answer).toMatchObject({ ok: false, refusal: { reason: "precondition-failed" } });
});
