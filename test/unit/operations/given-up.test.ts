import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { OperationCheck } from "../../../shared/events/operation-check.ts";
import type { CreateOperation } from "../../../shared/operations/admission/operation.ts";
import { checkOperation } from "../../../shared/operations/settling/check-operation.ts";
import { watchForGivenUp } from "../../../shared/operations/settling/given-up.ts";
import { abandoned, type TestProduct, testProduct } from "../../support/product.ts";
import { anOperation, later } from "../../support/samples.ts";

const MINUTE_MS = 60_000;
const aCreate: CreateOperation = {
  kind: "create",
  displayName: "New",
  roles: ["api.read"],
  requestedBy: "Ann",
};
const entry = anOperation(aCreate);

let product: TestProduct;
beforeEach(async () => {
  product = testProduct();
});

/** Takes the look that waits, when its time has come; how long that was, in minutes. */
async function nextLook(): Promise<number> {
  const waiting = product.checks.waiting.at(-1);
  if (waiting?.body.type !== "operation.check") throw new Error("No look waits");
  const inMs = waiting.at.getTime() - product.runtime.now().getTime();
  product.runtime.pass(inMs);
  await checkOperation(product, waiting.body);
  return inMs / MINUTE_MS;
}
const looks = () => product.checks.waiting.length;
const make = (operationId = entry.operationId) =>
  product.directory.create({
    operationId,
    subscription: "contoso",
    displayName: "New",
    roles: ["api.read"],
  });
const away = new RemoteUnavailable("directory", { executed: "unknown" });

test("the directory is asked three times: after 10 minutes, an hour and a day", async () => {
  await watchForGivenUp(product, entry);

  expect([await nextLook(), await nextLook(), await nextLook()]).toEqual([10, 60, 24 * 60]);
  expect(looks()).toBe(3);
});

test.each([1, 2, 3])("what shows at look %i is deleted", async (look) => {
  await watchForGivenUp(product, entry);
  for (let before = 1; before < look; before += 1) await nextLook();
  await make();
  await make("another");

  await nextLook();

  expect(product.directory.all()).toHaveLength(1);
  expect(await product.directory.findByOperation("another")).toBeDefined();
});

test("what shows with the secret that it was made with is deleted, and told to have none", async () => {
  await watchForGivenUp(product, entry);
  const made = await product.directory.create({
    operationId: entry.operationId,
    subscription: "contoso",
    displayName: "New",
    roles: ["api.read"],
    secret: { displayName: "Registration", createdAt: later(0), expiresAt: later(MINUTE_MS) },
  });
  const keyId = made.kind === "done" ? made.value.firstSecret?.keyId : undefined;

  await nextLook();

  expect(product.directory.all()).toEqual([]);
  expect(product.events.published).toMatchObject([
    { id: `${entry.operationId}:secret.removed`, type: "secret.removed", data: { keyId } },
  ]);
});

describe("an outage", () => {
  test("uses up no look", async () => {
    await watchForGivenUp(product, entry);
    product.directory.failNext("findByOperation", away);
    await nextLook();
    const rest = [await nextLook(), await nextLook(), await nextLook()];

    expect(rest.slice(1)).toEqual([60, 24 * 60]);
    expect(looks()).toBe(4);
  });

  test("while it is deleted: the look is taken again", async () => {
    await watchForGivenUp(product, entry);
    await make();
    product.directory.answerNext("delete", { kind: "unknown", retryAfterSeconds: 1 });
    await nextLook();
    expect(product.directory.all()).toHaveLength(1);

    await nextLook();
    expect(product.directory.all()).toEqual([]);
    // The look that came to nothing has not been used up.
    expect([await nextLook(), await nextLook()]).toEqual([60, 24 * 60]);
  });

  test.each([
    ["not now", { kind: "not-now", throttled: true, retryAfterSeconds: 1 }],
    ["unknown", { kind: "unknown", retryAfterSeconds: 1 }],
  ] as const)("%s uses up no look", async (_, answer) => {
    await watchForGivenUp(product, entry);
    await make();
    product.directory.answerNext("delete", answer);
    await nextLook();
    await nextLook();
    expect(product.directory.all()).toEqual([]);
    expect(await nextLook()).toBe(60);
  });

  test("is not what a refusal for good is: the next look is taken when its time has come", async () => {
    await watchForGivenUp(product, entry);
    await make();
    product.directory.answerNext("delete", { kind: "refused", refusal: { reason: "not-ours" } });
    await nextLook();
    expect(await nextLook()).toBe(60);
  });
});

describe("what belongs to somebody is never deleted:", () => {
  async function recorded() {
    const held = await abandoned(product, aCreate);
    await make(held.entry.operationId);
    await product.settle(held);
    await watchForGivenUp(product, held.entry);
  }

  test("the application of a create that was recorded after all", async () => {
    await recorded();
    for (const _ of [1, 2, 3]) await nextLook();

    expect(product.directory.all()).toHaveLength(1);
  });

  test("also when what was kept of the create for a day has been removed", async () => {
    await recorded();
    await nextLook();
    await nextLook();
    product.runtime.pass(24 * 60 * MINUTE_MS);
    await product.operations.purge("contoso", "keys", product.runtime.now());
    product.runtime.pass(-24 * 60 * MINUTE_MS);
    await nextLook();

    expect(product.directory.all()).toHaveLength(1);
  });

  test("the application of a create that somebody still works on", async () => {
    const held = await abandoned(product, aCreate);
    await watchForGivenUp(product, held.entry);
    await make(held.entry.operationId);
    await nextLook();

    expect(product.directory.all()).toHaveLength(1);
    const [found] = await product.operations.allUnderWay("contoso");
    if (found) await product.settle(found);
    expect(await product.operations.made("contoso", held.entry.operationId)).toBeDefined();
  });
});

test("a check of something given up leaves the operation itself alone", async () => {
  const held = await abandoned(product, aCreate);
  const check: OperationCheck = {
    type: "operation.check",
    version: 1,
    operationId: held.entry.operationId,
    subscription: "contoso",
    givenUp: true,
    attempt: 3,
  };

  expect(await checkOperation(product, check)).toBe("finished");
  expect((await product.operations.allUnderWay("contoso"))[0]?.entry.turn).toBe(0);
});

test("a look that names another subscription than the registration does deletes nothing", async () => {
  await make();
  await checkOperation(product, {
    ...{ type: "operation.check", version: 1, givenUp: true },
    ...{ operationId: entry.operationId, subscription: "fabrikam" },
  });
  expect(product.directory.all()).toHaveLength(1);
});
