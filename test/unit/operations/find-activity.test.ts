import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { leave } from "../../../shared/adapters/records/activity-rows.ts";
import { DAY_MS, dayOf } from "../../../shared/base/day.ts";
import { withDeadline } from "../../../shared/base/deadline.ts";
import {
  type Activity,
  invertedTime,
  placeOf,
  timeOfPlace,
} from "../../../shared/clients/activity.ts";
import {
  type ActivityQuery,
  type FindActivityDeps,
  findActivity,
} from "../../../shared/operations/activity/find-activity.ts";
import { type TestProduct, testProduct } from "../../support/product.ts";
import { anActivity, later, OLGA } from "../../support/samples.ts";

let product: TestProduct;
let deps: FindActivityDeps & TestProduct;
beforeEach(() => {
  product = testProduct();
  deps = {
    ...product,
    activity: activityRecords(product.clientsTable),
    activeOn: [product.journal.activeOn],
    activityKeptMs: 400 * DAY_MS,
  };
});

/** As an operation leaves it that was admitted on the same day. */
async function left(changes: Partial<Activity>): Promise<Activity> {
  const entry = anActivity({ at: product.runtime.now(), ...changes });
  await product.clientsTable.transact([leave(entry)]);
  await product.journal.active(dayOf(entry.at), entry.subscription);
  return entry;
}
const END_OF_DAY_BEFORE = new Date("2026-03-01T23:59:59.999Z");
const ids = (entries: readonly Activity[]) => entries.map(({ id }) => id);

/** Every page of a query, from the first to the last. */
async function pages(query: Partial<ActivityQuery>): Promise<string[][]> {
  const found: string[][] = [];
  let after: string | undefined;
  do {
    const page = await findActivity(deps, { limit: 100, ...query, after });
    found.push(ids(page.items));
    after = page.next;
  } while (after !== undefined && found.length < 100);
  return found;
}

describe("across subscriptions", () => {
  test("entries come newest first, page by page, each once, over days and years' ends", async () => {
    const made: Activity[] = [];
    for (let index = 0; index < 30; index += 1) {
      const at = later(-index * 0.7 * DAY_MS - (index % 3));
      made.push(await left({ at, subscription: `s${index % 4}` }));
    }
    const newestFirst = ids(made.toSorted((a, b) => b.at.getTime() - a.at.getTime()));

    for (const limit of [1, 7, 30, 100]) {
      const found = await pages({ limit });
      expect(found.flat()).toEqual(newestFirst);
      expect(found.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    }
  });

  test("what was ended after midnight is found by the day before", async () => {
    const at = new Date("2026-03-02T00:00:01.000Z");
    await product.journal.active("2026-03-01", "contoso");
    const entry = anActivity({ at });
    await product.clientsTable.transact([leave(entry)]);

    expect(await pages({})).toEqual([[entry.id]]);
  });

  test("those who did nothing on a day are not asked about it", async () => {
    await left({ subscription: "contoso" });
    await left({ subscription: "fabrikam", at: later(-100 * DAY_MS) });
    product.clientsTable.forget();

    expect((await pages({})).flat()).toHaveLength(2);
    // Each on its day and, for what ends after midnight, on the one after it.
    expect(product.clientsTable.calls).toHaveLength(3);
  });

  test("nothing is older than it may be, or than is asked for", async () => {
    const young = await left({ at: later(-10 * DAY_MS) });
    await left({ at: later(-20 * DAY_MS - 1) });
    await left({ at: later(-401 * DAY_MS) });

    expect((await pages({ since: later(-20 * DAY_MS) })).flat()).toEqual([young.id]);
    expect((await pages({})).flat()).toHaveLength(2);
    expect((await pages({ since: later(-500 * DAY_MS) })).flat()).toHaveLength(2);
  });

  test("what is as old as is asked for is found, at whatever time of its day", async () => {
    const at = new Date("2026-02-20T23:00:00.000Z");
    const entry = await left({ at });

    expect(await pages({ since: at })).toEqual([[entry.id]]);
    expect(await pages({ since: new Date(at.getTime() + 1) })).toEqual([[]]);
  });

  test("a page is full with what is left of it from day to day, and asks for no more than that", async () => {
    const ofDays = [0, -1].flatMap((day) => [2, 1].map((at) => later(day * DAY_MS + at)));
    const entries: Activity[] = [];
    for (const at of ofDays) entries.push(await left({ at }));
    const sizes: number[] = [];
    const activity: typeof deps.activity = {
      activity: (subscription, range, size) => {
        sizes.push(size);
        return deps.activity.activity(subscription, range, size);
      },
    };

    const page = await findActivity({ ...deps, activity }, { limit: 3 });

    expect(page.items).toEqual(entries.slice(0, 3));
    // One more tells whether there are others, of one subscription as of all.
    expect(sizes).toEqual([5, 3]);
  });

  test("a search that takes long answers with what it has, and where to go on", async () => {
    const old = await left({ at: later(-50 * DAY_MS) });
    for (let days = 1; days < 50; days += 1) await left({ at: later(-days * DAY_MS), by: OLGA });
    const slow = {
      ...deps,
      activity: {
        activity: async (...given: Parameters<typeof deps.activity.activity>) => {
          product.runtime.pass(1_000);
          return deps.activity.activity(...given);
        },
      },
    };

    const first = await findActivity(slow, { limit: 10, actor: "ann" });
    let { next } = first;
    const found = [...first.items];
    for (let page = 0; page < 100 && next !== undefined; page += 1) {
      const more = await findActivity(slow, { limit: 10, actor: "ann", after: next });
      found.push(...more.items);
      next = more.next;
    }

    expect(first).toMatchObject({ items: [], next: expect.any(String) });
    expect(ids(found)).toEqual([old.id]);
  });

  test("a search that would outlast its request answers before, and goes on where it was", async () => {
    const old = await left({ at: later(-50 * DAY_MS) });
    for (let days = 1; days < 50; days += 1) await left({ at: later(-days * DAY_MS), by: OLGA });
    const slow = {
      ...deps,
      activity: {
        activity: async (...given: Parameters<typeof deps.activity.activity>) => {
          product.runtime.pass(1_000);
          return deps.activity.activity(...given);
        },
      },
    };

    const first = await withDeadline(6_400, () => findActivity(slow, { limit: 10, actor: "ann" }));

    const [day = ""] = first.next === undefined ? [] : [dayOf(timeOfPlace(first.next))];
    expect(day).toBe(dayOf(later(-4 * DAY_MS)));
    const rest = await findActivity(deps, { limit: 10, actor: "ann", after: first.next });
    expect(ids(rest.items)).toEqual([old.id]);
  });

  test("what a host has left whose clock is a little ahead is found", async () => {
    product.runtime.pass(12 * 3_600_000 - 30_000);
    const ahead = await left({ at: later(30_000, product.runtime.now()) });

    expect(await pages({})).toEqual([[ahead.id]]);
  });

  test("each day's index is read once, and only as far back as is asked for", async () => {
    await left({ at: later(-40 * DAY_MS) });
    const read: string[] = [];
    const [index] = deps.activeOn;
    if (!index) throw new Error("There is no index");
    const counting = (day: string) => {
      read.push(day);
      return index(day);
    };

    const found = await findActivity(
      { ...deps, activeOn: [counting] },
      { limit: 10, since: later(-45 * DAY_MS) },
    );

    expect(found.items).toHaveLength(1);
    expect(new Set(read).size).toBe(read.length);
    // Two months, of which the second begins with the last day of the first.
    expect(read).toHaveLength(2 * 31 - 1);
    expect(read.toSorted().at(-1)).toBe(dayOf(later(0)));
  });

  test("a subscription that two indexes name is looked at once", async () => {
    const entry = await left({});
    const both = { ...deps, activeOn: [product.journal.activeOn, product.journal.activeOn] };

    expect((await findActivity(both, { limit: 10 })).items).toEqual([entry]);
  });

  test("a page that is full in the middle of a day goes on in it, and at its end with the day before", async () => {
    const entries = [3, 2, 1].map((at) => anActivity({ at: later(at) }));
    for (const entry of entries) await left(entry);
    const old = await left({ at: later(-DAY_MS) });

    const first = await findActivity(deps, { limit: 2 });
    expect(first.next).toBe(entries[1] && placeOf(entries[1]));
    const second = await findActivity(deps, { limit: 1, after: first.next });
    expect(second).toEqual({ items: entries.slice(2), next: invertedTime(END_OF_DAY_BEFORE) });
    const third = await findActivity(deps, { limit: 1, after: second.next });
    expect(third.items).toEqual([old]);
  });

  test("a place from nowhere finds what there is, or nothing, and ends", async () => {
    const entry = await left({});

    expect((await findActivity(deps, { limit: 1, after: "0000000000000" })).items).toEqual([entry]);
    expect(await findActivity(deps, { limit: 1, after: "9999999999999" })).toEqual({ items: [] });
  });
});

test("of one subscription they come page by page too, and none that is older than is asked for", async () => {
  const made: Activity[] = [];
  for (const at of [3, 2, 1, 0]) made.push(await left({ at: later(at) }));
  const since = later(1);

  const found = await pages({ subscription: "contoso", limit: 2, since });

  expect(found).toEqual([ids(made.slice(0, 2)), ids(made.slice(2, 3))]);
});

test.each([
  [{ subscription: "contoso" }, ["created", "secret", "parked"]],
  [{ actor: "ann" }, ["created", "secret", "foreign"]],
  [{ actor: "service" }, ["parked"]],
  [{ actor: "operator" }, ["granted"]],
  [{ action: "client.created" }, ["created", "foreign"]],
  [{ action: "secret" }, ["secret"]],
  [{ action: "sec" }, []],
  [{ action: "client.created", subscription: "fabrikam", actor: "ann" }, ["foreign"]],
])("asked for by %j it is %j", async (query, expected) => {
  const service = { actor: { kind: "service" as const } };
  await left({ id: "created", action: "client.created" });
  await left({ id: "secret", action: "secret.created" });
  await left({ id: "parked", action: "operation.parked", by: service });
  await left({ id: "foreign", action: "client.created", subscription: "fabrikam" });
  await left({ id: "granted", action: "consent.granted", by: OLGA, subscription: "fabrikam" });

  expect((await pages(query)).flat().toSorted()).toEqual(expected.toSorted());
});
