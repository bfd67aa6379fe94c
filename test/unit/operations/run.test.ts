import { describe, expect, test } from "vitest";
import type { RunKind } from "../../../shared/events/subscription-run.ts";
import type { Account } from "../../../shared/operations/admission/account.ts";
import { changed, isWanted, type Run } from "../../../shared/operations/whole/run.ts";
import { testProduct } from "../../support/product.ts";
import { later, NOON, newId, OLGA } from "../../support/samples.ts";

/** What operations on a whole subscription make of its account, one after another. */

const aRun = (kind: RunKind, changes: Partial<Run> = {}): Run => ({
  ...{ operationId: newId(), kind, subscription: "contoso", by: OLGA, createdAt: NOON },
  ...{ state: "running", done: 0, total: 0, errors: [], step: 0, failures: 0 },
  ...changes,
});
const { account: blank } = await testProduct().operations.account("contoso");
const afterAllOf = (...runs: readonly Run[]): Account => runs.reduce(changed, blank);

const suspend = aRun("suspend-subscription", { reason: "Not paid" });
const resume = aRun("resume-subscription");
const block = aRun("block-subscription", { reason: "Too many" });
const unblock = aRun("unblock-subscription");
const offboard = aRun("offboard-subscription", { reason: "The end", deleteAt: later(1_000) });
const cancel = aRun("cancel-offboard");

const suspended = { operationId: suspend.operationId, reason: "Not paid", at: NOON };
const blocked = { operationId: block.operationId, reason: "Too many", at: NOON };
const ending = {
  ...{ operationId: offboard.operationId, reason: "The end", at: NOON },
  deleteAt: later(1_000),
};

describe("the account", () => {
  test.each<[string, readonly Run[], object]>([
    ["that is suspended", [suspend], { suspended }],
    ["that goes on", [suspend, resume], { resumed: resume.operationId }],
    ["that is suspended again", [resume, suspend], { suspended }],
    ["that is blocked", [block], { blocked }],
    ["that is blocked no more", [block, unblock], { unblocked: unblock.operationId }],
    ["that is blocked again", [unblock, block], { blocked }],
    ["that is blocked, and suspended", [block, suspend], { blocked, suspended }],
    ["that is suspended, and blocked", [suspend, block], { blocked, suspended }],
    [
      "that stays blocked when it goes on",
      [block, suspend, resume],
      { blocked, resumed: resume.operationId },
    ],
    [
      "that stays suspended when it is blocked no more",
      [block, suspend, unblock],
      { suspended, unblocked: unblock.operationId },
    ],
    [
      "that has gone on, and is blocked no more",
      [resume, unblock],
      { resumed: resume.operationId, unblocked: unblock.operationId },
    ],
    [
      "that is blocked no more, and goes on",
      [unblock, resume],
      { resumed: resume.operationId, unblocked: unblock.operationId },
    ],
    ["that is offboarded", [suspend, offboard], { suspended: ending }],
    ["that is kept", [block, offboard, cancel], { blocked, resumed: cancel.operationId }],
  ])("%s says that, and whatever else was so", (_, runs, expected) => {
    expect(afterAllOf(...runs)).toEqual({ ...blank, ...expected });
  });

  test("gives no reason where none was given", () => {
    expect(afterAllOf(aRun("block-subscription")).blocked?.reason).toBe("");
  });
});

describe("an operation", () => {
  const all = [suspend, resume, block, unblock, offboard, cancel];

  test("is wanted as long as nothing has reversed it, also beside one of the other sort", () => {
    for (const run of all) {
      const other = run === block || run === unblock ? suspend : block;
      expect(isWanted(run, afterAllOf(run)), run.kind).toBe(true);
      expect(isWanted(run, afterAllOf(run, other)), run.kind).toBe(true);
    }
  });

  test.each([
    [suspend, resume],
    [resume, suspend],
    [block, unblock],
    [unblock, block],
    [offboard, cancel],
    [cancel, offboard],
    [suspend, offboard],
  ])("is wanted no more once another has reversed it (%#)", (first, second) => {
    expect(isWanted(first, afterAllOf(first, second))).toBe(false);
  });

  test("is not wanted before the account says so, nor by another of its kind", () => {
    for (const run of all) {
      expect(isWanted(run, blank), run.kind).toBe(false);
      expect(isWanted(run, afterAllOf({ ...run, operationId: newId() })), run.kind).toBe(false);
    }
  });
});
