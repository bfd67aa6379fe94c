import { InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { reconcileTimer } from "../../../functions/timer/reconcile.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { IDEMPOTENCY_LIFETIME_MS } from "../../../shared/operations/idempotency.ts";
import { testProduct } from "../../support/product.ts";

const request = {
  subscription: "contoso",
  displayName: "Nightly import",
  roles: ["api.read"],
  requestedBy: "Ann",
  idempotency: { keyHash: "key", fingerprint: "the request" },
} as const;

const MINUTE_MS = 60_000;
const idOf = (created: Awaited<ReturnType<typeof createClient>>): string =>
  created.ok ? created.value.id : expect.fail(created.refusal.reason);

test("a key holds for 24 hours; after them the same request is a new one", async () => {
  const product = testProduct();
  const first = idOf(await createClient(product, request));

  product.runtime.pass(IDEMPOTENCY_LIFETIME_MS - 1);
  const within = idOf(await createClient(product, request));
  product.runtime.pass(1);
  const after = idOf(await createClient(product, request));

  expect(within).toBe(first);
  expect(after).not.toBe(first);
});

test("the reconciler forgets expired keys at a host's first run and once an hour, and no others", async () => {
  const product = testProduct();
  await createClient(product, request);
  const startHost = () => {
    const timer = reconcileTimer(product);
    const context = new InvocationContext({
      functionName: "reconcile",
      logHandler: () => undefined,
    });
    return async () => timer({} as never, context);
  };
  const isKnown = async () => {
    const probe = { ...request.idempotency, caller: "contoso", operationId: "probe" };
    const now = new Date(0);
    const { begun, held } = await product.idempotency.begin(
      { ...probe, startedAt: now, expiresAt: now },
      now,
    );
    if (begun) await product.idempotency.release(held);
    return !begun;
  };

  product.runtime.pass(IDEMPOTENCY_LIFETIME_MS - MINUTE_MS);
  const run = startHost();
  await run();
  const beforeExpiry = await isKnown();
  product.runtime.pass(59 * MINUTE_MS);
  await run();
  const withinTheHour = await isKnown();
  product.runtime.pass(MINUTE_MS);
  await run();
  const afterTheHour = await isKnown();
  await createClient(product, request);
  product.runtime.pass(IDEMPOTENCY_LIFETIME_MS + 1);
  await startHost()();
  const afterARestart = await isKnown();

  expect([beforeExpiry, withinTheHour, afterTheHour, afterARestart]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
