import { beforeEach, describe, expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { lookProgress } from "../../../shared/adapters/records/look-progress.ts";
import { secretTodos } from "../../../shared/adapters/records/secret-todos.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { type Due, EXPIRED } from "../../../shared/care/due.ts";
import type { DueIndex, SecretTodos } from "../../../shared/care/due-index.ts";
import { indexDue } from "../../../shared/care/index-due.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import { type HandleDue, workOffDue } from "../../../shared/care/work-off-due.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { SecretLeft } from "../../../shared/operations/admission/end.ts";
import { end } from "../../../shared/operations/admission/end.ts";
import { addSecret } from "../../../shared/operations/credentials/add-secret.ts";
import { removeSecret } from "../../../shared/operations/credentials/remove-secret.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, aClient, type TestProduct, testProduct } from "../../support/product.ts";
import { ANN, later } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const away = new RemoteUnavailable("records", { executed: "no" });

let product: TestProduct;
let client: ClientRecord;
let index: DueIndex;
let todos: SecretTodos;
let handled: (readonly [string, string])[];
beforeEach(async () => {
  product = testProduct({ writesPerMinute: 10_000, directoryWritesPerMinute: 100_000 });
  client = await aClient(product);
  index = dueIndex(product.journalTable);
  todos = secretTodos(product.clientsTable);
  handled = [];
});

const deps = () => ({
  ...product,
  index,
  todos,
  progress: lookProgress(product.journalTable),
  reminders: parseReminders("P7D,P1D"),
  entryMs: 1_000,
});
const passDays = (days: number) => product.runtime.pass(days * DAY_MS);
async function aSecret(lifetimeDays: number, displayName = "Production"): Promise<string> {
  const secret = { displayName, lifetimeDays };
  const request = { subscription: "contoso", clientId: client.id, by: ANN, ...secret };
  const added = await addSecret(product, request);
  if (!added.ok) throw new Error(added.refusal.reason);
  return added.value.keyId;
}
const marked = ({ what, threshold }: Due): string => (what === "expired" ? EXPIRED : threshold);
/** As whoever handles: marks what it tells. */
const tellOf: HandleDue = async (due, { record, version }) => {
  const next = { ...record, told: [...record.told, marked(due)] };
  if (!(await product.secrets.saveSecret(next, version))) return record;
  handled.push([record.displayName, marked(due)]);
  return next;
};
const work = (handle: HandleDue = tellOf) => workOffDue(deps(), handle);
const entries = async () =>
  (await product.journalTable.page({}, 1000)).rows
    .filter(({ row }) => row.partitionKey.startsWith("due-"))
    .map(({ row }) => row.partitionKey);
const leftTodo = async () => (await todos.todos("contoso")).length;

describe("what a change leaves to be due", () => {
  test("is put under its day once, and found when its time has come", async () => {
    await aSecret(30);

    expect(await indexDue(deps())).toEqual({ indexed: 1, failed: 0 });
    expect(await indexDue(deps())).toEqual({ indexed: 0, failed: 0 });
    expect(await entries()).toEqual(["due-2026-03-25"]);
    passDays(22);
    expect(await work()).toEqual({ handled: 0, passed: 0, failed: 0 });
    passDays(1);
    expect(await work()).toEqual({ handled: 1, passed: 0, failed: 0 });
    expect(handled).toEqual([["Production", "P7D"]]);
    expect(await entries()).toEqual(["due-2026-03-31"]);
  });

  test("is all there ever is: each reminder, the expiry, and then nothing", async () => {
    await aSecret(30);
    await indexDue(deps());

    for (let day = 0; day < 40; day += 1) {
      passDays(1);
      await work();
    }

    expect(handled.map(([, told]) => told)).toEqual(["P7D", "P1D", "expired"]);
    expect(await entries()).toEqual([]);
  });

  test("comes late but not twice after days without a host", async () => {
    await aSecret(30);
    await indexDue(deps());
    await work();
    passDays(100);

    expect(await work()).toMatchObject({ failed: 0 });
    await work();
    await work();

    expect(handled.map(([, told]) => told)).toEqual(["P7D", "P1D", "expired"]);
  });

  test("is indexed after days without a host as well, and then under today", async () => {
    await indexDue(deps());
    passDays(1);
    await aSecret(8);
    passDays(20);

    expect(await indexDue(deps())).toEqual({ indexed: 1, failed: 0 });
    expect(await entries()).toEqual(["due-2026-03-23"]);
    expect(await work()).toMatchObject({ handled: 1 });
  });

  test("is dropped when the secret has gone, whatever the index holds", async () => {
    const keyId = await aSecret(30);
    await indexDue(deps());
    await removeSecret(product, { subscription: "contoso", clientId: client.id, by: ANN, keyId });
    passDays(23);

    expect(await work()).toEqual({ handled: 0, passed: 1, failed: 0 });
    expect(await entries()).toEqual([]);
  });

  test("is moved when the record says that it is due on another day", async () => {
    const keyId = await aSecret(30);
    await indexDue(deps());
    const found = await product.secrets.secret("contoso", client.id, keyId);
    if (!found) throw new Error("Not found");
    const snoozedUntil = later(25 * DAY_MS);
    await product.secrets.saveSecret({ ...found.record, snoozedUntil }, found.version);
    passDays(23);

    expect(await work()).toEqual({ handled: 0, passed: 1, failed: 0 });
    expect(await entries()).toEqual(["due-2026-03-27"]);
  });

  test("is due anew with all its secrets when a client comes back", async () => {
    await aSecret(30, "One");
    await aSecret(60, "Two");
    await indexDue(deps());
    passDays(23);
    // Its client is not there.
    await work(async () => undefined);
    const rename = { kind: "rename", clientId: client.id, displayName: "Back" } as const;
    const back: SecretLeft = { now: "back", clientId: client.id };
    const held = await abandoned(product, rename);
    await product.journal.active("2026-03-25", "contoso");
    await end(product, held, { came: { outcome: "done" }, secrets: [back] });

    expect(await indexDue(deps())).toEqual({ indexed: 1, failed: 0 });
    await work();
    expect(handled).toEqual([["One", "P7D"]]);
    expect(await leftTodo()).toBe(0);
  });

  test("stays when several things are due on one day", async () => {
    const keyId = await aSecret(30);
    await indexDue(deps());
    passDays(23);
    const retiresAt = later(60_000, product.runtime.now());

    await work(async (_, { record, version }) => {
      const next = { ...record, retiresAt };
      await product.secrets.saveSecret(next, version);
      return next;
    });
    product.runtime.pass(60_000);
    const seen: string[] = [];
    await work(async ({ what }) => {
      seen.push(what);
      return undefined;
    });

    expect(keyId).toBeDefined();
    expect(seen).toEqual(["retirement"]);
  });
});

describe("what fails", () => {
  test("is left, holds up nothing else, and is found again however long it takes", async () => {
    await aSecret(30, "Bad");
    await aSecret(30, "Good");
    await indexDue(deps());
    const failing: HandleDue = async (due, secret) => {
      if (secret.record.displayName === "Bad") throw away;
      return tellOf(due, secret);
    };
    passDays(23);
    expect(await work(failing)).toEqual({ handled: 1, passed: 0, failed: 1 });
    for (let day = 0; day < 5; day += 1) {
      passDays(1);
      expect(await work(failing)).toMatchObject({ failed: 1 });
    }
    product.journalTable.forget();

    expect(await work()).toMatchObject({ failed: 0 });
    expect(handled).toContainEqual(["Bad", "P7D"]);
    // Three days are looked at, and none of those before.
    const looked = product.journalTable.calls.filter((call) => call.startsWith("page due-"));
    expect(looked).toEqual(["page due-2026-03-29", "page due-2026-03-30"]);
  });

  test("counts as that when it was said to be done and was not", async () => {
    await aSecret(30);
    await indexDue(deps());
    passDays(23);

    expect(await work(async (_, { record }) => record)).toMatchObject({ failed: 1 });
    expect(await work()).toMatchObject({ handled: 1 });
  });

  test("in the index leaves the change to be indexed again", async () => {
    await aSecret(30);
    const put = async () => Promise.reject(away);

    expect(await indexDue({ ...deps(), index: { ...index, put } })).toEqual({
      indexed: 0,
      failed: 1,
    });
    expect(await leftTodo()).toBe(1);
    expect(await indexDue(deps())).toEqual({ indexed: 1, failed: 0 });
  });
});

describe("a host that dies", () => {
  /** Each method of the index in turn dies before or after it has done its work. */
  const deaths = (["put", "remove"] as const).flatMap((method) =>
    (["before", "after"] as const).map((when) => [when, method] as const),
  );

  test.each(deaths)(
    "%s it can %s an entry loses nothing and tells nothing twice",
    async (when, method) => {
      await aSecret(30);
      await indexDue(deps());
      passDays(23);
      const dying: DueIndex = {
        ...index,
        [method]: async (...given: never[]) => {
          if (when === "after")
            await (index[method] as (...all: never[]) => Promise<void>)(...given);
          throw away;
        },
      };

      await workOffDue({ ...deps(), index: dying }, tellOf);
      for (let day = 0; day < 10; day += 1) {
        await work();
        passDays(1);
      }

      expect(handled.map(([, told]) => told)).toEqual(["P7D", "P1D", "expired"]);
    },
  );

  test("between the index and the change has it indexed once more, and told once", async () => {
    await aSecret(30);
    const done = async () => Promise.reject(away);
    await indexDue({ ...deps(), todos: { ...todos, done } });
    await indexDue(deps());
    passDays(23);

    await Promise.all([work(), work()]);

    expect(handled).toEqual([["Production", "P7D"]]);
  });

  test("takes no change with it that was written anew while the index was", async () => {
    const keyId = await aSecret(30);
    const put: DueIndex["put"] = async (...given) => {
      await index.put(...given);
      const from = await product.secrets.secret("contoso", client.id, keyId);
      if (!from) throw new Error("Not found");
      const held = await abandoned(product, {
        kind: "rename",
        clientId: client.id,
        displayName: "N",
      });
      const next = (record: typeof from.record) => ({ ...record, retiresAt: later(DAY_MS) });
      await end(product, held, {
        came: { outcome: "done" },
        secrets: [{ now: "changed", from, next }],
      });
    };

    await indexDue({ ...deps(), index: { ...index, put } });

    expect(await leftTodo()).toBe(1);
    await indexDue(deps());
    expect(await entries()).toContain("due-2026-03-03");
  });
});

test("an index that does not answer is said to be away", async () => {
  const doneTo = async () => Promise.reject(away);

  expect(await failure(workOffDue({ ...deps(), index: { ...index, doneTo } }, tellOf))).toBe(away);
});
