import { beforeEach, describe, expect, test } from "vitest";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/suspend-client.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import {
  abandoned,
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, OLGA } from "../../support/samples.ts";

/** What customers stop of their own, and what of it is theirs to undo. */

let product: TestProduct;
let client: ClientRecord;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
});

const reason = "A leaked secret";
const own = () => ({
  ...{ subscription: "contoso", clientId: client.id },
  ...{ by: ANN, as: "customer" as const },
});
const idempotency = { keyHash: "key", fingerprint: "the request" };
const operators = () => ({ subscription: "contoso", clientId: client.id, by: OLGA });
const record = async () => (await product.records.client("contoso", client.id))?.record;
const told = () => product.events.published.map(({ type, data }) => [type, data["by"]]);
const stoppedByOperator = (because = reason) => ({
  ok: false,
  refusal: { reason: "stopped-by-operator", because },
});

describe("a client that its customer has stopped", () => {
  test("gets no tokens and no secret until the customer resumes it, and both are told of", async () => {
    expect(await suspendClient(product, { ...own(), reason })).toMatchObject({ ok: true });
    const at = product.runtime.now();
    expect(await record()).toEqual({
      ...client,
      revision: 2,
      suspended: { by: "customer", reason, at },
    });
    expect(product.directory.all()).toMatchObject([{ disabled: true }]);
    const secret = { ...own(), displayName: "A", lifetimeDays: 1 };
    expect(await addSecret(product, secret)).toMatchObject({
      refusal: { reason: "client-suspended", because: reason },
    });

    expect(await resumeClient(product, own())).toMatchObject({ ok: true });

    expect(await record()).toEqual({ ...client, revision: 3 });
    expect(product.directory.all()).toMatchObject([{ disabled: false }]);
    expect(told()).toEqual([
      ["client.suspended", "customer"],
      ["client.resumed", "customer"],
    ]);
  });

  test("is as it was when it is stopped or let go on a second time, and nobody is told again", async () => {
    await resumeClient(product, own());
    expect(await record()).toEqual(client);
    await suspendClient(product, { ...own(), reason });
    const first = await record();
    product.runtime.pass(60_000);

    expect(await suspendClient(product, { ...own(), reason })).toEqual({ ok: true, value: first });

    expect(told()).toEqual([["client.suspended", "customer"]]);
    expect(await suspendClient(product, { ...own(), reason: "Another" })).toMatchObject({
      value: { revision: 3, suspended: { reason: "Another" } },
    });
  });

  test("is counted against the customer's changes, as an operator's is not", async () => {
    const writes = async () => (await product.operations.account("contoso")).account.writes;
    const before = await writes();

    await suspendClient(product, { ...own(), reason });
    await resumeClient(product, own());

    expect(await writes()).toBe(before + 2);
  });

  test("is stopped only as it was seen", async () => {
    const stale = { ...own(), reason, ifMatch: `"${client.id}.7"` };
    expect(await suspendClient(product, stale)).toMatchObject({
      refusal: { reason: "precondition-failed" },
    });
    expect(product.directory.all()).toMatchObject([{ disabled: false }]);
  });

  test("may be stopped by an operator as well, and is then no longer the customer's to resume", async () => {
    await suspendClient(product, { ...own(), reason: "Mine" });
    await suspendClient(product, { ...operators(), reason });

    expect(await resumeClient(product, own())).toEqual(stoppedByOperator());
    expect(await suspendClient(product, { ...own(), reason: "Mine" })).toEqual(stoppedByOperator());
    expect(await record()).toMatchObject({ suspended: { by: "operator", reason } });
  });

  test("cannot be resumed while operators stop the whole subscription, nor be made their own", async () => {
    await suspendClient(product, { ...own(), reason: "Mine" });
    await beginRun(product, {
      ...{ kind: "suspend-subscription", subscription: "contoso" },
      ...{ by: OLGA, reason: "Not paid" },
    });

    expect(await resumeClient(product, own())).toEqual(stoppedByOperator("Not paid"));
    const again = suspendClient(product, { ...own(), reason: "Another" });
    expect(await again).toEqual(stoppedByOperator("Not paid"));
  });
});

describe("asked for again under its key", () => {
  const ask = () => ({ ...own(), reason, idempotency });

  test("a stop is answered with the client as it is by then, and is not made again", async () => {
    await suspendClient(product, ask());
    await resumeClient(product, own());
    const now = await record();

    expect(await suspendClient(product, ask())).toEqual({ ok: true, value: now, replayed: true });
    expect(product.directory.all()).toMatchObject([{ disabled: false }]);
    const other = { ...ask(), idempotency: { ...idempotency, fingerprint: "another" } };
    expect(await suspendClient(product, other)).toEqual({
      ok: false,
      refusal: { reason: "idempotency-key-reused" },
    });
  });

  test("a stop that its host has left is ended, and its answer kept", async () => {
    await abandoned(product, {
      ...{ kind: "suspend", clientId: client.id, reason },
      ...{ as: "customer", keyHash: "key" },
    });
    expect(await suspendClient(product, ask())).toMatchObject({
      refusal: { reason: "request-in-progress" },
    });
    expect(await underWay(product)).toEqual([]);

    expect(await suspendClient(product, ask())).toMatchObject({ ok: true, replayed: true });
    expect(told()).toEqual([["client.suspended", "customer"]]);
  });

  test("what the directory has refused is free to be asked anew, by whoever ended it", async () => {
    const refusal = { kind: "refused", refusal: { reason: "not-ours" } } as const;
    product.directory.answerNext("setDisabled", refusal);
    expect(await suspendClient(product, ask())).toMatchObject({
      refusal: { reason: "client-not-managed" },
    });
    expect(await product.operations.key("contoso", "key")).toBeUndefined();

    product.directory.answerNext("setDisabled", refusal);
    const held = await abandoned(product, {
      ...{ kind: "suspend", clientId: client.id, reason },
      ...{ as: "customer", keyHash: "key" },
    });
    product.runtime.pass(RECONCILE_AFTER_MS);
    expect(await product.settle(held)).toBe("undone");
    expect(await product.operations.key("contoso", "key")).toBeUndefined();
    expect(await record()).toEqual(client);
  });
});
