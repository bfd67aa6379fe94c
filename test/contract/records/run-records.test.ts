import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { operationRecords } from "../../../shared/adapters/records/operation-records.ts";
import { runRecords } from "../../../shared/adapters/records/run-records.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import type { OperationRecords } from "../../../shared/operations/admission/ports.ts";
import type { Run, RunRecords } from "../../../shared/operations/whole/run.ts";
import { anActivity, later, NOON, newId, OLGA } from "../../support/samples.ts";
import { type TappedTable, tappedTable } from "../../support/tapped-table.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("Records of operations on subscriptions $name", ({ newTable }) => {
  let runs: RunRecords;
  beforeEach(async () => {
    runs = runRecords(await newTable(), newId);
  });

  const aRun = (changes: Partial<Run> = {}): Run => ({
    ...{ operationId: newId(), kind: "suspend-subscription", subscription: "Ä b/c 100%" },
    ...{ by: OLGA, reason: "Not paid", state: "running", done: 1, total: 3, createdAt: NOON },
    ...{ errors: [{ clientId: newId(), problem: "client-not-managed" }], step: 2, failures: 1 },
    ...{ cursor: newId(), nextAt: later(60_000) },
    ...changes,
  });
  const opened = async (changes: Partial<Run> = {}) => {
    const run = aRun(changes);
    await runs.open(run);
    const found = await runs.find(run.operationId);
    if (!found) throw new Error("It was not written down");
    return found;
  };
  const all = async () => {
    const found: Run[] = [];
    for await (const run of runs.list()) found.push(run);
    return found;
  };

  test("one is found as it was written down, and one that is not known is not found", async () => {
    const run = aRun();
    await runs.open(run);
    expect((await runs.find(run.operationId))?.run).toEqual(run);
    expect(await runs.find(newId())).toBeUndefined();
  });

  test("opened again by a repeat, it is the same one", async () => {
    const run = aRun();
    await runs.open(run);
    await runs.open(run);
    expect(await all()).toEqual([run]);
  });

  test("of two who saw the same, one changes it; whoever has changed it can go on", async () => {
    const { run, version } = await opened();

    const first = await runs.save({ ...run, step: 3 }, version);
    const second = await runs.save({ ...run, step: 3 }, version);

    expect(first?.run.step).toBe(3);
    expect(second).toBeUndefined();
    const ended = { ...run, step: 4, state: "done" as const, endedAt: later(1) };
    expect(await runs.save(ended, first?.version ?? "")).toMatchObject({ run: ended });
    expect((await runs.find(run.operationId))?.run).toEqual(ended);
  });

  test("a suspension without a reason and without errors is read as it was", async () => {
    const { reason: _, cursor: _cursor, ...rest } = aRun({ kind: "resume-subscription" });
    await runs.open({ ...rest, errors: [] });
    expect(await all()).toEqual([{ ...rest, errors: [] }]);
  });

  test("three hundred errors are kept, and more do not keep it from being written down", async () => {
    const errors = Array.from({ length: 320 }, () => ({ clientId: newId(), problem: "refused" }));
    const { run } = await opened({ errors });
    expect(run.errors).toEqual(errors.slice(0, 300));
  });

  test("purged is what has ended before, and nothing that is under way", async () => {
    const underWay = await opened();
    const early = await opened({ state: "done", endedAt: NOON });
    const late = await opened({ state: "parked", endedAt: later(1000) });

    expect(await runs.purge(later(1))).toBe(1);

    expect(await runs.find(early.run.operationId)).toBeUndefined();
    expect((await all()).map(({ operationId }) => operationId).toSorted()).toEqual(
      [underWay, late].map(({ run }) => run.operationId).toSorted(),
    );
  });
});

describe.each(tableTargets)("What operators do to an account $name", ({ newTable }) => {
  let table: TappedTable;
  let operations: OperationRecords;
  beforeEach(async () => {
    table = tappedTable(await newTable());
    operations = operationRecords(table, newId);
  });

  const subscription = "Ä b/c 100%";
  const stopped = { operationId: newId(), reason: "Not paid „at all“", at: NOON };
  const anEntry = (changes: Partial<Activity> = {}) =>
    anActivity({ subscription, by: OLGA, action: "subscription.suspended", ...changes });
  const entries = async () => {
    const { entries: found } = await activityRecords(table).activity(subscription, {}, 10);
    return found;
  };

  test("is written with its entry in one transaction, of a subscription that is not known too", async () => {
    const { account, version } = await operations.account(subscription);
    const entry = anEntry();
    table.forget();

    const next = { ...account, suspended: stopped, resumed: newId() };
    expect(await operations.stop({ account: next, version }, newId(), entry)).toBe(true);

    expect(table.calls).toEqual(["transact"]);
    expect((await operations.account(subscription)).account).toEqual(next);
    expect(await entries()).toEqual([entry]);
  });

  test("is not written when the account has changed meanwhile, and leaves no entry", async () => {
    const seen = await operations.account(subscription);
    const first = { ...seen.account, blocked: stopped };
    expect(await operations.stop({ ...seen, account: first }, newId(), anEntry())).toBe(true);

    const late = { ...seen, account: { ...seen.account, suspended: stopped } };
    expect(await operations.stop(late, newId(), anEntry())).toBe(false);

    expect((await operations.account(subscription)).account).toEqual(first);
    expect(await entries()).toHaveLength(1);
  });

  test("undone, nothing of it is left but what undid it", async () => {
    const seen = await operations.account(subscription);
    await operations.stop(
      { ...seen, account: { ...seen.account, blocked: stopped, suspended: stopped } },
      ...([newId(), anEntry()] as const),
    );
    const { account, version } = await operations.account(subscription);
    const { blocked: _, suspended: _suspended, ...rest } = account;
    const next = { ...rest, resumed: newId(), unblocked: newId() };
    await operations.stop({ account: next, version }, newId(), anEntry({ id: newId() }));

    expect((await operations.account(subscription)).account).toEqual(next);
  });
});
