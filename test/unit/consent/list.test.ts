import { describe, expect, test } from "vitest";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import { type ConsentPage, listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { unlistClient } from "../../../shared/consent/unlist-client.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

type World = ReturnType<typeof consentWorld>;

async function clients(world: World, state: ConsentState, count: number) {
  const records = [];
  for (let index = 0; index < count; index += 1) {
    const { consent } = aRecord();
    const decidedAt = state === "pending" ? {} : { decidedAt: later(-1_000) };
    const dueAt = later(index * 60_000, consent.dueAt);
    records.push(await world.client({ consent: { ...consent, ...decidedAt, state, dueAt } }));
  }
  return records;
}

describe.each(["pending", "rejected"] as const)("a list of %s consents", (state) => {
  test("has full pages as long as there are more, whatever has gone in between", async () => {
    const world = consentWorld();
    const records = await clients(world, state, 12);
    const gone = records.filter((_, index) => index % 3 !== 0);
    for (const record of gone) await world.deps.records.remove(record, NOON);

    const pages: number[] = [];
    const seen: string[] = [];
    let after: ConsentPage["next"];
    do {
      const page = await listConsents(world.deps, { state, limit: 2, ...(after && { after }) });
      pages.push(page.items.length);
      seen.push(...page.items.map(({ clientId }) => clientId));
      after = page.next;
    } while (after);

    expect(pages.slice(0, 2)).toEqual([2, 2]);
    const left = records.filter((record) => !gone.includes(record)).map(({ id }) => id);
    expect(seen.toSorted()).toEqual(left.toSorted());
  });
});

describe("a row whose client has gone", () => {
  test("goes with the first list that meets it, if it was decided", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "granted", 1);
    if (!record) return expect.unreachable();
    await world.deps.records.remove(record, NOON);
    await listConsents(world.deps, { state: "granted", limit: 10 });
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });

  test("goes with its next check, which is made now, if it still owes its events", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "pending", 1);
    if (!record) return expect.unreachable();
    const listed = await world.deps.cases.get("pending", record.id);
    if (!listed?.found.clock) return expect.unreachable();
    const clock = { ...listed.found.clock, nextCheckAt: later(86_400_000) };
    await world.list({ ...listed.found, clock });
    await world.deps.records.remove(record, NOON);
    await listConsents(world.deps, { state: "pending", limit: 10 });
    expect(await world.deps.cases.get("pending", record.id)).toMatchObject({
      found: { clock: { nextCheckAt: NOON } },
    });
    expect(await checkConsent(world.deps, record.id)).toBe("stale");
    expect(world.types()).toEqual(["client.created", "consent.requested"]);
  });

  test("goes with whoever looks for it by its id", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "revoked", 1);
    if (!record) return expect.unreachable();
    await world.deps.records.remove(record, NOON);
    expect(await findCase(world.deps, record.id)).toMatchObject({ ok: false });
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });
});

test("two rows of one client stay while a decision is under way, and the wrong one goes after", async () => {
  const world = consentWorld();
  const [record] = await clients(world, "pending", 1);
  if (!record) return expect.unreachable();
  const listed = await world.deps.cases.get("pending", record.id);
  if (!listed) return expect.unreachable();
  const { clock: _, ...rest } = listed.found;
  const consent = { ...record.consent, state: "granted" as const, decidedAt: NOON };
  await world.list({ ...rest, consent });
  const decision = { id: "d", at: NOON, told: [], to: "granted" as const, subject: listed.found };
  const begun = await world.deps.cases.begin(decision);
  await findCase(world.deps, record.id);
  expect(await world.deps.cases.find(record.id)).toHaveLength(2);
  if (begun) await world.deps.cases.end(begun);
  await findCase(world.deps, record.id);
  expect(await world.deps.cases.find(record.id)).toMatchObject([
    { found: { consent: { state: "pending" } } },
  ]);
});

describe("taking a deleted client off the lists", () => {
  test.each(["granted", "rejected", "revoked"] as const)(
    "costs one request for a %s one, and leaves no name",
    async (state) => {
      const world = consentWorld();
      const [record] = await clients(world, state, 1);
      if (!record) return expect.unreachable();
      world.counts.requests = 0;
      await unlistClient(world.deps, record);
      expect(world.counts.requests).toBe(1);
      expect(await world.deps.cases.find(record.id)).toEqual([]);
      await unlistClient(world.deps, record);
    },
  );

  test("takes a pending one off once other systems know of it, and not before", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "pending", 1);
    if (!record) return expect.unreachable();
    await unlistClient(world.deps, record);
    expect(await world.deps.cases.get("pending", record.id)).toBeDefined();
    await checkConsent(world.deps, record.id);
    await unlistClient(world.deps, record);
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });
});

describe("a name that waits", () => {
  test("is flagged when it looks like another customer's, at once among those that wait", async () => {
    const world = consentWorld();
    await world.client({ subscription: "fabrikam", displayName: "Nіghtly Import" });
    await world.client({ subscription: "contoso", displayName: "nightly import" });
    await world.client({ subscription: "northwind", displayName: "Other" });

    const { items } = await listConsents(world.deps, { state: "pending", limit: 10 });

    const flags = new Map(items.map((item) => [item.subscription, item.flags ?? []]));
    expect(flags.get("fabrikam")).toEqual(["mixed-scripts", "resembles"]);
    expect(flags.get("contoso")).toEqual(["resembles"]);
    expect(flags.get("northwind")).toEqual([]);
  });

  test("is not flagged for one of its own customer's", async () => {
    const world = consentWorld();
    await world.client({ displayName: "Import" });
    await world.client({ displayName: "Import" });
    const { items } = await listConsents(world.deps, { state: "pending", limit: 10 });
    expect(items.flatMap(({ flags = [] }) => flags)).toEqual([]);
  });
});
