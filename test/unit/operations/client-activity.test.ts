import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { leave } from "../../../shared/adapters/records/activity-rows.ts";
import type { Activity } from "../../../shared/clients/activity.ts";
import { clientActivity } from "../../../shared/operations/activity/list-activity.ts";
import { type TestProduct, testProduct } from "../../support/product.ts";
import { ANN, anActivity, later, NOON, newId } from "../../support/samples.ts";

let product: TestProduct;
let deps: Parameters<typeof clientActivity>[0];
beforeEach(() => {
  product = testProduct();
  deps = { ...product, activity: activityRecords(product.clientsTable) };
});

async function left(changes: Partial<Activity>): Promise<Activity> {
  const entry = anActivity({ at: product.runtime.now(), ...changes });
  await product.clientsTable.transact([leave(entry)]);
  return entry;
}

describe("of one client", () => {
  const clientId = newId();
  const request = { subscription: "contoso", clientId, limit: 2 };

  test("its entries, page by page, and none of others", async () => {
    for (let index = 0; index < 4; index += 1)
      await left({ id: `own-${index}`, clientId, at: later(index) });
    await left({ clientId: newId() });
    await left({ clientId, subscription: "fabrikam" });

    const first = await clientActivity(deps, request);
    const second =
      first.ok && (await clientActivity(deps, { ...request, after: first.value.next }));

    expect(first).toMatchObject({ value: { items: [{ id: "own-3" }, { id: "own-2" }] } });
    expect(second).toMatchObject({ value: { items: [{ id: "own-1" }, { id: "own-0" }] } });
  });

  test("a deleted one's are still its owner's; anybody else's client is unknown, at the same price", async () => {
    await left({ clientId });
    const calls: (readonly string[])[] = [];
    const asked = async (subscription: string, id: string) => {
      product.clientsTable.forget();
      const answer = await clientActivity(deps, { ...request, subscription, clientId: id });
      calls.push([...product.clientsTable.calls]);
      return answer.ok ? answer.value.items.length : answer.refusal.reason;
    };

    expect(await asked("contoso", clientId)).toBe(1);
    expect(await asked("fabrikam", clientId)).toBe("not-found");
    expect(await asked("fabrikam", newId())).toBe("not-found");
    expect(new Set(calls.map(String))).toEqual(new Set(["get client:,page activity:"]));
  });

  test("hidden under thousands of others' it is found from page to page", async () => {
    const own = await left({ clientId, at: NOON });
    for (let at = 1; at <= 5_100; at += 100) {
      const batch = Array.from({ length: 100 }, (_, index) =>
        leave(anActivity({ at: later(at + index), clientId: newId(), by: ANN })),
      );
      await product.clientsTable.transact(batch);
    }

    const first = await clientActivity(deps, request);
    const second =
      first.ok && (await clientActivity(deps, { ...request, after: first.value.next }));

    expect(first).toMatchObject({ value: { items: [], next: expect.any(String) } });
    expect(second).toEqual({ ok: true, value: { items: [own] } });
  });

  test("a deleted one's end with an empty page, where all that is left is others'", async () => {
    for (let at = 1; at <= 5_100; at += 100) {
      const batch = Array.from({ length: 100 }, (_, index) =>
        leave(anActivity({ at: later(at + index), clientId: newId(), by: ANN })),
      );
      await product.clientsTable.transact(batch);
    }
    const own = await left({ clientId, at: later(10_000) });

    const first = await clientActivity(deps, request);
    const second =
      first.ok && (await clientActivity(deps, { ...request, after: first.value.next }));

    expect(first).toMatchObject({ value: { items: [own], next: expect.any(String) } });
    expect(second).toEqual({ ok: true, value: { items: [] } });
  });
});
