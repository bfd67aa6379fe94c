import { beforeEach, describe, expect, test } from "vitest";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { timeLeftMs } from "../../../shared/base/deadline.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import type { ConsentCases } from "../../../shared/consent/ports.ts";
import { deleteClient } from "../../../shared/operations/clients/delete-client.ts";
import { checkOperation } from "../../../shared/operations/settling/check-operation.ts";
import { keepHouse } from "../../../shared/operations/settling/housekeeping.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { collect } from "../../support/collect.ts";
import {
  abandoned,
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, anActivity, newId } from "../../support/samples.ts";

const DAY_MS = 86_400_000;

let product: TestProduct;
let cases: ConsentCases;
let deps: Parameters<typeof keepHouse>[0];
beforeEach(() => {
  product = testProduct();
  cases = consentCases(memoryTable());
  deps = {
    ...product,
    cases,
    entryMs: 25_000,
    activityKeptMs: 400 * DAY_MS,
    check: (check) => checkOperation(product, check),
  };
});

const keyed = (subscription: string) =>
  aClient(product, {
    subscription,
    idempotency: { keyHash: `key of ${subscription}`, fingerprint: "the request" },
  });
const keyOf = (subscription: string) =>
  product.operations.key(subscription, `key of ${subscription}`);
const rows = async (prefix: string) =>
  (await product.clientsTable.page({}, 1000)).rows.filter(({ row }) =>
    row.rowKey.startsWith(prefix),
  );
/** The first run knows of no day before: it begins with the day that is due. */
const passDays = (days: number) => product.runtime.pass(days * DAY_MS);
const away = new RemoteUnavailable("records", { executed: "no" });

describe("keys of a day", () => {
  test("are removed two days later, and not before", async () => {
    const { operationId } = await keyed("contoso");
    passDays(1);
    expect(await keepHouse(deps)).toMatchObject({ purged: 0, failed: 0 });
    expect(await keyOf("contoso")).toBeDefined();
    passDays(1);

    expect(await keepHouse(deps)).toMatchObject({ purged: 1, failed: 0 });
    expect(await keyOf("contoso")).toBeUndefined();
    // Its message may still be waiting: the answer is kept for a month.
    expect(await product.operations.made("contoso", operationId)).toBeDefined();
    expect(await rows("client:")).toHaveLength(1);
  });

  test("that were used anew stay", async () => {
    await keyed("contoso");
    passDays(1);
    await keyed("contoso");
    passDays(1);
    product.runtime.pass(-60_000);

    expect(await keepHouse(deps)).toMatchObject({ purged: 0, failed: 0 });
    expect(await keyOf("contoso")).toBeDefined();
  });

  test("are removed once: what is done is not done again", async () => {
    await keyed("contoso");
    passDays(2);
    await keepHouse(deps);
    product.clientsTable.forget();

    expect(await keepHouse(deps)).toMatchObject({ purged: 0 });
    expect(product.clientsTable.calls).toEqual([]);
  });

  test("are removed at the price of what was active on that day, whatever else there is", async () => {
    await keyed("fabrikam");
    passDays(1);
    await keyed("contoso");
    await keepHouse(deps);
    passDays(2);
    await keepHouse({ ...deps, operations: { ...deps.operations, allUnderWay: async () => [] } });
    product.clientsTable.forget();
    passDays(1);
    await keyed("contoso");
    passDays(2);

    await keepHouse({ ...deps, operations: { ...deps.operations, allUnderWay: async () => [] } });

    expect(product.clientsTable.calls).toEqual(["page key:", "transact"]);
  });

  test("of days that were missed are removed as well", async () => {
    await keyed("contoso");
    passDays(1);
    await keepHouse(deps);
    await keyed("fabrikam");
    passDays(5);

    await keepHouse(deps);

    expect([await keyOf("contoso"), await keyOf("fabrikam")]).toEqual([undefined, undefined]);
  });
});

describe("a subscription that cannot be purged", () => {
  const without = (error: Error): typeof product.operations => ({
    ...product.operations,
    purge: async (subscription, kept, before) => {
      if (subscription === "contoso") throw error;
      return product.operations.purge(subscription, kept, before);
    },
  });

  test("because of an outage holds up no other, and its day is not done", async () => {
    await keyed("contoso");
    await keyed("fabrikam");
    passDays(2);

    const first = await keepHouse({ ...deps, operations: without(away) });
    expect(first).toMatchObject({ purged: 1, failed: 1 });
    expect(await keyOf("fabrikam")).toBeUndefined();
    expect(await product.journal.purgedTo("keys")).not.toBe("2026-03-02");

    expect(await keepHouse(deps)).toMatchObject({ purged: 1, failed: 0 });
    expect(await keyOf("contoso")).toBeUndefined();
    expect(await product.journal.purgedTo("keys")).toBe("2026-03-02");
  });

  test("because of a defect is tried again with the next day's, and keeps nobody's of later days", async () => {
    const operations = without(new TypeError("A defect"));
    await keyed("contoso");
    passDays(1);
    await keepHouse(deps);
    await keyed("fabrikam");
    passDays(2);

    expect(await keepHouse({ ...deps, operations })).toMatchObject({ purged: 1, failed: 2 });
    expect(await keyOf("fabrikam")).toBeUndefined();
    expect(await product.journal.purgedTo("keys")).toBe("2026-03-03");

    passDays(1);
    expect(await keepHouse(deps)).toMatchObject({ purged: 1, failed: 0 });
    expect(await keyOf("contoso")).toBeUndefined();
  });

  test("and cannot be put off either has its day come again", async () => {
    await keyed("contoso");
    passDays(2);
    const journal = { ...product.journal, active: () => Promise.reject(away) };

    await keepHouse({ ...deps, journal, operations: without(new TypeError("A defect")) });

    expect(await product.journal.purgedTo("keys")).not.toBe("2026-03-02");
  });
});

describe("records of deleted clients, and answers of creates", () => {
  async function deleted() {
    const client = await keyed("contoso");
    await deleteClient(product, { subscription: "contoso", by: ANN, clientId: client.id });
  }

  test("are kept for 30 days and removed on the next", async () => {
    await deleted();
    passDays(29);
    await keepHouse(deps);
    passDays(1);
    await keepHouse(deps);
    expect([await rows("deleted:"), await rows("made:")].map(({ length }) => length)).toEqual([
      1, 1,
    ]);
    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual(["contoso"]);
    passDays(1);

    await keepHouse(deps);

    expect([...(await rows("deleted:")), ...(await rows("made:"))]).toEqual([]);
  });

  test("go as well where the client was found deleted in the directory, though its subscription did nothing that day", async () => {
    const { id } = await aClient(product);
    passDays(5);
    const found = await product.records.client("contoso", id);
    if (!found) throw new Error("It was made");
    const at = product.runtime.now();
    const subject = openCase(found.record, "Olga");
    await cases.begin({ id: newId(), to: "deleted", at, told: [], subject });
    await product.records.remove(found.record, at);
    for (let day = 0; day <= 31; day += 1) {
      const { length } = await rows("deleted:");
      expect(length).toBe(1);
      // Entries that are kept for less take nothing of it away.
      await keepHouse({ ...deps, activityKeptMs: 10 * DAY_MS });
      passDays(1);
    }

    expect(await rows("deleted:")).toEqual([]);
    expect(await collect(cases.decidedOn("2026-03-07"))).toEqual([]);
  });

  test("stay listed for the next run when they could not be removed", async () => {
    await deleted();
    passDays(31);
    const purge = () => Promise.reject(away);

    await keepHouse({ ...deps, operations: { ...product.operations, purge } });

    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual(["contoso"]);
    expect(await keepHouse(deps)).toMatchObject({ failed: 0 });
    expect(await rows("deleted:")).toEqual([]);
  });
});

describe("operations whose check never came", () => {
  test.each([0, 1])("are ended %i days later, and others are left alone", async (days) => {
    const client = await keyed("contoso");
    await abandoned(product, { kind: "delete", clientId: client.id });
    passDays(days);
    product.runtime.pass(RECONCILE_AFTER_MS);
    const young = await keyed("fabrikam");
    await abandoned(product, { kind: "delete", clientId: young.id }, { subscription: "fabrikam" });

    expect(await keepHouse(deps)).toMatchObject({ forgotten: 1, failed: 0 });
    expect(await underWay(product)).toEqual([]);
    expect(await underWay(product, "fabrikam")).toHaveLength(1);
  });

  test("are ended after days without a host as well", async () => {
    const client = await keyed("contoso");
    await keepHouse(deps);
    await abandoned(product, { kind: "delete", clientId: client.id });
    passDays(6);

    expect(await keepHouse(deps)).toMatchObject({ forgotten: 1, failed: 0 });
    expect(await underWay(product)).toEqual([]);
  });

  test("are ended however many days nobody could", async () => {
    const client = await keyed("contoso");
    await abandoned(product, { kind: "delete", clientId: client.id });
    const check = () => Promise.reject(new TypeError("A defect"));
    for (let day = 0; day < 6; day += 1) {
      product.runtime.pass(3 * RECONCILE_AFTER_MS);
      expect(await keepHouse({ ...deps, check })).toMatchObject({ forgotten: 0, failed: 1 });
      passDays(1);
    }

    expect(await keepHouse(deps)).toMatchObject({ forgotten: 1, failed: 0 });
    expect(await underWay(product)).toEqual([]);
  });

  test("are looked for again where they have taken all the time that their subscription has", async () => {
    const client = await keyed("contoso");
    await keepHouse(deps);
    await abandoned(product, { kind: "delete", clientId: client.id });
    passDays(6);
    const active: typeof deps.journal.active = (...which) =>
      timeLeftMs(1) > 0 ? product.journal.active(...which) : Promise.reject(away);
    const journal = { ...product.journal, active };
    const check = () => Promise.reject(away);
    expect(await keepHouse({ ...deps, journal, entryMs: 0, check })).toMatchObject({ failed: 1 });
    product.runtime.pass(DAY_MS / 24);

    expect(await keepHouse(deps)).toMatchObject({ forgotten: 1, failed: 0 });
    expect(await underWay(product)).toEqual([]);
  });

  test("are ended though another one of the same subscription cannot be", async () => {
    const clients = [await keyed("contoso"), await aClient(product), await aClient(product)];
    for (const { id } of clients) await abandoned(product, { kind: "delete", clientId: id });
    product.runtime.pass(2 * RECONCILE_AFTER_MS);
    const [first] = await underWay(product);

    const tally = await keepHouse({
      ...deps,
      check: async (check) => {
        if (check.operationId === first?.operationId) throw new TypeError("A defect");
        return checkOperation(product, check);
      },
    });

    expect(tally).toMatchObject({ forgotten: 2, failed: 1 });
    expect(await underWay(product)).toMatchObject([{ operationId: first?.operationId }]);
  });
});

describe("entries of activity", () => {
  const entries = () => rows("activity:");
  const kept = (days: number) => ({ ...deps, activityKeptMs: days * DAY_MS });

  test("go when their time is over, found by the day they were made on, and not before", async () => {
    await keyed("contoso");
    passDays(100);
    await keepHouse(kept(100));
    expect(await entries()).toHaveLength(1);
    passDays(1);
    product.clientsTable.forget();

    await keepHouse(kept(100));

    expect(await entries()).toEqual([]);
    expect(product.clientsTable.calls.filter((call) => call.includes("activity"))).toHaveLength(1);
    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual([]);
  });

  test("that are kept for less than deleted clients leave the day to those", async () => {
    await keyed("contoso");
    passDays(11);
    await keepHouse(kept(10));

    expect(await entries()).toEqual([]);
    expect(await rows("made:")).toHaveLength(1);
    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual(["contoso"]);
    passDays(20);
    await keepHouse(kept(10));

    expect(await rows("made:")).toEqual([]);
    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual([]);
  });

  test("that are kept for just as long as deleted clients go as well", async () => {
    await keyed("contoso");
    for (let day = 0; day <= 31; day += 1) {
      await keepHouse(kept(30));
      passDays(1);
    }

    expect(await rows("made:")).toEqual([]);
    expect(await entries()).toEqual([]);
    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual([]);
  });

  test("of a day on which a deleted client could not be removed leave the day to it", async () => {
    await keyed("contoso");
    const purge: typeof product.operations.purge = async (subscription, what, before) => {
      if (what === "deleted") throw away;
      return product.operations.purge(subscription, what, before);
    };
    for (let day = 0; day <= 33; day += 1) {
      const operations = { ...product.operations, ...(day >= 30 && { purge }) };
      await keepHouse({ ...kept(31), operations });
      passDays(1);
    }
    expect(await entries()).toEqual([]);

    await keepHouse(kept(31));

    expect(await rows("made:")).toEqual([]);
    expect(await collect(product.journal.activeOn("2026-03-02"))).toEqual([]);
  });

  test("of what was ended long after it had been admitted are found, too", async () => {
    await abandoned(product, { kind: "delete", clientId: (await aClient(product)).id });
    passDays(3);
    const [held] = await product.operations.allUnderWay("contoso");
    if (held) await product.settle(held);

    expect(await collect(product.journal.activeOn("2026-03-05"))).toEqual(["contoso"]);
  });

  test("of decisions go as well, though their subscription did nothing that day", async () => {
    const { id } = await aClient(product);
    passDays(50);
    const found = await product.records.client("contoso", id);
    if (!found) throw new Error("It was made");
    const at = product.runtime.now();
    const decision = { id: newId(), to: "rejected" as const, at, told: [] };
    const subject = openCase(found.record, "Olga");
    await cases.begin({ ...decision, subject });
    await product.records.save(found.record, found.version, anActivity({ at }));
    passDays(59);
    // The day before the decision: the journal knows nothing of either.
    await keepHouse(kept(59));
    expect(await entries()).toHaveLength(2);
    passDays(1);
    await keepHouse(kept(59));

    expect(await entries()).toEqual([]);
    expect(await collect(cases.decidedOn("2026-04-21"))).toEqual([]);
  });
});
