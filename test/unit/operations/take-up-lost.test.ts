import { beforeEach, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import type { SubscriptionRun } from "../../../shared/events/subscription-run.ts";
import type { Run } from "../../../shared/operations/whole/run.ts";
import { takeUpLost } from "../../../shared/operations/whole/take-up-lost.ts";
import { RECONCILE_AFTER_MS, testRuntime } from "../../support/product.ts";
import { later, newId, OLGA } from "../../support/samples.ts";

/** Operations on whole subscriptions whose next message has not come. */

const LATE_MS = 2 * RECONCILE_AFTER_MS;

let runtime: ReturnType<typeof testRuntime>;
let handled: SubscriptionRun[];
beforeEach(() => {
  runtime = testRuntime();
  handled = [];
});

const aRun = (changes: Partial<Run>): Run => ({
  ...{ operationId: newId(), kind: "suspend-subscription", subscription: "contoso", by: OLGA },
  ...{ state: "running", done: 0, total: 0, errors: [], step: 0, failures: 0 },
  ...{ createdAt: later(-10 * LATE_MS), ...changes },
});

const takeUp = (runs: readonly Run[], handle = async (one: SubscriptionRun) => handled.push(one)) =>
  takeUpLost({
    runs: {
      list: async function* () {
        yield* runs;
      },
    },
    ...{ runtime, reconcileAfterMs: RECONCILE_AFTER_MS, entryMs: 25_000, handle },
  });

test("one is taken up with the message that it waits for", async () => {
  const run = aRun({ step: 4, nextAt: later(-LATE_MS) });

  expect(await takeUp([run])).toEqual({ resumed: 1, failed: 0 });

  const { operationId } = run;
  expect(handled).toEqual([
    { type: "subscription.run", version: 1, operationId, subscription: "contoso", step: 4 },
  ]);
});

test.each<[string, Partial<Run>]>([
  ["that has ended", { state: "done" }],
  ["whose message is still to come", { nextAt: later(60_000) }],
  ["whose message is not late enough to be lost", { nextAt: later(-LATE_MS + 1) }],
  ["that has only been asked for", { createdAt: later(-LATE_MS + 1) }],
])("one %s is left alone", async (_, changes) => {
  expect(await takeUp([aRun(changes)])).toEqual({ resumed: 0, failed: 0 });
  expect(handled).toEqual([]);
});

test("one that fails keeps nobody from the next, and both are counted and noted", async () => {
  const [first, second, third] = [aRun({}), aRun({}), aRun({})];
  const seen = newObservation();

  const tally = await observe(seen, () =>
    takeUp([first, second, third], async (one) => {
      if (one.operationId !== second.operationId) return handled.push(one);
      throw new Error("Away");
    }),
  );

  expect(tally).toEqual({ resumed: 2, failed: 1 });
  expect(handled.map(({ operationId }) => operationId)).toEqual([
    ...[first.operationId, third.operationId],
  ]);
  expect(seen.notes).toEqual(["run-taken-up", "run-not-taken-up", "run-taken-up"]);
});
