import { InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { reconcileTimer } from "../../../functions/timer/reconcile.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { failure } from "../../support/failure.ts";
import { testProduct } from "../../support/product.ts";

const away = new RemoteUnavailable("records", { executed: "no" });
const fails = () => Promise.reject(away);

test.each([
  ["expired keys of operators", "operatorKeys"],
  ["what has been done on whole subscriptions", "runs"],
  ["old alerts", "purgeAlerts"],
])(
  "%s that cannot be removed keep nothing else of the hour's work from being done, and are tried again",
  async (_, part) => {
    const product = testProduct();
    const done: string[] = [];
    const indexDue = async () => {
      done.push("indexed");
      return { indexed: 0, failed: 0 };
    };
    let isAway = true;
    const purge = async () => (isAway ? fails() : 0);
    const timer = reconcileTimer({
      ...product,
      entryMs: 1_000,
      cases: consentCases(memoryTable()),
      activityKeptMs: 400 * 86_400_000,
      check: async () => undefined,
      handle: async () => "done",
      ...(part === "operatorKeys" && { operatorKeys: { purge } }),
      ...(part === "runs" && { runs: { ...product.runs, purge } }),
      purgeAlerts: part === "purgeAlerts" ? purge : async () => 0,
      indexDue,
    });
    const context = new InvocationContext({
      functionName: "reconcile",
      logHandler: () => undefined,
    });
    const run = async () => timer({} as never, context);

    expect(await failure(run())).toBe(away);
    expect(done).toEqual(["indexed"]);

    isAway = false;
    await run();
    expect(done).toHaveLength(2);
    await run();
    expect(done).toHaveLength(2);
  },
);
