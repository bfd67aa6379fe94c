import { beforeEach, describe, expect, test } from "vitest";
import { timeLeftMs } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientEvent } from "../../../shared/events/client-event.ts";
import type { OperationCheck } from "../../../shared/events/operation-check.ts";
import type { OperationMessage } from "../../../shared/events/operation-message.ts";
import { reconcile } from "../../../shared/operations/settling/reconcile.ts";
import { collect } from "../../support/collect.ts";
import { type TestProduct, testProduct } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";

let product: TestProduct;
let handled: OperationMessage[];
let deps: Parameters<typeof reconcile>[0];
beforeEach(() => {
  product = testProduct();
  handled = [];
  deps = {
    ...product,
    entryMs: 25_000,
    handle: async (message) => {
      handled.push(message);
      return "ended";
    },
  };
});

const anEvent = (subscription = "contoso"): ClientEvent => ({
  id: newId(),
  type: "client.renamed",
  time: product.runtime.now().toISOString(),
  clientId: newId(),
  subscription,
  data: { displayName: "Renamed" },
});
const aCheck = (subscription = "contoso"): OperationCheck => ({
  type: "operation.check",
  version: 1,
  operationId: newId(),
  subscription,
});
const leave = (check: OperationCheck) =>
  product.journal.adrift(check, new Date(product.runtime.now().getTime() - 1));
const left = () => collect(product.journal.adriftMessages(product.runtime.now()));
const nothing = { told: 0, handled: 0, failed: 0, left: 0 };

test("a run with nothing left over reads two ranges and does nothing", async () => {
  expect(await reconcile(deps)).toEqual(nothing);
  expect(product.journalTable.calls).toEqual(["page untold", "page adrift"]);
});

test("what could not be told is told, once", async () => {
  const event = anEvent();
  await product.journal.untold(event, product.runtime.now());

  expect(await reconcile(deps)).toEqual({ ...nothing, told: 1 });
  expect(await reconcile(deps)).toEqual(nothing);
  expect(product.events.published).toEqual([event]);
});

test("what could not be sent is worked on when its time has come, oldest first", async () => {
  const { journal, runtime } = product;
  const [early, now, late] = [aCheck(), aCheck(), aCheck()];
  await journal.adrift(now, runtime.now());
  await journal.adrift(late, new Date(runtime.now().getTime() + 1));
  await journal.adrift(early, new Date(runtime.now().getTime() - 1));

  expect(await reconcile(deps)).toEqual({ ...nothing, handled: 2 });
  expect(handled).toEqual([early, now]);
  runtime.pass(1);
  expect(await reconcile(deps)).toEqual({ ...nothing, handled: 1 });
  expect(handled.at(-1)).toEqual(late);
});

test.each([
  ["an outage", new RemoteUnavailable("directory", { executed: "no" })],
  ["a defect", new TypeError("A defect")],
])("an entry that fails by %s holds up no other, and stays", async (_, error) => {
  const checks = [aCheck(), aCheck(), aCheck()];
  for (const check of checks) await leave(check);
  const bad = checks[1]?.operationId;
  const handle = async (message: OperationMessage) => {
    if (message.operationId === bad) throw error;
    handled.push(message);
    return "ended";
  };

  expect(await reconcile({ ...deps, handle })).toEqual({ ...nothing, handled: 2, failed: 1 });
  expect((await left()).map(({ what }) => what.operationId)).toEqual([bad]);
  expect(await reconcile(deps)).toEqual({ ...nothing, handled: 1 });
});

test("events that cannot be told hold up no message", async () => {
  await product.journal.untold(anEvent(), product.runtime.now());
  await leave(aCheck());
  const publish = () => Promise.reject(new RemoteUnavailable("bus", { executed: "no" }));

  const events = { ...product.events, publish };
  expect(await reconcile({ ...deps, events })).toEqual({ ...nothing, handled: 1, failed: 1 });
});

test("a row that nobody can read holds up no other", async () => {
  for (const partitionKey of ["untold", "adrift"])
    await product.journalTable.replace({
      partitionKey,
      rowKey: "0",
      event: "{}",
      message: '{"type":"of a later version"}',
    });
  await product.journal.untold(anEvent(), product.runtime.now());
  await leave(aCheck());

  expect(await reconcile(deps)).toMatchObject({ told: 1, handled: 1 });
});

describe("between subscriptions", () => {
  test("everybody's first twenty come before anybody's next", async () => {
    const { runtime, journal } = product;
    for (let index = 0; index < 40; index += 1)
      await journal.adrift(aCheck("busy"), new Date(runtime.now().getTime() - 100 + index));
    await leave(aCheck("quiet"));

    await reconcile(deps);

    const whose = handled.map(({ subscription }) => subscription);
    expect(whose.indexOf("quiet")).toBe(20);
    expect(whose).toHaveLength(41);
  });

  test("nobody has more than a share of a run, and what is left is the next run's", async () => {
    for (let index = 0; index < 502; index += 1) await leave(aCheck("busy"));
    await leave(aCheck("quiet"));

    expect(await reconcile(deps)).toEqual({ ...nothing, handled: 501, left: 2 });
    expect(await reconcile(deps)).toEqual({ ...nothing, handled: 2 });
  });
});

test("a run ends in time, and what it did not get to stays", async () => {
  for (let index = 0; index < 20; index += 1) await leave(aCheck());
  const handle = async (message: OperationMessage) => {
    handled.push(message);
    product.runtime.pass(50_001);
    return "ended";
  };

  const run = await reconcile({ ...deps, handle });

  expect(run.handled + run.left).toBe(20);
  expect(run.left).toBeGreaterThan(0);
  expect(await left()).toHaveLength(run.left);
});

test("an entry has its own time", async () => {
  await leave(aCheck());
  let leftMs = 0;
  const handle = async () => {
    leftMs = timeLeftMs(60_000);
    return "ended";
  };

  await reconcile({ ...deps, entryMs: 1_000, handle });

  expect(leftMs).toBeGreaterThan(0);
  expect(leftMs).toBeLessThanOrEqual(1_000);
});
