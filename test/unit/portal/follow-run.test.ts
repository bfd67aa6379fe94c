import { beforeEach, expect, test, vi } from "vitest";
import { findRun, isWaiting, leftOver } from "../../../portal/elements/consents/follow-run.ts";
import type { Operation, Subscription } from "../../../portal/elements/shared/shapes.ts";
import { newId } from "../../support/samples.ts";

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const anOperation = (changes: Partial<Operation>): Operation => ({
  ...{ id: newId(), kind: "resume-subscription", subscription: "contoso" },
  ...{ state: "running", done: 0, total: 2, errors: [], createdAt: "2026-11-21T10:00:00Z" },
  ...changes,
});

/** A page that has just been opened, in front of an API that shows the operation further with every look. */
function openPage(...looks: readonly Operation[]) {
  const asked: string[] = [];
  const shown: (Operation | undefined)[] = [];
  const state: { run?: Operation | undefined } = {};
  let refreshed = 0;
  const left = [...looks];
  return {
    asked,
    shown,
    refreshed: () => refreshed,
    page: {
      ...{ request: newId(), isConnected: true, state },
      refresh: () => {
        refreshed += 1;
      },
      set: (change: { run?: Operation | undefined }) => {
        Object.assign(state, change);
        shown.push(change.run);
      },
      client: {
        call: async <T>(_method: string, path: string) => {
          asked.push(path);
          const value = (left.length > 1 ? left.shift() : left[0]) as T;
          return { ok: true as const, value };
        },
      },
    },
  };
}

const stopped = (operation: string): Subscription => ({
  subscription: "contoso",
  suspended: { reason: "Not paid", at: "2026-11-21T10:00:00Z", operation },
});

test("a resume that goes on is found again when the page is opened anew, and followed to its end", async () => {
  const begun = anOperation({ done: 1 });
  const over = { ...begun, done: 2, state: "done" as const };
  const { page, asked, shown, refreshed } = openPage(begun, over);

  const found = findRun(page, { stops: { subscription: "contoso", resumedBy: begun.id } });
  await vi.runAllTimersAsync();
  await found;

  expect(asked).toEqual([`/admin/operations/${begun.id}`, `/admin/operations/${begun.id}`]);
  expect(shown).toEqual([begun, over]);
  expect(refreshed()).toBe(1);
});

test("a resume that is over is no news; a suspension that is over shows what it could not change", async () => {
  const over = anOperation({ state: "done" });
  const resumed = openPage(over);
  await findRun(resumed.page, { stops: { subscription: "contoso", resumedBy: over.id } });
  expect(resumed.shown).toEqual([]);

  const suspended = openPage(over);
  await findRun(suspended.page, { stops: stopped(over.id) });
  expect(suspended.shown).toEqual([over]);
});

test("what was never stopped is asked nothing", async () => {
  const { page, asked } = openPage(anOperation({}));
  await findRun(page, { stops: { subscription: "contoso" } });
  await findRun(page, {});
  expect(asked).toEqual([]);
});

test("an end of a customer is looked at seldom while it waits for its day, and often again when the day has come", async () => {
  const deleteAt = new Date(Date.now() + 40_000).toISOString();
  const begun = anOperation({ kind: "offboard-subscription", stopped: true, deleteAt });
  const deleting = { ...begun, done: 1 };
  const over = { ...begun, done: 2, state: "done" as const };
  const { page, asked, shown } = openPage(begun, begun, deleting, over);
  expect(isWaiting(begun, Date.now())).toBe(true);
  expect(isWaiting({ ...begun, stopped: false }, Date.now())).toBe(false);

  const found = findRun(page, { stops: stopped(begun.id) });
  await vi.advanceTimersByTimeAsync(29_000);
  expect(asked).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(4_000);
  await found;
  expect(shown).toEqual([begun, begun, deleting, over]);
});

test("what was begun for one customer is not shown for the next", async () => {
  const begun = anOperation({});
  const { page, shown } = openPage(begun);
  const one = { ...page, customer: "contoso" };
  const found = findRun(one, { stops: stopped(begun.id) });
  one.customer = "fabrikam";
  await found;
  expect(shown).toEqual([]);
});

test("what has left something may be asked for again, whether or not it names it", () => {
  const left = (changes: Partial<Operation>) =>
    leftOver(anOperation({ kind: "offboard-subscription", ...changes }));
  const errors = [{ clientId: newId(), problem: "client-not-managed" }];

  expect(left({ state: "parked" })).toBe("offboard-subscription");
  expect(left({ state: "done", errors })).toBe("offboard-subscription");
  expect(left({ kind: "suspend-subscription", state: "parked" })).toBe("suspend-subscription");
  expect(left({ state: "done" })).toBeUndefined();
  expect(left({ state: "running", errors })).toBeUndefined();
  expect(left({ state: "cancelled", errors })).toBeUndefined();
  expect(leftOver(undefined)).toBeUndefined();
});
