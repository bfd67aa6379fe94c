import { describe, expect, test } from "vitest";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import {
  type ConsentPage,
  type ConsentQuery,
  listConsents,
} from "../../../shared/consent/decisions/list-consents.ts";
import type { ConsentCases } from "../../../shared/consent/ports.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

/** What a list reads for a page, and that nothing is passed over where some of what it reads has gone. */

/** In the order of their ids. */
async function clients(world: ConsentWorld, state: ConsentState, count: number) {
  const { consent } = aRecord();
  const decided = state === "pending" ? {} : { decidedAt: later(-1_000) };
  const records = [];
  for (let index = 0; index < count; index += 1)
    records.push(await world.client({ consent: { ...consent, ...decided, state } }));
  return records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
const idsOf = ({ items }: ConsentPage) => items.map(({ clientId }) => clientId);
async function allPages(world: ConsentWorld, query: ConsentQuery): Promise<string[][]> {
  const pages: string[][] = [];
  let after: ConsentPage["next"];
  do {
    const page = await listConsents(world.deps, { ...query, ...(after && { after }) });
    pages.push(idsOf(page));
    after = page.next;
  } while (after);
  return pages;
}
/** The rows that are asked for at once, and those that are asked for by name. */
function watched(world: ConsentWorld) {
  const sizes: number[] = [];
  const named: string[] = [];
  const { page, get } = world.deps.cases;
  const cases: ConsentCases = {
    ...world.deps.cases,
    page: (state, limit, after) => {
      sizes.push(limit);
      return page(state, limit, after);
    },
    get: (state, clientId) => {
      named.push(clientId);
      return get(state, clientId);
    },
  };
  return { deps: { ...world.deps, cases }, sizes, named };
}

describe("a list of decided consents", () => {
  test("reads one row more than it shows, once, and by name none", async () => {
    const world = consentWorld();
    const records = await clients(world, "granted", 3);
    const { deps, sizes, named } = watched(world);

    const page = await listConsents(deps, { state: "granted", limit: 3 });

    expect(idsOf(page)).toEqual(records.map(({ id }) => id));
    expect([sizes, named]).toEqual([[4], []]);
  });

  test("reads as many more as have gone", async () => {
    const world = consentWorld();
    const [first] = await clients(world, "granted", 6);
    if (!first) return expect.unreachable();
    await world.deps.records.remove(first, NOON);
    const { deps, sizes } = watched(world);

    expect(idsOf(await listConsents(deps, { state: "granted", limit: 3 }))).toHaveLength(3);

    expect(sizes).toEqual([4, 1]);
  });

  test.each(["pending", "granted"] as const)(
    "goes on page by page of one, also %s ones",
    async (state) => {
      const world = consentWorld();
      const records = await clients(world, state, 3);

      expect(await allPages(world, { state, limit: 1 })).toEqual(records.map(({ id }) => [id]));
    },
  );

  test("ends with its last row, however many behind those that are shown have gone", async () => {
    const world = consentWorld();
    const [kept, ...gone] = await clients(world, "granted", 30);
    for (const record of gone) await world.deps.records.remove(record, NOON);

    const page = await listConsents(world.deps, { state: "granted", limit: 1 });

    expect(idsOf(page)).toEqual([kept?.id]);
    expect(page).not.toHaveProperty("next");
  });

  test("shows nobody who has gone, whatever excess is on record", async () => {
    const world = consentWorld();
    const [gone, kept] = await clients(world, "granted", 2);
    const listed = gone && (await world.deps.cases.get("granted", gone.id));
    if (!listed || !kept) return expect.unreachable();
    const excess = [{ resource: "Microsoft Graph", role: "r", own: false }];
    await world.deps.cases.keepDrift({ subject: listed.found, excess, foundAt: NOON, told: [] });
    await world.deps.records.remove(gone, NOON);

    const page = await listConsents(world.deps, { state: "granted", limit: 10 });

    expect(idsOf(page)).toEqual([kept.id]);
    expect(page.items[0]).not.toHaveProperty("drift");
  });
});

describe("a search", () => {
  test("of decided ones reads a thousand at once, and none by name", async () => {
    const world = consentWorld();
    await clients(world, "granted", 2);
    const { deps, sizes, named } = watched(world);

    const page = await listConsents(deps, { state: "granted", text: "a client", limit: 5 });

    expect(page.items).toHaveLength(2);
    expect([sizes, named]).toEqual([[1_000], []]);
  });

  test("for the id of a decided one reads that one only, however the id is written", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "granted", 2);
    if (!record) return expect.unreachable();
    for (const text of [record.id, record.id.toUpperCase()]) {
      const { deps, sizes } = watched(world);
      expect(idsOf(await listConsents(deps, { state: "granted", text, limit: 5 }))).toEqual([
        record.id,
      ]);
      expect(sizes).toEqual([]);
    }
  });

  test("goes on behind those that have gone, and not behind all that it has read", async () => {
    const world = consentWorld();
    const records = await clients(world, "rejected", 5);
    for (const record of records.slice(0, 2)) await world.deps.records.remove(record, NOON);

    expect(await allPages(world, { state: "rejected", text: "a client", limit: 1 })).toEqual(
      records.slice(2).map(({ id }) => [id]),
    );
  });

  test("of those that wait looks at all of them, however many have gone", async () => {
    const world = consentWorld();
    const records = await clients(world, "pending", 50);
    const last = records.at(-1);
    for (const record of records.slice(0, -1)) await world.deps.records.remove(record, NOON);

    expect(await allPages(world, { state: "pending", text: "a client", limit: 1 })).toEqual([
      [last?.id],
    ]);
  });
});

test("a list of those that have more than they asked for asks for no more of them than it needs", async () => {
  const world = consentWorld();
  const records = await clients(world, "granted", 5);
  const excess = [{ resource: "Microsoft Graph", role: "r", own: false }];
  for (const { id } of records) {
    const listed = (await world.deps.cases.get("granted", id)) ?? expect.unreachable();
    await world.deps.cases.keepDrift({ subject: listed.found, excess, foundAt: NOON, told: [] });
  }
  const query = { state: "granted", drifted: true, limit: 1 } as const;
  const looked: string[] = [];
  const { find } = world.deps.cases;
  const cases: ConsentCases = {
    ...world.deps.cases,
    find: (clientId) => {
      looked.push(clientId);
      return find(clientId);
    },
  };

  await listConsents({ ...world.deps, cases }, query);

  expect(looked).toEqual(records.slice(0, 2).map(({ id }) => id));
  expect(await allPages(world, query)).toEqual(records.map(({ id }) => [id]));
});
