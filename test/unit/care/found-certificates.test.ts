import { beforeEach, describe, expect, test } from "vitest";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { addCertificate } from "../../../shared/operations/credentials/add-certificate.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { aGiven } from "../../support/certificates.ts";
import { LATE_MS, type LookWorld, lookWorld } from "../../support/look-world.ts";
import { ANN, later, NOON, newId } from "../../support/samples.ts";

/** Certificates that somebody adds, removes or renames in the directory itself, beside secrets of the same client. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: LookWorld;
beforeEach(async () => {
  world = await lookWorld();
});

const own = () => ({ subscription: "contoso", clientId: world.client.id, by: ANN });
/** By hand, in the directory. */
async function madeThere(displayName = "By hand", keyId = newId()) {
  const { product, client } = world;
  const now = product.runtime.now();
  const { notBefore: _, notAfter: expiresAt, ...facts } = aGiven(now);
  const made = { kind: "certificate" as const, keyId, displayName, createdAt: now, expiresAt };
  const added = await product.directory.addCertificate(client.id, { ...facts, ...made }, client);
  if (added.kind !== "done") throw new Error("Not added");
  return { keyId, expiresAt, thumbprint: facts.thumbprint };
}
async function secretMadeThere() {
  const { product, client } = world;
  const dates = { createdAt: product.runtime.now(), expiresAt: later(90 * DAY_MS) };
  const added = await product.directory.addSecret(
    client.id,
    { displayName: "S", ...dates },
    client,
  );
  if (added.kind !== "done") throw new Error("Not added");
  return added.value.keyId;
}
const removedThere = (keyId: string) =>
  world.product.directory.removeCertificate(world.client.id, keyId, world.client);
async function madeHere() {
  const certificate = aGiven(world.product.runtime.now());
  const request = { ...own(), certificate, displayName: "Import" };
  const added = await addCertificate(world.product, request);
  if (!added.ok) throw new Error(added.refusal.reason);
  return added.value;
}
const removedHere = (keyId: string) =>
  removeSecret(world.product, { ...own(), keyId, kind: "certificate" });
const certificates = async () => (await world.kept()).filter(({ kind }) => kind === "certificate");

describe("a certificate in the directory", () => {
  test("from before anybody looked is recorded as one, and nobody is told", async () => {
    const { keyId, thumbprint, expiresAt } = await madeThere();
    const made = await madeHere();

    expect(await world.look()).toMatchObject({ outcome: "done", filled: 1, told: 0 });

    expect(await world.kept()).toEqual(
      expect.arrayContaining([
        {
          ...{ subscription: "contoso", clientId: world.client.id, keyId, kind: "certificate" },
          ...{ displayName: "By hand", createdAt: NOON, expiresAt, told: [] },
          // The directory shows neither subject nor SHA-256 of what it lists.
          certificate: { thumbprint },
          source: "directory",
        },
        { ...made, source: "service" },
      ]),
    );
    expect(await secretTodos(world.product.clientsTable).todos("contoso")).toHaveLength(2);
    await world.nextLooks();
    expect(world.told()).toEqual([]);
  });

  test("that was added there is told once, as a certificate, with a secret that was", async () => {
    await world.look();
    const { keyId, thumbprint, expiresAt } = await madeThere();
    const secret = await secretMadeThere();

    expect(await world.nextLooks()).toMatchObject({ told: 2, failed: 0 });
    await world.nextLooks();

    expect(world.told().toSorted()).toEqual([
      ["certificate.created", keyId],
      ["secret.created", secret],
    ]);
    expect((await world.onRecord()).toSorted()).toEqual(world.told().toSorted());
    const { published } = world.product.events;
    expect(published.find(({ type }) => type === "certificate.created")?.data).toEqual({
      ...{ clientId: world.client.id, keyId, kind: "certificate", thumbprint },
      ...{ displayName: "By hand", expiresAt: expiresAt.toISOString(), source: "directory" },
    });
    expect(await certificates()).toMatchObject([{ keyId, certificate: { thumbprint } }]);
    expect((await world.held())?.toSorted()).toEqual([keyId, secret].toSorted());
  });

  test("that was removed there is told once, as a certificate, and is not held any more", async () => {
    const { keyId } = await madeHere();
    await world.look();
    await world.nextLooks();
    await removedThere(keyId);

    await world.nextLooks();
    await world.nextLooks();

    expect(world.told()).toEqual([["certificate.removed", keyId]]);
    expect(await world.onRecord()).toEqual(world.told());
    expect(world.product.events.published.at(-1)?.data).toEqual({
      ...{ clientId: world.client.id, keyId, kind: "certificate", source: "directory" },
    });
    expect([await world.kept(), await world.held()]).toEqual([[], []]);
    expect(await removedHere(keyId)).toMatchObject({
      refusal: { reason: "certificate-not-found" },
    });
  });

  test("that comes back under its id is told of anew", async () => {
    await world.look();
    const { keyId } = await madeThere();
    await world.nextLooks();
    await removedThere(keyId);
    await world.nextLooks();
    await madeThere("Back", keyId);

    await world.nextLooks();

    expect(world.told().map(([type]) => type)).toEqual([
      "certificate.created",
      "certificate.removed",
      "certificate.created",
    ]);
    expect(await certificates()).toMatchObject([{ keyId, displayName: "Back" }]);
  });

  test("that was renamed there is told once, and what is known of it besides stays", async () => {
    const { keyId, certificate } = await madeHere();
    await world.look();
    await world.nextLooks();
    const renamed = world.changedThere({ displayName: "Named there" });

    for (let time = 0; time < 3; time += 1) {
      world.product.runtime.pass(HOUR_MS);
      await world.look(renamed);
    }

    expect(world.told()).toEqual([["certificate.renamed", keyId]]);
    expect(world.product.events.published.at(-1)?.data).toMatchObject({
      kind: "certificate",
      displayName: "Named there",
    });
    expect(certificate?.subject).toBe("CN=Nightly import");
    expect(await certificates()).toMatchObject([
      { displayName: "Named there", certificate, source: "service" },
    ]);
  });
});

describe("nothing false is told", () => {
  beforeEach(async () => {
    await world.look();
  });

  test("of a certificate that is made, and one that is removed, here", async () => {
    const { keyId } = await madeHere();
    await world.nextLooks();
    await removedHere(keyId);

    await world.nextLooks();

    expect([world.told(), await world.kept()]).toEqual([[], []]);
  });

  test("by a directory that is late to show one that was made here", async () => {
    const { product } = world;
    product.runtime.pass(HOUR_MS - 1_000);
    const before = await product.directory.listSecrets();
    const live = await product.directory.getMany([world.client.id]);
    // Its certificate is valid since yesterday; it has been here for a moment.
    await madeHere();
    product.runtime.pass(1_000);
    await madeThere("Noticed");
    await world.look();
    product.runtime.pass(LATE_MS - 2_000);

    await world.look({
      directory: { listSecrets: async () => before, getMany: async () => live },
    });

    expect(world.told()).toEqual([]);
    expect(await certificates()).toHaveLength(1);
  });

  test("of a client that comes back with its certificate, of which everything is due anew", async () => {
    const { product, client } = world;
    const { keyId } = await madeHere();
    await deleteClient(product, own());
    await world.nextLooks();
    const todos = secretTodos(product.clientsTable);
    await todos.done("contoso", await todos.todos("contoso"));

    const restored = await restoreClient(product, { ...own(), as: "customer" });
    await world.nextLooks();

    expect(restored).toMatchObject({
      ok: true,
      value: { shown: { certificates: [{ keyId, kind: "certificate" }] } },
    });
    expect(await certificates()).toMatchObject([{ keyId, source: "service" }]);
    expect(await world.held()).toEqual([keyId]);
    expect(await todos.todos("contoso")).toMatchObject([{ what: { clientId: client.id } }]);
    expect(world.told()).toEqual([]);
    // It is a certificate still: it goes as one.
    expect(await removedHere(keyId)).toMatchObject({ ok: true });
    expect(product.events.published.at(-1)?.type).toBe("certificate.removed");
  });
});
