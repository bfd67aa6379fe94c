import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { RunKind, SubscriptionRun } from "../../../shared/events/subscription-run.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { createClient } from "../../../shared/operations/create-client.ts";
import { deleteClient } from "../../../shared/operations/delete-client.ts";
import { resumeClient, suspendClient } from "../../../shared/operations/suspend-client.ts";
import { beginRun } from "../../../shared/operations/whole/begin-run.ts";
import { type StepDeps, takeStep } from "../../../shared/operations/whole/take-step.ts";
import {
  abandoned,
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
} from "../../support/product.ts";
import { ANN, newId, OLGA } from "../../support/samples.ts";

const WRITES = 60;

let product: TestProduct;
let taken: Set<unknown>;
beforeEach(() => {
  product = testProduct({ directoryWritesPerMinute: WRITES });
  taken = new Set();
});

const aNewClient = () => ({
  subscription: "contoso",
  displayName: "New",
  roles: ["api.read"] as const,
  requestedBy: "Ann",
  by: ANN,
});
const begin = (kind: RunKind, reason?: string) =>
  beginRun(product, {
    ...{ kind, subscription: "contoso", by: OLGA },
    ...(reason !== undefined && { reason }),
  });
const suspend = () => begin("suspend-subscription", "Not paid");
const resume = () => begin("resume-subscription");
const runOf = async ({ operationId }: { operationId: string }) =>
  (await product.runs.find(operationId))?.run;
const disabled = () => product.directory.all().map((client) => client.disabled);
const told = () => product.events.published.map(({ type }) => type);

/** The message that comes next, when its time has come. */
function nextMessage(): SubscriptionRun | undefined {
  const waiting = product.checks.waiting
    .filter((one) => one.body.type === "subscription.run" && !taken.has(one))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const [first] = waiting;
  if (first?.body.type !== "subscription.run") return undefined;
  taken.add(first);
  product.runtime.pass(Math.max(0, first.at.getTime() - product.runtime.now().getTime()));
  return first.body;
}

/** Works on messages as they come, until there are no more or enough of them were taken. */
async function work(most = 1_000, deps: StepDeps = product): Promise<number> {
  let steps = 0;
  for (; steps < most; steps += 1) {
    const message = nextMessage();
    if (!message) break;
    await takeStep(deps, message);
  }
  return steps;
}

async function threeClients() {
  return [await aClient(product), await aClient(product), await aClient(product)] as const;
}

describe("a subscription that is suspended", () => {
  test("has all of its clients stopped, one by one, below half of the directory's writes", async () => {
    await threeClients();
    const startedAt = product.runtime.now().getTime();

    const run = await suspend();
    expect(run).toMatchObject({ state: "running", done: 0, kind: "suspend-subscription" });
    await work();

    expect(disabled()).toEqual([true, true, true]);
    expect(await runOf(run)).toMatchObject({ state: "done", done: 3, total: 3, errors: [] });
    const tookMs = product.runtime.now().getTime() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(2 * (60_000 / (WRITES / 2)));
    expect(told().toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => "client.suspended"),
      "subscription.suspended",
    ]);
  });

  test("is not called off, nor let go on, by a message that names another subscription", async () => {
    await threeClients();
    const run = await suspend();
    await work(1);
    const message = nextMessage();
    if (!message) throw new Error("No step was scheduled");

    const forged = { ...message, subscription: "fabrikam", step: message.step + 5 };
    expect(await takeStep(product, forged)).toBe("ended");

    expect(await runOf(run)).toMatchObject({ state: "running", done: 1 });
    await takeStep(product, message);
    await work();
    expect(await runOf(run)).toMatchObject({ state: "done", done: 3 });
  });

  test("is told of although a worker dies as soon as its turn is taken, and told once", async () => {
    await threeClients();
    const { operationId } = await suspend();
    const message = nextMessage();
    if (!message) throw new Error("No step was scheduled");
    const save: typeof product.runs.save = async (run, version) => {
      await product.runs.save(run, version);
      throw new Error("Died");
    };
    await expect(
      takeStep({ ...product, runs: { ...product.runs, save } }, message),
    ).rejects.toThrow("Died");
    // The queue gives the message to another worker.
    await takeStep(product, message);
    await work();

    expect(told().filter((type) => type === "subscription.suspended")).toHaveLength(1);
    const notices = product.checks.waiting.filter(({ body }) => body.type === "stop.notice");
    expect(notices.map(({ body }) => body)).toMatchObject([
      {
        ...{ id: `${operationId}:subscription.suspended`, operationId, subscription: "contoso" },
        ...{ action: "subscription.suspended", reason: "Not paid", by: OLGA.actor },
      },
    ]);
  });

  test("changes a client once, though two steps have found it as it was", async () => {
    const [{ id: clientId }] = await threeClients();
    const step = { subscription: "contoso", clientId, by: OLGA };
    const { operationId } = await suspend();
    const stop = { ...step, reason: "Not paid", withSubscription: operationId };
    const stopped = await Promise.all([suspendClient(product, stop), suspendClient(product, stop)]);
    const again = await suspendClient(product, stop);
    expect([...stopped, again].filter(({ ok }) => ok)).toHaveLength(1);
    expect(again).toMatchObject({ refusal: { reason: "client-busy" } });

    const resumed = await resume();
    const go = { ...step, withSubscription: resumed.operationId };
    const going = [await resumeClient(product, go), await resumeClient(product, go)];
    expect(going.map(({ ok }) => ok)).toEqual([true, false]);

    const ofClient = told().filter((type) => type.startsWith("client."));
    expect(ofClient.filter((type) => type !== "client.created")).toEqual([
      "client.suspended",
      "client.resumed",
    ]);
  });

  test("makes no client and no secret from the first moment on, and its customer is told why", async () => {
    const [client] = await threeClients();
    await suspend();

    const because = "Not paid";
    expect(await createClient(product, aNewClient())).toEqual({
      ok: false,
      refusal: { reason: "subscription-blocked", because },
    });
    const request = { subscription: "contoso", clientId: client.id, by: ANN };
    const secret = { ...request, displayName: "A", lifetimeDays: 1 };
    expect(await addSecret(product, secret)).toEqual({
      ok: false,
      refusal: { reason: "client-suspended", because },
    });
    expect((await deleteClient(product, request)).ok).toBe(true);
  });

  test("has a client stopped too whose create was under way", async () => {
    await threeClients();
    const held = await abandoned(product, {
      ...{ kind: "create", displayName: "Late", roles: ["api.read"], requestedBy: "Ann" },
    });
    const { operationId } = held.entry;
    await product.directory.create({ operationId, ...aNewClient() });
    const run = await suspend();

    await work(6);
    expect(await runOf(run)).toMatchObject({ state: "running", done: 3 });
    await product.settle(held);
    await work();

    expect(disabled()).toEqual([true, true, true, true]);
    expect(await runOf(run)).toMatchObject({ state: "done", done: 4, total: 4 });
  });

  test("is not doubled by two hosts that take every message twice", async () => {
    await threeClients();
    const run = await suspend();
    for (let message = nextMessage(); message; message = nextMessage()) {
      const once = message;
      await Promise.all([takeStep(product, once), takeStep(product, once)]);
      await takeStep(product, once);
    }

    expect(await runOf(run)).toMatchObject({ state: "done", done: 3, total: 3 });
    expect(told().filter((type) => type === "client.suspended")).toHaveLength(3);
    expect(told().filter((type) => type === "subscription.suspended")).toHaveLength(1);
  });

  test("leaves its customer's own stops as they were when it goes on", async () => {
    const [first, second] = await threeClients();
    const own = { subscription: "contoso", clientId: first.id, by: OLGA };
    await suspendClient(product, { ...own, reason: "A leaked secret" });
    await suspend();
    await work();
    const early = await resumeClient(product, { ...own, clientId: second.id });
    expect(early).toMatchObject({ ok: false, refusal: { reason: "subscription-suspended" } });

    const run = await resume();
    await work();

    expect(disabled()).toEqual([true, false, false]);
    const record = (await product.records.client("contoso", first.id))?.record;
    expect(record?.suspended?.reason).toBe("A leaked secret");
    expect(await runOf(run)).toMatchObject({ state: "done", done: 3, total: 3 });
    expect((await createClient(product, aNewClient())).ok).toBe(true);
  });

  test("that is resumed meanwhile is called off, and what was stopped goes on", async () => {
    await threeClients();
    const suspended = await suspend();
    await work(2);
    expect(disabled().filter(Boolean)).toHaveLength(2);

    const resumed = await resume();
    await work();

    expect(await runOf(suspended)).toMatchObject({ state: "cancelled" });
    expect(await runOf(resumed)).toMatchObject({ state: "done", done: 3, total: 3 });
    expect(disabled()).toEqual([false, false, false]);
  });

  test("names the clients that the directory does not let it change, and operators are told", async () => {
    await threeClients();
    product.directory.answerNext("setDisabled", {
      kind: "refused",
      refusal: { reason: "not-ours" },
    });

    const run = await suspend();
    await work();

    const ended = await runOf(run);
    expect(ended).toMatchObject({ state: "done", done: 2, total: 3 });
    expect(ended?.errors).toMatchObject([{ problem: "client-not-managed" }]);
    const reasons = product.checks.waiting.flatMap(({ body }) =>
      body.type === "operation.incident" ? [body.reason] : [],
    );
    expect(reasons).toContain("stop-incomplete");

    const again = await suspend();
    await work();
    expect(again.operationId).not.toBe(run.operationId);
    expect(await runOf(again)).toMatchObject({ state: "done", done: 3, errors: [] });
  });

  test("goes on after an outage of the directory, ever more seldom while it lasts", async () => {
    await threeClients();
    const run = await suspend();
    const notNow = { kind: "not-now", retryAfterSeconds: 5, throttled: false } as const;
    for (let at = 0; at < 5; at += 1) product.directory.answerNext("setDisabled", notNow);

    await work(6);
    expect(await runOf(run)).toMatchObject({ state: "running", errors: [] });
    await work();

    expect(await runOf(run)).toMatchObject({ state: "done", done: 3, errors: [] });
  });

  test.each(["account", "stop", "runs", "list"] as const)(
    "goes on when a step dies at the tables (%s)",
    async (where) => {
      await threeClients();
      const run = await suspend();
      const dies = async (): Promise<never> => {
        throw new RemoteUnavailable("records", { executed: "unknown" });
      };
      const broken: StepDeps = {
        ...product,
        operations: {
          ...product.operations,
          ...(where === "account" && { account: dies }),
          ...(where === "stop" && { end: dies }),
        },
        runs: { ...product.runs, ...(where === "runs" && { save: dies }) },
        records: { ...product.records, ...(where === "list" && { list: dies }) },
      };
      await work(2, broken);
      product.runtime.pass(RECONCILE_AFTER_MS);
      for (const held of await product.operations.allUnderWay("contoso"))
        await product.settle(held);

      await work();

      expect(disabled()).toEqual([true, true, true]);
      expect(await runOf(run)).toMatchObject({ state: "done", done: 3 });
    },
  );

  test("that died before the account said so has not happened", async () => {
    await threeClients();
    const stop = async (): Promise<never> => {
      throw new RemoteUnavailable("records", { executed: "no" });
    };
    const deps = { ...product, operations: { ...product.operations, stop } };
    const request = { kind: "suspend-subscription", subscription: "contoso", by: OLGA } as const;
    await expect(beginRun(deps, { ...request, reason: "Not paid" })).rejects.toThrow();

    await work();

    expect(disabled()).toEqual([false, false, false]);
    expect(told()).toEqual([]);
    expect((await createClient(product, aNewClient())).ok).toBe(true);
  });
});

test("a step costs one directory call's worth of table requests, however many clients there are", async () => {
  for (let at = 0; at < 6; at += 1) await aClient(product);
  await suspend();
  await work(1);
  product.clientsTable.forget();
  product.journalTable.forget();

  await work(1);

  expect(disabled().filter(Boolean)).toHaveLength(2);
  const calls = [...product.clientsTable.calls, ...product.journalTable.calls];
  // Those of the change itself are four.
  expect(calls).toHaveLength(9);
});

describe("a subscription that is blocked", () => {
  test("makes no more clients, and all else goes on", async () => {
    const [client] = await threeClients();
    const run = await begin("block-subscription", "Too many clients");
    await work();

    expect(await createClient(product, aNewClient())).toEqual({
      ok: false,
      refusal: { reason: "subscription-blocked", because: "Too many clients" },
    });
    const secret = { clientId: client.id, displayName: "A", lifetimeDays: 1 };
    expect((await addSecret(product, { subscription: "contoso", by: ANN, ...secret })).ok).toBe(
      true,
    );
    expect(await runOf(run)).toMatchObject({ state: "done" });
    expect(disabled()).toEqual([false, false, false]);

    await begin("unblock-subscription");
    await work();
    expect((await createClient(product, aNewClient())).ok).toBe(true);
    expect(told()).toEqual(["subscription.blocked", "secret.created", "subscription.unblocked"]);
  });

  test("stays so when it is suspended and resumed", async () => {
    await begin("block-subscription", "Too many clients");
    await suspend();
    await resume();
    await work();

    const { account } = await product.operations.account("contoso");
    expect(account).toMatchObject({ blocked: { reason: "Too many clients" } });
    expect(account.suspended).toBeUndefined();
  });
});

test("asked for again, it is answered with the operation that has done it, and nothing is done twice", async () => {
  await threeClients();
  const first = await suspend();
  const early = await suspend();
  await work();
  const late = await suspend();

  expect([early.operationId, late.operationId]).toEqual([first.operationId, first.operationId]);
  expect(late.state).toBe("done");
  expect(await work()).toBe(0);
});

test("a create that was set aside, and is ended after its subscription was stopped, never gets a token", async () => {
  const held = await abandoned(product, {
    ...{ kind: "create", displayName: "Late", roles: ["api.read"], requestedBy: "Ann" },
  });
  const { operationId } = held.entry;
  await product.directory.create({ operationId, ...aNewClient() });
  const { account, version } = await product.operations.account("contoso");
  const stop = { operationId: newId(), reason: "Not paid", at: product.runtime.now() };
  const entry = { id: newId(), at: stop.at, by: OLGA, action: "subscription.suspended" };
  await product.operations.stop({ account: { ...account, suspended: stop }, version }, newId(), {
    ...{ ...entry, subscription: "contoso", outcome: "done" },
  });

  expect(await product.settle(held)).toBe("finished");

  expect(disabled()).toEqual([true]);
  const [record] = (await product.records.list("contoso", 1)).records;
  expect(record?.suspended).toMatchObject({ reason: "Not paid", by: "operator" });
});
