import { InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { reconcileTimer } from "../../../functions/timer/reconcile.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { KEY_LIFETIME_MS } from "../../../shared/operations/admission/key.ts";
import { createClient } from "../../../shared/operations/clients/create-client.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { testProduct } from "../../support/product.ts";
import { ANN } from "../../support/samples.ts";

const request = {
  subscription: "contoso",
  by: ANN,
  displayName: "Nightly import",
  roles: ["api.read"],
  requestedBy: "Ann",
  idempotency: { keyHash: "key", fingerprint: "the request" },
} as const;

const HOUR_MS = 60 * 60_000;
const idOf = (created: Awaited<ReturnType<typeof createClient>>): string =>
  created.ok ? created.value.id : expect.fail(created.refusal.reason);

test("a key holds for 24 hours; after them the same request is a new one", async () => {
  const product = testProduct();
  const first = idOf(await createClient(product, request));

  product.runtime.pass(KEY_LIFETIME_MS - 1);
  const within = idOf(await createClient(product, request));
  product.runtime.pass(1);
  const after = idOf(await createClient(product, request));

  expect(within).toBe(first);
  expect(after).not.toBe(first);
});

test("expired keys go when their day is over, at a host's first run or the hourly one after, and no others", async () => {
  const product = testProduct();
  await createClient(product, request);
  const startHost = () => {
    const timer = reconcileTimer({
      ...product,
      entryMs: 1_000,
      cases: consentCases(memoryTable()),
      activityKeptMs: 400 * 86_400_000,
      check: async () => undefined,
      handle: async () => "done",
      purgeAlerts: async () => 0,
      indexDue: async () => ({ indexed: 0, failed: 0 }),
    });
    const context = new InvocationContext({
      functionName: "reconcile",
      logHandler: () => undefined,
    });
    return async () => timer({} as never, context);
  };
  const isKept = async () =>
    (await product.operations.key("contoso", request.idempotency.keyHash)) !== undefined;
  const untilMidnight = (days: number) =>
    new Date(Date.UTC(2026, 2, 2 + days)).getTime() - product.runtime.now().getTime();

  product.runtime.pass(untilMidnight(2) - HOUR_MS / 2);
  const run = startHost();
  await run();
  const onItsLastDay = await isKept();
  product.runtime.pass(HOUR_MS - 1);
  await run();
  const withinTheHour = await isKept();
  product.runtime.pass(1);
  await run();
  const afterTheHour = await isKept();

  expect([onItsLastDay, withinTheHour, afterTheHour]).toEqual([true, true, false]);
});
