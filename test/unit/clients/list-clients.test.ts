import { beforeEach, describe, expect, test } from "vitest";
import { getClient } from "../../../shared/clients/get-client.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { listClients } from "../../../shared/clients/list-clients.ts";
import { listDeleted, restorableUntil } from "../../../shared/clients/list-deleted.ts";
import { restoreClient } from "../../../shared/operations/clients/restore-client.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { aClient } from "../../support/product.ts";
import { later, NOON } from "../../support/samples.ts";

/** What a subscription is shown of its clients: who has them is of the records, what they are called and hold is of the directory. */

const DAY_MS = 86_400_000;

let world: ClientWorld;
beforeEach(async () => {
  world = await clientWorld();
});

const page = (limit: number, after?: string) =>
  listClients(world, { subscription: "contoso", limit, ...(after && { after }) });

describe("a page of clients", () => {
  test("has their names and credentials as the directory has them now, and nobody else's clients", async () => {
    const { keyId } = await world.added();
    await world.directory.rename(world.client.id, "Renamed in the directory", world.client);
    await aClient(world, { subscription: "fabrikam" });

    const { items, next } = await page(10);

    expect(items).toEqual([
      {
        record: await world.record(),
        displayName: "Renamed in the directory",
        secrets: [expect.objectContaining({ keyId })],
        certificates: [],
      },
    ]);
    expect(next).toBeUndefined();
  });

  test("names its last one where there are more, and only there", async () => {
    const ids = [world.client.id, (await aClient(world)).id, (await aClient(world)).id].toSorted();

    const first = await page(2);
    const second = await page(2, first.next);

    expect(first.next).toBe(ids[1]);
    expect([...first.items, ...second.items].map(({ record }) => record.id)).toEqual(ids);
    expect(second).not.toHaveProperty("next");
    expect((await page(1)).next).toBe(ids[0]);
    expect(await listClients(world, { subscription: "nobody", limit: 2 })).toEqual({ items: [] });
  });

  test("shows one that is back while the directory is late with it, and leaves it out when it has gone there", async () => {
    world.runtime.pass(DAY_MS);
    await world.delete();
    await restoreClient(world, { ...world.own, as: "customer" });
    await world.directory.delete(world.client.id, world.client);

    world.runtime.pass(LATE_FOR_MS - 1);
    expect((await page(10)).items).toMatchObject([{ record: { id: world.client.id } }]);
    world.runtime.pass(1);
    expect((await page(10)).items).toEqual([]);
  });

  test("shows a new one that the directory is late with as it was asked for, and leaves out one that it has deleted", async () => {
    await world.directory.delete(world.client.id, world.client);
    world.runtime.pass(LATE_FOR_MS - 1);
    expect((await page(10)).items).toEqual([
      {
        record: await world.record(),
        displayName: world.client.displayName,
        secrets: [],
        certificates: [],
      },
    ]);

    world.runtime.pass(1);

    expect(await page(10)).toEqual({ items: [] });
  });
});

describe("one client", () => {
  const get = (subscription: string, clientId = world.client.id) =>
    getClient(world, { subscription, clientId });
  const NOT_FOUND = { ok: false, refusal: { reason: "not-found" } };

  test("is shown with its name and credentials as the directory has them now", async () => {
    const { keyId } = await world.added();
    await world.directory.rename(world.client.id, "Renamed in the directory", world.client);

    expect(await get("contoso")).toEqual({
      ok: true,
      value: {
        record: await world.record(),
        displayName: "Renamed in the directory",
        secrets: [expect.objectContaining({ keyId })],
        certificates: [],
      },
    });
  });

  test("of somebody else is not found, as one that has gone is not", async () => {
    expect(await get("fabrikam")).toEqual(NOT_FOUND);
    await world.directory.delete(world.client.id, world.client);
    expect(await get("contoso")).toEqual(NOT_FOUND);
  });

  test("is waited for as what was made when its record says, until it is on record no longer", async () => {
    const expected: boolean[] = [];
    const directory = {
      ...world.directory,
      get: async (id: string, { createdAt, recorded }: Expectation) => {
        expect([id, createdAt]).toEqual([world.client.id, world.client.createdAt]);
        expected.push((await recorded?.()) ?? false);
        await world.records.remove(world.client, NOON);
        expected.push((await recorded?.()) ?? true);
        return undefined;
      },
    };
    const { records } = world;
    const request = { subscription: "contoso", clientId: world.client.id };

    expect(await getClient({ records, directory }, request)).toEqual(NOT_FOUND);

    expect(expected).toEqual([true, false]);
  });
});

type Expectation = Parameters<ClientWorld["directory"]["get"]>[1];

describe("deleted clients", () => {
  const deleted = (limit: number, after?: string) =>
    listDeleted(world, { subscription: "contoso", limit, ...(after && { after }) });

  test("can be restored for 30 days, and are listed for so long", async () => {
    await world.delete();
    const [item] = (await deleted(10)).items;
    expect(item?.record.id).toBe(world.client.id);
    expect(item && restorableUntil(item)).toEqual(later(30 * DAY_MS, item?.deletedAt));

    world.runtime.pass(30 * DAY_MS - 1);
    expect((await deleted(10)).items).toHaveLength(1);
    world.runtime.pass(1);
    expect(await deleted(10)).toEqual({ items: [] });
  });

  test("come in pages: the last one of a page is named where there are more", async () => {
    const clients = [world.client, await aClient(world), await aClient(world)];
    for (const client of clients) await world.records.remove(client, NOON);
    const ids = clients.map(({ id }) => id).toSorted();

    const first = await deleted(2);
    const second = await deleted(2, first.next);

    expect(first.next).toBe(ids[1]);
    expect([...first.items, ...second.items].map(({ record }) => record.id)).toEqual(ids);
    expect(second).not.toHaveProperty("next");
    expect((await deleted(1)).next).toBe(ids[0]);
  });
});
