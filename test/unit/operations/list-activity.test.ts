import { beforeEach, describe, expect, test } from "vitest";
import { type Activity, placeOf } from "../../../shared/clients/activity.ts";
import type { ActivityRange, ActivityRecords } from "../../../shared/clients/activity-records.ts";
import {
  clientActivity,
  subscriptionActivity,
} from "../../../shared/operations/activity/list-activity.ts";
import { anActivity, aRecord, later, newId } from "../../support/samples.ts";

/** How much is read for one page of activity, and where the next one begins. */

let asked: { range: ActivityRange; limit: number }[];
let rows: readonly Activity[];
beforeEach(() => {
  asked = [];
  rows = [];
});

/** So many entries of one client, newest first. */
const entriesOf = (count: number, clientId = newId()): Activity[] =>
  Array.from({ length: count }, (_, index) => anActivity({ at: later(-index), clientId }));

const activity: ActivityRecords = {
  activity: async (_, range, limit) => {
    asked.push({ range, limit });
    const { after } = range;
    const left = rows.filter((row) => after === undefined || placeOf(row) > after);
    const entries = left.slice(0, limit);
    const last = entries.at(-1);
    return { entries, last: last && placeOf(last), more: left.length > limit };
  },
};
const list = (limit: number, fits?: (entry: Activity) => boolean, range: ActivityRange = {}) =>
  subscriptionActivity({ activity }, "contoso", range, limit, fits);

describe("a page of all entries", () => {
  test("costs one more entry than it has, which says whether there is another page", async () => {
    rows = entriesOf(3);

    const page = await list(2);

    const [, second] = rows;
    expect(page.items).toEqual(rows.slice(0, 2));
    expect(page.next).toBe(second && placeOf(second));
    expect(asked).toEqual([{ range: {}, limit: 3 }]);
  });

  test("is the last one if nothing comes after it", async () => {
    rows = entriesOf(2);

    expect(await list(2)).toEqual({ items: rows });
    expect(asked).toHaveLength(1);
  });

  test("keeps to the range that is asked for", async () => {
    rows = entriesOf(2);
    const since = later(-10);
    const after = rows[0] && placeOf(rows[0]);

    expect(await list(2, undefined, { after, since })).toEqual({ items: rows.slice(1) });
    expect(asked).toEqual([{ range: { after, since }, limit: 3 }]);
  });
});

describe("a page of some entries", () => {
  const nobodys = () => false;

  test("reads as many at once as a table gives, and goes on where it was", async () => {
    const wanted = newId();
    rows = [...entriesOf(1_500), anActivity({ at: later(-2_000), clientId: wanted })];
    const since = later(-10_000);

    const page = await list(10, ({ clientId }) => clientId === wanted, { since });

    expect(page).toEqual({ items: rows.slice(-1) });
    const after = rows[999] && placeOf(rows[999]);
    expect(asked).toEqual([
      { range: { since, after: undefined }, limit: 1_000 },
      { range: { since, after }, limit: 1_000 },
    ]);
  });

  test("looks through five thousand at most, and says where to go on", async () => {
    rows = entriesOf(5_001);

    const page = await list(10, nobodys);

    expect(page).toEqual({ items: [], next: rows[4_999] && placeOf(rows[4_999]) });
    expect(asked).toHaveLength(5);
  });

  test("ends with the entries, though none was wanted", async () => {
    rows = entriesOf(5_000);

    expect(await list(10, nobodys)).toEqual({ items: [] });
  });

  test("that is full begins the next one after its last entry, and not after what was passed over", async () => {
    const wanted = newId();
    rows = [3, 2, 1, 0].flatMap((hour) => [
      anActivity({ at: later(hour * 10), clientId: wanted }),
      anActivity({ at: later(hour * 10 - 1) }),
    ]);
    const own = rows.filter(({ clientId }) => clientId === wanted);

    const page = await list(3, ({ clientId }) => clientId === wanted);

    expect(page).toEqual({ items: own.slice(0, 3), next: own[2] && placeOf(own[2]) });
  });
});

describe("a client of which no entry is found", () => {
  const record = aRecord();
  const about = (isThere: boolean) =>
    clientActivity(
      {
        activity,
        records: { client: async () => (isThere ? { record, version: "1" } : undefined) },
      },
      { subscription: "contoso", clientId: record.id, limit: 10 },
    );

  test("is the caller's as long as it is there, or others are still to be looked through", async () => {
    expect(await about(true)).toEqual({ ok: true, value: { items: [] } });
    rows = entriesOf(5_001);

    expect(await about(false)).toMatchObject({ ok: true, value: { next: expect.any(String) } });
  });

  test("is nobody's otherwise", async () => {
    expect(await about(false)).toEqual({ ok: false, refusal: { reason: "not-found" } });
  });
});
