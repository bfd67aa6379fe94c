import { beforeEach, describe, expect, test } from "vitest";
import { clientEtag } from "../../../shared/clients/client.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { renameClient } from "../../../shared/operations/clients/rename-client.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { failure } from "../../support/failure.ts";
import { aClient, placesOf, underWay } from "../../support/product.ts";

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

describe("a renamed client", () => {
  test("that has the name already is not changed, and nobody is told", async () => {
    const { displayName } = world.client;

    const renamed = await world.rename(displayName);

    expect(renamed).toEqual({ ok: true, value: world.client });
    expect(world.told()).toEqual([]);
  });

  test("has a new name and revision on both sides", async () => {
    const renamed = await world.rename("Renamed");

    const record = { ...world.client, displayName: "Renamed", revision: 2 };
    expect(renamed).toEqual({ ok: true, value: record });
    expect((await world.records.client("contoso", world.client.id))?.record).toEqual(record);
    expect(world.directory.all()[0]?.displayName).toBe("Renamed");
    expect(world.told()).toEqual(["client.renamed"]);
  });

  test.each([
    ["its own ETag", () => clientEtag(world.client), true],
    ["any", () => "*", true],
    ["one of several", () => `"x", ${clientEtag(world.client)}`, true],
    ["another", () => '"x"', false],
    ["none", () => "", false],
    ["a weak one", () => `W/${clientEtag(world.client)}`, false],
  ])("under If-Match with %s", async (_, ifMatch, matches) => {
    const asked = { ...world.own, displayName: "Renamed", ifMatch: ifMatch() };

    const renamed = await renameClient(world, asked);

    expect(renamed.ok).toBe(matches);
    if (!renamed.ok)
      expect(renamed.refusal).toEqual({
        reason: "precondition-failed",
        etag: clientEtag(world.client),
      });
    expect(await underWay(world)).toEqual([]);
  });

  test("keeps what was decided on its consent meanwhile", async () => {
    const { directory } = world;
    const rename = async (...given: Parameters<typeof directory.rename>) => {
      const found = await world.records.client("contoso", world.client.id);
      const consent = {
        ...world.client.consent,
        state: "granted",
        decidedAt: world.client.createdAt,
      } as const;
      await world.records.save({ ...world.client, consent, revision: 2 }, found?.version ?? "");
      return directory.rename(...given);
    };

    const renamed = await renameClient(
      { ...world, directory: { ...directory, rename } },
      { ...world.own, displayName: "Renamed" },
    );

    const value = { displayName: "Renamed", revision: 3, consent: { state: "granted" } };
    expect(renamed).toMatchObject({ ok: true, value });
  });

  test("that has gone by the end is not found", async () => {
    const { directory } = world;
    const rename = async (...given: Parameters<typeof directory.rename>) => {
      await world.records.remove(world.client, world.runtime.now());
      return directory.rename(...given);
    };

    const renamed = await renameClient(
      { ...world, directory: { ...directory, rename } },
      { ...world.own, displayName: "Renamed" },
    );

    expect(renamed).toEqual({ ok: false, refusal: { reason: "not-found" } });
    expect(await underWay(world)).toEqual([]);
  });
});

describe("a deleted client", () => {
  test("is gone on both sides, gives its place back, is told of and taken off the list", async () => {
    const deleted = await world.delete();

    expect(deleted.ok).toBe(true);
    expect(world.directory.all()).toEqual([]);
    expect(await world.records.client("contoso", world.client.id)).toBeUndefined();
    expect(await placesOf(world)).toBe(0);
    expect(world.told()).toEqual(["client.deleted"]);
    expect(world.unlisted.map(({ id }) => id)).toEqual([world.client.id]);
  });

  test("gives its place back though the account has changed meanwhile", async () => {
    const { directory } = world;
    const remove = async (...given: Parameters<typeof directory.delete>) => {
      await aClient(world);
      return directory.delete(...given);
    };

    const deps = { ...world, directory: { ...directory, delete: remove } };
    expect((await deleteClient(deps, world.own)).ok).toBe(true);
    expect(await placesOf(world)).toBe(1);
  });

  test("is deleted also when an administrator was faster", async () => {
    await world.directory.delete(world.client.id, world.client);

    expect((await world.delete()).ok).toBe(true);
    expect(await placesOf(world)).toBe(0);
  });

  test("is not removed from the records when its consent cannot be taken off the list", async () => {
    const unlist = () => Promise.reject(new Error("killed"));

    await failure(deleteClient({ ...world, unlist }, world.own));

    expect(await world.records.client("contoso", world.client.id)).toBeDefined();
    expect(await underWay(world)).toHaveLength(1);
  });
});
