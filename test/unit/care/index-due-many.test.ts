import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { timeLeftMs } from "../../../shared/base/deadline.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { SecretTodo, SecretTodos } from "../../../shared/care/due-index.ts";
import { type IndexDueDeps, indexDue } from "../../../shared/care/index-due.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { aClient, type TestProduct, testProduct } from "../../support/product.ts";
import { ANN, aSecretRecord, newId } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const away = new RemoteUnavailable("records", { executed: "no" });

let product: TestProduct;
let todos: SecretTodos;
let deps: IndexDueDeps;
beforeEach(() => {
  product = testProduct({ writesPerMinute: 10_000, directoryWritesPerMinute: 100_000 });
  todos = secretTodos(product.clientsTable);
  deps = {
    ...product,
    todos,
    index: dueIndex(product.journalTable),
    progress: lookProgress(product.journalTable),
    reminders: parseReminders("P7D"),
    entryMs: 1_000,
  };
});

async function aSecretOf(subscription: string): Promise<void> {
  const { id: clientId } = await aClient(product, { subscription });
  const secret = { displayName: "Production", lifetimeDays: 30 };
  const added = await addSecret(product, { subscription, clientId, by: ANN, ...secret });
  if (!added.ok) throw new Error(added.refusal.reason);
}
const indexed = async () =>
  (await product.journalTable.page({}, 1000)).rows
    .filter(({ row }) => row.partitionKey.startsWith("due-"))
    .map(({ row }) => row["subscription"]);

describe("a customer whose changes cannot be indexed", () => {
  const without = (subscription: string): IndexDueDeps => ({
    ...deps,
    todos: {
      ...todos,
      todos: async (asked) => (asked === subscription ? Promise.reject(away) : todos.todos(asked)),
    },
  });

  test("holds up nobody else's, however long that lasts, and is gone on with", async () => {
    await indexDue(deps);
    await aSecretOf("fabrikam");
    for (let day = 0; day < 6; day += 1) {
      expect(await indexDue(without("fabrikam"))).toMatchObject({ failed: 1 });
      product.runtime.pass(DAY_MS);
    }
    await aSecretOf("contoso");

    expect(await indexDue(without("fabrikam"))).toEqual({ indexed: 1, failed: 1 });
    expect(await indexed()).toEqual(["contoso"]);

    expect(await indexDue(deps)).toEqual({ indexed: 1, failed: 0 });
    expect((await indexed()).toSorted()).toEqual(["contoso", "fabrikam"]);
  });

  test("has no day read again for it when it is looked for under today", async () => {
    await aSecretOf("fabrikam");
    for (let day = 0; day < 9; day += 1) {
      await indexDue(without("fabrikam"));
      product.runtime.pass(DAY_MS);
    }
    product.journalTable.forget();

    await indexDue(without("fabrikam"));

    // Today, and the two days before that what was admitted on may end on.
    const days = product.journalTable.calls.filter((call) => call.startsWith("page"));
    expect(days.length).toBeLessThanOrEqual(3);
  });

  test("is not lost while it cannot even be looked for under today", async () => {
    await indexDue(deps);
    await aSecretOf("fabrikam");
    product.runtime.pass(4 * DAY_MS);
    const journal = { ...product.journal, active: async () => Promise.reject(away) };
    const observation = newObservation();

    const stuck = () => indexDue({ ...without("fabrikam"), journal });
    expect(await observe(observation, stuck)).toEqual({ indexed: 0, failed: 1 });
    expect(observation.notes).toContain("index-due-failed");

    expect(await indexDue(deps)).toEqual({ indexed: 1, failed: 0 });
    expect(await indexed()).toEqual(["fabrikam"]);
  });
});

test("what was made before the first run of all is indexed, though that comes weeks later", async () => {
  await aSecretOf("fabrikam");
  product.runtime.pass(20 * DAY_MS);
  await aSecretOf("contoso");

  expect(await indexDue(deps)).toEqual({ indexed: 2, failed: 0 });

  expect((await indexed()).toSorted()).toEqual(["contoso", "fabrikam"]);
  product.journalTable.forget();
  await indexDue(deps);
  const days = product.journalTable.calls.filter((call) => call.startsWith("page"));
  expect(days.length).toBeLessThanOrEqual(3);
});

test("a customer thousands of whose clients have come back is indexed, a part of them in each part's time", async () => {
  let now = 0;
  onTestFinished(vi.spyOn(performance, "now").mockImplementation(() => now).mockRestore);
  await aSecretOf("contoso");
  const version = "any";
  const left = new Map(
    Array.from({ length: 3_000 }, (_, at): [string, SecretTodo] => {
      const rowKey = `todo:${at}:`;
      return [rowKey, { what: { clientId: newId() }, rowKey, version }];
    }),
  );
  const many: Partial<IndexDueDeps> = {
    todos: {
      todos: async () => [...left.values()],
      done: async (_, those) => {
        for (const { rowKey } of those) left.delete(rowKey);
      },
    },
    secrets: {
      secretsOf: async (subscription, clientId = newId()) => {
        now += 3;
        if (timeLeftMs(1) === 0) throw away;
        return [{ record: aSecretRecord({ subscription, clientId, keyId: newId() }), version }];
      },
    },
  };

  expect(await indexDue({ ...deps, ...many })).toMatchObject({ failed: 0 });

  expect(left.size).toBe(0);
});
