import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CertificateDirectory } from "../../../shared/clients/certificate-directory.ts";
import type { NewCertificate } from "../../../shared/clients/credential.ts";
import type { ClientDirectory, DirectoryClient } from "../../../shared/clients/ports.ts";
import type { SecretDirectory } from "../../../shared/clients/secret-directory.ts";
import { toRegister } from "../../../shared/operations/credentials/add-certificate.ts";
import { aGiven } from "../../support/certificates.ts";
import { newId } from "../../support/samples.ts";
import { ABSENT, DONE, doneOrFail, refused } from "./answers.ts";
import { directoryTargets } from "./targets.ts";

const LONG_AGO = { createdAt: new Date(0) };

describe.each(directoryTargets)("Certificates in the directory $name", ({ open }) => {
  let directory: ClientDirectory & SecretDirectory & CertificateDirectory;
  let client: DirectoryClient;
  const made: DirectoryClient[] = [];
  beforeAll(async () => {
    ({ directory } = await open());
  });
  afterAll(async () => {
    for (const { id } of made.splice(0)) await directory.delete(id, LONG_AGO);
  });
  beforeEach(async () => {
    client = doneOrFail(
      await directory.create({
        operationId: newId(),
        subscription: "contract tests",
        displayName: "A client",
        roles: ["api.read"],
      }),
    );
    made.push(client);
  });

  const aCertificate = (displayName = "Nächtlich ✓"): NewCertificate =>
    toRegister(
      { runtime: { now: () => new Date(), newId, pause: async () => undefined, random: () => 0 } },
      { certificate: aGiven(new Date()), displayName },
    );
  const add = (certificate: NewCertificate, instead?: string) =>
    directory.addCertificate(client.id, certificate, client, instead);
  const shown = async () => (await directory.get(client.id, client))?.certificates ?? [];
  const ids = async () => (await shown()).map(({ keyId }) => keyId);

  test("one has the id, name, thumbprint and times it was given", async () => {
    const certificate = aCertificate();

    expect(await add(certificate)).toEqual(DONE);

    const { der: _, subject: _subject, thumbprintSha256: _sha256, ...seen } = certificate;
    expect(await shown()).toEqual([seen]);
    expect(await directory.getMany([client.id])).toMatchObject(
      new Map([[client.id, { certificates: [seen] }]]),
    );
  });

  test("it stands beside the client's other credentials, which stay", async () => {
    const createdAt = new Date();
    const secret = { displayName: "A secret", createdAt, expiresAt: new Date(Date.now() + 1e9) };
    const { keyId } = doneOrFail(await directory.addSecret(client.id, secret, client));
    const [first, second] = [aCertificate(), aCertificate()];
    await add(first);
    await add(second);

    const ending = (await directory.endingOf(client.id, client)) ?? [];

    expect(ending.map((one) => one.keyId)).toEqual([keyId, first.keyId, second.keyId]);
  });

  test("adding it twice is adding it once", async () => {
    const certificate = aCertificate();

    expect([await add(certificate), await add(certificate)]).toEqual([DONE, DONE]);
    expect(await ids()).toEqual([certificate.keyId]);
  });

  test("the same certificate under another id is refused, with the id it has", async () => {
    const certificate = aCertificate();
    await add(certificate);

    const again = await add({ ...certificate, keyId: newId() });

    expect(again).toEqual({
      kind: "refused",
      refusal: { reason: "certificate-held", keyId: certificate.keyId },
    });
  });

  test("one takes another's place with the same write, and needs it not to be there", async () => {
    const [old, next, last] = [aCertificate(), aCertificate(), aCertificate()];
    await add(old);

    expect([await add(next, old.keyId), await add(last, old.keyId)]).toEqual([DONE, DONE]);
    expect(await ids()).toEqual([next.keyId, last.keyId]);
  });

  test("one that leaked does not take its own place under another id", async () => {
    const leaked = aCertificate();
    await add(leaked);

    expect(await add({ ...leaked, keyId: newId() }, leaked.keyId)).toEqual({
      kind: "refused",
      refusal: { reason: "certificate-held", keyId: leaked.keyId },
    });
    expect(await ids()).toEqual([leaked.keyId]);
  });

  test("a removed one is gone, and the other one stays", async () => {
    const [first, second] = [aCertificate(), aCertificate()];
    await add(first);
    await add(second);

    const answers = [
      await directory.removeCertificate(client.id, first.keyId.toUpperCase(), client),
      await directory.removeCertificate(client.id, first.keyId, client),
    ];

    expect(answers).toEqual([DONE, refused("certificate-absent")]);
    expect(await ids()).toEqual([second.keyId]);
  });

  test("a client that is not there has none to add or remove", async () => {
    const id = newId();

    expect(await directory.addCertificate(id, aCertificate(), LONG_AGO)).toEqual(ABSENT);
    expect(await directory.removeCertificate(id, newId(), LONG_AGO)).toEqual(ABSENT);
    expect(await directory.endingOf(id, LONG_AGO)).toBeUndefined();
  });
});
