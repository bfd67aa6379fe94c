import { beforeEach, describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { noteLateDay } from "../../../shared/operations/admission/active-day.ts";
import { asideActivity } from "../../../shared/operations/admission/activity-of.ts";
import { eventOf, tell, tellOf } from "../../../shared/operations/admission/tell.ts";
import { aCreate } from "../../support/client-world.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { type TestProduct, testProduct } from "../../support/product.ts";
import { anOperation, later, newId, OLGA } from "../../support/samples.ts";

/** What other systems hear of an operation, and where what has become of it is looked for. */

let product: TestProduct;
beforeEach(() => {
  product = testProduct();
});

const clientId = newId();
const entry = anOperation({ kind: "purge", clientId }, { turn: 2 });
const about = { clientId, at: later(5), data: { by: "customer" } };
const event = eventOf(entry, "client.suspended", about);

describe("an event", () => {
  test("has the id of its operation and its type, however often it is told", () => {
    expect(event).toEqual({
      ...{ id: `${entry.operationId}:client.suspended`, type: "client.suspended" },
      ...{ time: later(5).toISOString(), clientId, subscription: "contoso" },
      data: { by: "customer" },
    });
  });

  test("says that its subscription had no webhook, so that none is looked for", () => {
    const without = { ...entry, noWebhook: true };
    expect(eventOf(without, "client.suspended", about)).toEqual({ ...event, noWebhook: true });
  });

  test("waits in the journal while the bus is away, and that is noted", async () => {
    const away = async () => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };
    const seen = newObservation();

    await observe(seen, () =>
      tell({ ...product, events: { ...product.events, publish: away } }, event),
    );

    const left = await collect(product.journal.untoldEvents());
    expect(left.map(({ what }) => what)).toEqual([event]);
    expect(seen.notes).toEqual(["event-deferred"]);
  });

  test("that cannot be told for a fault of ours is not put aside as if it could be told later", async () => {
    const fault = new Error("Ours");
    const publish = () => Promise.reject(fault);

    const deps = { ...product, events: { ...product.events, publish } };

    expect(await failure(tell(deps, event))).toBe(fault);
    expect(await collect(product.journal.untoldEvents())).toEqual([]);
  });
});

describe("what became of an operation that nobody could end", () => {
  const parked = { action: "operation.parked", reason: "not-ours" } as const;

  test("is told as it is on record", async () => {
    const aside = asideActivity(entry, later(7), OLGA, parked);

    await tellOf(product, aside);

    expect(product.events.published).toEqual([
      {
        ...{ id: aside.id, type: "operation.parked", time: later(7).toISOString() },
        ...{ clientId, subscription: "contoso" },
        data: { clientId, operationId: entry.operationId, kind: "purge", reason: "not-ours" },
      },
    ]);
  });

  test("is told of no client that was never made", async () => {
    await tellOf(product, asideActivity(anOperation(aCreate()), later(7), OLGA, parked));

    expect(product.events.published).toEqual([]);
  });
});

test.each([
  ["on its own day", "2026-03-02T23:59:59.999Z", []],
  ["on the day after, which is looked at with it", "2026-03-03T23:59:59.999Z", []],
  ["later", "2026-03-04T00:00:00.000Z", ["contoso"]],
])("what ends %s is found by the day it ended on", async (_, ended, expected) => {
  const runtime = { ...product.runtime, now: () => new Date(ended) };

  await noteLateDay({ ...product, runtime }, entry);

  expect(await collect(product.journal.activeOn(ended.slice(0, 10)))).toEqual(expected);
});
