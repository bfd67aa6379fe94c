import { describe, expect, test } from "vitest";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import { countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { findCase } from "../../../shared/consent/decisions/find-case.ts";
import { type ConsentPage, listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

async function clients(world: ConsentWorld, state: ConsentState, count: number) {
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

describe.each(["pending", "granted"] as const)(
  "28 deleted %s clients and one that stays",
  (state) => {
    const listed = (world: ConsentWorld, limit: number) =>
      listConsents(world.deps, { state, limit });

    test("are one page with one item, also where the rows of the deleted ones are there already", async () => {
      for (const limit of [1, 10, 100]) {
        const world = consentWorld();
        const [first, ...rest] = await clients(world, state, 29);
        for (const record of rest) await world.deps.records.remove(record, NOON);
        const page = await listed(world, limit);
        expect(page.items.map(({ clientId }) => clientId)).toEqual([first?.id]);
        expect(page.next).toBeUndefined();
      }
    });

    test("are one in the counts once a list has met them", async () => {
      const world = consentWorld();
      const [, ...rest] = await clients(world, state, 29);
      for (const record of rest) await world.deps.records.remove(record, NOON);
      await listed(world, 10);
      expect(await countConsents(world.deps)).toMatchObject({ [state]: 1 });
    });
  },
);

describe("a search", () => {
  const found = async (world: ConsentWorld, state: ConsentState, text: string) =>
    (await listConsents(world.deps, { state, text, limit: 10 })).items.map(
      ({ displayName }) => displayName,
    );

  test.each(["pending", "rejected"] as const)(
    "finds %s ones by name, customer, who asked and ids",
    async (state) => {
      const world = consentWorld();
      const { consent } = aRecord();
      const decided = state === "pending" ? {} : { decidedAt: NOON };
      const make = (displayName: string, subscription: string) =>
        world.client({ displayName, subscription, consent: { ...consent, state, ...decided } });
      const payroll = await make("Übertragung Payroll", "contoso");
      await make("Backup", "fabrikam");
      for (const text of ["PAYROLL", "ü", "u\u0308bertragung", "ontos", payroll.id, payroll.appId])
        expect(await found(world, state, text), text).toEqual(["Übertragung Payroll"]);
      expect(await found(world, state, "Ann")).toHaveLength(2);
      expect(await found(world, state, "nobody")).toEqual([]);
    },
  );

  test("of a hundred thousand decided ones stops after twenty thousand and says where to go on", async () => {
    const world = consentWorld();
    let pages = 0;
    const cases = {
      ...world.deps.cases,
      page: async () => {
        pages += 1;
        const last = await world.client();
        return { cases: [{ found: openCase(last, "Ann"), version: "1" }], more: true };
      },
    };
    const page = await listConsents(
      { ...world.deps, cases },
      { state: "granted", text: "x".repeat(9), limit: 1 },
    );
    expect([pages, page.items.length, page.next === undefined]).toEqual([20, 0, false]);
  });

  test("finds a client by the name it was shown under since it was renamed", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "granted", 1);
    if (!record) return expect.unreachable();
    world.put({ ...record, displayName: "Payroll", revision: 2 });
    await listConsents(world.deps, { state: "granted", limit: 10 });
    expect(await found(world, "granted", "payroll")).toEqual(["Payroll"]);
  });
});

test("a page shows what each customer has besides, in one request for each customer", async () => {
  const world = consentWorld();
  await clients(world, "granted", 2);
  await clients(world, "rejected", 1);
  const [first] = await clients(world, "pending", 3);
  world.counts.requests = 0;
  const { items } = await listConsents(world.deps, { state: "pending", limit: 10 });
  expect(items.find(({ clientId }) => clientId === first?.id)?.customer).toEqual({
    ...{ clients: 5, pending: 2, granted: 2, rejected: 1, revoked: 0 },
    more: false,
  });
  // The index, the customer, and what has drifted.
  expect(world.counts.requests).toBe(3);
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

  test("goes with the next sweep, which pays the events that it owes and alerts nobody", async () => {
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
      found: { gone: true },
    });
    expect(await sweepConsents(world.deps)).toMatchObject({ pending: 0 });
    expect(await world.deps.cases.find(record.id)).toEqual([]);
    expect(world.stages()).toEqual([]);
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

describe("the order of a list", () => {
  const ids = (page: ConsentPage) => page.items.map(({ clientId }) => clientId);

  test("of those that wait is that of their due times, then of their ids", async () => {
    const world = consentWorld();
    const { consent } = aRecord();
    const due = (ms: number) => ({ consent: { ...consent, dueAt: later(ms) } });
    const late = await world.client(due(2_000));
    const same = [await world.client(due(1_000)), await world.client(due(1_000))];
    const more = [await world.client(due(1_000)), await world.client(due(1_000))];
    const expected = [...[...same, ...more].map(({ id }) => id).toSorted(), late.id];
    expect(ids(await listConsents(world.deps, { state: "pending", limit: 10 }))).toEqual(expected);
    const seen: string[] = [];
    let after: ConsentPage["next"];
    do {
      const page = await listConsents(world.deps, {
        ...{ state: "pending", limit: 2 },
        ...(after && { after }),
      });
      seen.push(...ids(page));
      after = page.next;
    } while (after);
    expect(seen).toEqual(expected);
  });

  test("is of those that are overdue, or of those that are not, and the counts say how many", async () => {
    const world = consentWorld();
    const { consent } = aRecord();
    const due = (ms: number) => ({ consent: { ...consent, dueAt: later(ms) } });
    const over = [await world.client(due(-1_000)), await world.client(due(0))];
    const open = await world.client(due(1_000));
    const listed = async (overdue: boolean) =>
      ids(await listConsents(world.deps, { state: "pending", overdue, limit: 10 }));
    expect(await listed(true)).toEqual(over.map(({ id }) => id));
    expect(await listed(false)).toEqual([open.id]);
    expect(await countConsents(world.deps)).toMatchObject({ pending: 3, overdue: 2 });
  });

  test("counts each state for itself", async () => {
    const world = consentWorld();
    await clients(world, "rejected", 2);
    await clients(world, "revoked", 3);
    await clients(world, "granted", 1);
    expect(await countConsents(world.deps)).toEqual({
      ...{ pending: 0, overdue: 0, granted: 1, rejected: 2, revoked: 3, drifted: 0 },
    });
  });
});

describe("a list of those that have more than they asked for", () => {
  const excess = [{ resource: "Microsoft Graph", role: "r", own: false }];
  async function drifted(world: ConsentWorld, count: number) {
    const records = await clients(world, "granted", count);
    for (const record of records) {
      const listed = await world.deps.cases.get("granted", record.id);
      if (!listed) throw new Error("It is not listed");
      const drift = { subject: listed.found, excess, foundAt: NOON, told: [] };
      await world.deps.cases.keepDrift(drift);
    }
    return records.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
  const asked = { state: "granted", drifted: true } as const;

  test("is in the order of their ids, page by page, and the last page says that it is", async () => {
    const world = consentWorld();
    const records = await drifted(world, 5);
    const pages: string[][] = [];
    let after: ConsentPage["next"];
    do {
      const page = await listConsents(world.deps, { ...asked, limit: 2, ...(after && { after }) });
      pages.push(page.items.map(({ clientId }) => clientId));
      after = page.next;
    } while (after);
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(records.map(({ id }) => id));
    expect(await listConsents(world.deps, { ...asked, limit: 5 })).not.toHaveProperty("next");
    expect(await countConsents(world.deps)).toMatchObject({ drifted: 5 });
  });

  test("is searched, and forgets those that have gone", async () => {
    const world = consentWorld();
    const [gone, kept] = await drifted(world, 2);
    if (!gone || !kept) return expect.unreachable();
    const found = await listConsents(world.deps, { ...asked, text: kept.appId, limit: 10 });
    expect(found.items.map(({ clientId }) => clientId)).toEqual([kept.id]);
    await world.deps.records.remove(gone, NOON);
    const left = await listConsents(world.deps, { ...asked, limit: 10 });
    expect(left.items.map(({ clientId }) => clientId)).toEqual([kept.id]);
    expect(await world.deps.cases.drift(gone.id)).toBeUndefined();
  });

  test("shows the same excess on the lists of its state, and on no other's", async () => {
    const world = consentWorld();
    const [one] = await drifted(world, 1);
    await clients(world, "granted", 1);
    const { items } = await listConsents(world.deps, { state: "granted", limit: 10 });
    expect(items.map(({ clientId, drift }) => [clientId === one?.id, drift?.excess])).toEqual(
      expect.arrayContaining([
        [true, excess],
        [false, undefined],
      ]),
    );
  });
});

test("a client beyond the first thousand of its customer is asked for by itself", async () => {
  const world = consentWorld();
  const [record] = await clients(world, "granted", 1);
  if (!record) return expect.unreachable();
  const owned = async () => ({ clients: [], more: true });
  const records = { ...world.deps.records, owned };
  const deps = { ...world.deps, records };
  expect(await findCase(deps, record.id)).toMatchObject({
    ok: true,
    value: { customer: { more: true } },
  });
  const none = {
    ...deps,
    records: { ...records, owned: async () => ({ clients: [], more: false }) },
  };
  expect(await findCase(none, record.id)).toMatchObject({ ok: false });
});

test("of two rows of one client the one that its record speaks of is shown", async () => {
  const world = consentWorld();
  const [record] = await clients(world, "granted", 1);
  if (!record) return expect.unreachable();
  const { clock: _, ...stale } = openCase(record, "Stale");
  const { decidedAt: __, ...consent } = record.consent;
  await world.list({ ...stale, consent: { ...consent, state: "pending" } });
  const found = await findCase(world.deps, record.id);
  expect(found).toMatchObject({
    ok: true,
    value: { requestedBy: "Ann", consent: { state: "granted" } },
  });
  expect(await world.deps.cases.find(record.id)).toHaveLength(1);
});

test("a row that is marked as gone is nobody's, looked for by its id", async () => {
  const world = consentWorld();
  const [record] = await clients(world, "pending", 1);
  const listed = record && (await world.deps.cases.get("pending", record.id));
  if (!listed) return expect.unreachable();
  await world.list({ ...listed.found, gone: true });
  expect(await findCase(world.deps, record.id)).toMatchObject({ ok: false });
});
