import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { EXCHANGE_AUDIENCE } from "../../../shared/clients/federated/federated.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { addFederated } from "../../../shared/operations/credentials/add-federated.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import { removeFederated } from "../../../shared/operations/credentials/remove-federated.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { aGiven } from "../../support/certificates.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { later, newId } from "../../support/samples.ts";

/** Whether a credential is the last one: at the very moment that another ends, and where the directory says less than it should. */

const LAST = { ok: false, refusal: { reason: "last-secret" } };
const DONE = { ok: true, value: undefined };
const DAY_MS = 86_400_000;

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const added = async (lifetimeDays = 30) => (await world.added({ lifetimeDays })).keyId;
async function trusted(): Promise<string> {
  const issuer = "https://issuer.example";
  const credential = { displayName: "main", issuer, subject: "main", audience: EXCHANGE_AUDIENCE };
  const made = await addFederated(world, { ...world.own, credential });
  if (!made.ok) throw new Error(made.refusal.reason);
  return made.value.id;
}
const distrust = (credentialId: string) => removeFederated(world, { ...world.own, credentialId });
const missing = (reason: string) => ({ ok: false, refusal: { reason } });

describe("a secret", () => {
  test("that has run out is nobody's last, from the moment of its end", async () => {
    const keyId = await added(1);
    await world.grant();

    world.runtime.pass(DAY_MS - 1);
    expect(await world.remove(keyId)).toEqual(LAST);
    world.runtime.pass(1);
    expect(await world.remove(keyId)).toEqual(DONE);
  });

  test("is the last one from the moment that the other ends", async () => {
    const [keyId] = [await added(), await added(1)];
    await world.grant();

    world.runtime.pass(DAY_MS);
    expect(await world.remove(keyId)).toEqual(LAST);
  });

  test("that is not there, or has run out, is not the last beside one that goes soon", async () => {
    const [expired, going] = [await added(1), await added()];
    const retiresAt = later(10 * DAY_MS);
    await moveRetirement(world, { ...world.own, keyId: going, retiresAt });
    await world.grant();
    world.runtime.pass(DAY_MS);

    expect(await world.remove(newId())).toEqual(missing("secret-not-found"));
    expect(await world.remove(expired)).toEqual(DONE);
  });

  test.each([
    [LATE_FOR_MS - 1, DONE],
    [LATE_FOR_MS, LAST],
  ])("beside one made %i ms ago that a directory may be late to show", async (ms, expected) => {
    const keyId = await added();
    await world.grant();
    const before = await world.directory.endingOf(world.client.id, world.client);
    await added();
    world.directory.endingOf = async () => before;
    world.runtime.pass(ms);

    expect(await world.remove(keyId)).toEqual(expected);
  });

  test("is the last one beside a certificate just made that the token endpoint does not take", async () => {
    const keyId = await added();
    const certificate = aGiven(world.runtime.now());
    await addCertificate(world, { ...world.own, certificate, displayName: "Import" });
    await world.grant();
    const credentialRules = { ...world.credentialRules, directory: ["secret"] as const };

    expect(await removeSecret({ ...world, credentialRules }, { ...world.own, keyId })).toEqual(
      LAST,
    );
    expect(await world.remove(keyId)).toEqual(DONE);
  });

  test("is the last one where the directory says nothing of whom its client trusts", async () => {
    const keyId = await added();
    await world.grant();
    world.directory.federatedOf = async () => undefined;

    expect(await world.remove(keyId)).toEqual(LAST);
  });
});

describe("a federated credential", () => {
  test("is not the last one beside a secret that works", async () => {
    const [id] = [await trusted(), await added()];
    await world.grant();

    expect(await distrust(id)).toEqual(DONE);
  });

  test("is believed not to be the last where the directory cannot be asked and a secret is on record", async () => {
    const [id] = [await trusted(), await added()];
    await world.grant();
    const away = new RemoteUnavailable("directory", { executed: "no" });
    world.directory.failNext("endingOf", away);

    expect(await distrust(id)).toEqual(DONE);
  });

  test("that there is none of is not the last one, of a client with nothing at all", async () => {
    await world.grant();

    expect(await distrust(newId())).toEqual(missing("federated-not-found"));
  });
});

test("a client that the directory does not show has no last credential: it is not found", async () => {
  const [keyId, id] = [await added(), await trusted()];
  await world.grant();
  await world.directory.delete(world.client.id, world.client);

  expect(await world.remove(keyId)).toEqual(missing("not-found"));
  expect(await distrust(id)).toEqual(missing("not-found"));
});

test.each([
  ["the directory refuses to show", new DirectoryRefused({ reason: "not-ours" })],
  ["other services keep from being seen", new RemoteUnavailable("records", { executed: "no" })],
])("what %s is no reason to believe the record alone", async (_, error) => {
  const [keyId] = [await added(), await added()];
  await world.grant();
  world.directory.endingOf = async () => {
    throw error;
  };

  expect(await failure(world.remove(keyId))).toBe(error);
  expect(await world.inDirectory()).toHaveLength(2);
});
