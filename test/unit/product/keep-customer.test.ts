import { expect, test } from "vitest";
import { adminSubscriptionsKeep } from "../../../functions/http/admin/admin-subscriptions.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { THE_REQUEST } from "../../support/client-world.ts";
import { testProduct } from "../../support/product.ts";
import { OLGA } from "../../support/samples.ts";

/** The end of a customer that was called off, asked for again under its key. */

test("is answered with the operation that did, whatever has become of the customer since", async () => {
  const product = testProduct();
  const about = { subscription: "contoso", by: OLGA };
  const { handle } = adminSubscriptionsKeep(product);
  const keep = (idempotency?: typeof THE_REQUEST) =>
    handle({
      caller: { kind: "operator", id: "olga", actor: OLGA.actor },
      ...{ by: OLGA, body: undefined, query: undefined, asLines: false },
      ...{ id: "", keyId: "", credentialId: "", subscription: "contoso", appId: "" },
      ...(idempotency && { idempotency }),
    });
  const notOffboarding = { ok: false, refusal: { reason: "not-offboarding" } };
  expect(await keep(THE_REQUEST)).toEqual(notOffboarding);
  await beginRun(product, { ...about, kind: "offboard-subscription", reason: "Ended", graceMs: 1 });
  const first = await keep(THE_REQUEST);
  expect(first).toMatchObject({ ok: true, value: { status: 202 } });

  await beginRun(product, { ...about, kind: "suspend-subscription", reason: "Not paid" });

  expect(await keep(THE_REQUEST)).toMatchObject({
    value: { status: 202, headers: first.ok && first.value.headers, replayed: true },
  });
  expect(await keep()).toEqual(notOffboarding);
  const { account } = await product.operations.account("contoso");
  expect(account.suspended).toMatchObject({ reason: "Not paid" });
});
