import { beforeEach, describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { moveRetirement } from "../../../shared/operations/move-retirement.ts";
import {
  type RotateSecretRequest,
  rotateSecret,
} from "../../../shared/operations/rotate-secret.ts";
import { failure } from "../../support/failure.ts";
import {
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, later, newId } from "../../support/samples.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const UNKNOWN = { kind: "unknown", retryAfterSeconds: 10 } as const;
const NOT_NOW = { kind: "not-now", throttled: false, retryAfterSeconds: 10 } as const;

let product: TestProduct;
let client: ClientRecord;
/** What the directory was asked to change, in order. */
let changes: string[];
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
  changes = [];
  const { directory } = product;
  const { addSecret: add, removeSecret: remove } = directory;
  directory.addSecret = async (...asked) => {
    const answer = await add(...asked);
    changes.push(answer.kind === "done" ? "add" : `add: ${answer.kind}`);
    return answer;
  };
  directory.removeSecret = async (id, keyId, expected) => {
    changes.push(`remove ${keyId}`);
    return remove(id, keyId, expected);
  };
});

const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
async function added(displayName = "Old", lifetimeDays = 30): Promise<string> {
  const answer = await addSecret(product, { ...own(), displayName, lifetimeDays });
  if (!answer.ok) throw new Error(answer.refusal.reason);
  changes.length = 0;
  return answer.value.keyId;
}
const asked = (keyId: string, more: Partial<RotateSecretRequest> = {}): RotateSecretRequest => ({
  ...own(),
  keyId,
  lifetimeDays: 90,
  graceHours: 24,
  ...more,
});
async function rotated(keyId: string, more: Partial<RotateSecretRequest> = {}) {
  const answer = await rotateSecret(product, asked(keyId, more));
  if (!answer.ok) throw new Error(answer.refusal.reason);
  return answer.value;
}
const inDirectory = async () =>
  ((await product.directory.secretsOf(client.id, client)) ?? []).map(({ keyId }) => keyId);
const onRecord = async () =>
  (await product.secrets.secretsOf("contoso", client.id)).map(({ record }) => record);
const ofClient = async () =>
  ((await product.records.client("contoso", client.id))?.record.secrets ?? []).filter(
    ({ goneAt }) => !goneAt,
  );
const events = () =>
  product.events.published.map(({ type, data }) => `${type} ${String(data["keyId"])}`);
const retirements = () =>
  product.checks.waiting.filter(({ body }) => body.type === "secret.retire");

describe("a rotation", () => {
  test("makes a new secret, and lets the old one work on until the grace is over", async () => {
    const old = await added();

    const { keyId, secretText, replaced, ...made } = await rotated(old);

    const retiresAt = later(DAY_MS);
    expect(changes).toEqual(["add"]);
    expect(await inDirectory()).toEqual([old, keyId]);
    expect(made).toMatchObject({ displayName: "Old", expiresAt: later(90 * DAY_MS) });
    expect(replaced).toMatchObject({ keyId: old, retiresAt, expiresAt: later(30 * DAY_MS) });
    expect(await onRecord()).toMatchObject(
      [
        { keyId: old, retiresAt, source: "service" },
        { keyId, displayName: "Old", createdBy: ANN.actor },
      ].toSorted((a, b) => (a.keyId < b.keyId ? -1 : 1)),
    );
    expect(await ofClient()).toMatchObject([{ keyId }, { keyId: old, retiresAt }]);
    expect(retirements()).toMatchObject([
      { body: { clientId: client.id, keyId: old, subscription: "contoso" }, at: retiresAt },
    ]);
    expect(events().at(-1)).toBe(`secret.rotated ${keyId}`);
    const rows = await product.clientsTable.page({}, 1000);
    const kept = JSON.stringify([rows, product.events.published, product.checks.waiting]);
    expect(kept).not.toContain(secretText);
  });

  test("gives no grace beyond the old one's own end", async () => {
    const old = await added("Short", 1);
    const { replaced } = await rotated(old, { graceHours: 720 });
    expect(replaced.retiresAt).toEqual(later(DAY_MS));
  });

  test("without grace removes the old one, after the new one is there", async () => {
    const old = await added();

    const { keyId } = await rotated(old, { graceHours: 0, displayName: "New" });

    expect(changes).toEqual(["add", `remove ${old}`]);
    expect(await inDirectory()).toEqual([keyId]);
    expect((await onRecord()).map((one) => one.keyId)).toEqual([keyId]);
    expect(await ofClient()).toMatchObject([{ keyId }]);
    expect(retirements()).toEqual([]);
    expect(events().slice(-2)).toEqual([`secret.retired ${old}`, `secret.rotated ${keyId}`]);
  });

  test("without grace, of one that cannot be removed now, leaves that to the message", async () => {
    const old = await added();
    product.directory.answerNext("removeSecret", NOT_NOW);

    const { keyId, replaced } = await rotated(old, { graceHours: 0 });

    expect(await inDirectory()).toEqual([old, keyId]);
    expect(replaced.retiresAt).toEqual(product.runtime.now());
    expect(retirements()).toMatchObject([{ at: later(1_000, product.runtime.now()) }]);
    expect(await ofClient()).toMatchObject([
      { keyId },
      { keyId: old, retiresAt: replaced.retiresAt },
    ]);
  });

  test("with the bus away leaves the time where the reconciler finds it", async () => {
    const old = await added();
    product.checks.schedule = async () => {
      throw new RemoteUnavailable("bus", { executed: "no" });
    };

    await rotated(old);

    const left = [];
    for await (const { what } of product.journal.adriftMessages(later(2 * DAY_MS))) left.push(what);
    expect(left).toContainEqual(expect.objectContaining({ type: "secret.retire", keyId: old }));
  });
});

describe("with no room for a third", () => {
  test("lists the two, makes nothing and removes nothing", async () => {
    const [first, second] = [await added("First", 10), await added("Second", 20)];

    const answer = await rotateSecret(product, asked(first));

    expect(answer).toMatchObject({
      refusal: { reason: "secret-limit-reached", secrets: [{ keyId: first }, { keyId: second }] },
    });
    expect(await inDirectory()).toEqual([first, second]);
    expect(await underWay(product)).toEqual([]);
  });

  test("the one that is retiring already goes, the rotated one stays for its grace", async () => {
    const first = await added();
    const second = (await rotated(first)).keyId;
    changes.length = 0;

    const third = (await rotated(second)).keyId;

    expect(changes).toEqual(["add: refused", `remove ${first}`, "add"]);
    expect(await inDirectory()).toEqual([second, third]);
    expect(events().slice(-2)).toEqual([`secret.retired ${first}`, `secret.rotated ${third}`]);
    expect(await ofClient()).toMatchObject([{ keyId: third }, { keyId: second }]);
    expect((await onRecord()).map(({ keyId }) => keyId).toSorted()).toEqual(
      [second, third].toSorted(),
    );
  });

  test("the one that the caller names goes", async () => {
    const [first, second] = [await added(), await added()];

    const { keyId, replaced } = await rotated(first, { replaces: second });

    expect(await inDirectory()).toEqual([first, keyId]);
    expect(replaced).toMatchObject({ keyId: first, retiresAt: later(DAY_MS) });
    expect(events().slice(-2)).toEqual([`secret.removed ${second}`, `secret.rotated ${keyId}`]);
  });

  test("the rotated one itself goes at once where the caller says so", async () => {
    const [first, second] = [await added(), await added()];

    const { keyId } = await rotated(first, { replaces: first });

    expect(await inDirectory()).toEqual([second, keyId]);
    expect(retirements()).toEqual([]);
    expect((await onRecord()).some((one) => one.keyId === first)).toBe(false);
  });

  test("one that has expired goes", async () => {
    const [expired, second] = [await added("Expired", 1), await added()];
    product.runtime.pass(2 * DAY_MS);

    const { keyId } = await rotated(second);

    expect(await inDirectory()).toEqual([second, keyId]);
    expect(events()).toContain(`secret.retired ${expired}`);
  });

  test("what has gone for it has gone when the new one is refused, and is on record", async () => {
    const [first, second] = [await added(), await added()];
    product.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    const refusal = { reason: "forbidden-by-policy", policy: "lifetime" } as const;
    product.directory.answerNext("addSecret", { kind: "refused", refusal });

    const answer = await rotateSecret(product, asked(first, { replaces: second }));

    expect(answer).toMatchObject({ refusal: { reason: "secret-forbidden-by-policy" } });
    expect(await inDirectory()).toEqual([first]);
    expect((await onRecord()).map(({ keyId }) => keyId)).toEqual([first]);
    expect(await ofClient()).toMatchObject([{ keyId: first }]);
    expect(events().at(-1)).toBe(`secret.removed ${second}`);
    expect(await underWay(product)).toEqual([]);
  });

  test("nobody is told that nothing was done where one has gone and the new one must wait", async () => {
    const [first, second] = [await added(), await added()];
    product.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    product.directory.answerNext("addSecret", NOT_NOW);

    const error = await failure(rotateSecret(product, asked(first, { replaces: second })));

    expect(error).toMatchObject({ executed: "unknown" });
    expect(await underWay(product)).toEqual([]);
    expect(await ofClient()).toMatchObject([{ keyId: first }]);
  });

  test("nothing is done where what should go cannot go now", async () => {
    const [first, second] = [await added(), await added()];
    product.directory.answerNext("removeSecret", NOT_NOW);

    const error = await failure(rotateSecret(product, asked(first, { replaces: second })));

    expect(error).toMatchObject({ executed: "no" });
    expect(await inDirectory()).toEqual([first, second]);
    expect(await underWay(product)).toEqual([]);
  });
});

describe("a rotation is refused", () => {
  test("of a secret that is not there, and of a client of somebody else's, with the same reads", async () => {
    await added();
    product.clientsTable.forget();
    const refusals = [
      await rotateSecret(product, asked(newId())),
      await rotateSecret(product, { ...asked(newId()), clientId: newId() }),
      await rotateSecret(product, { ...asked(newId()), subscription: "fabrikam" }),
    ];
    expect(refusals).toMatchObject([
      { refusal: { reason: "secret-not-found" } },
      { refusal: { reason: "not-found" } },
      { refusal: { reason: "not-found" } },
    ]);
    expect(changes).toEqual([]);
  });

  test("under its key a second time, whatever has become of the old one", async () => {
    const idempotency = { keyHash: "key", fingerprint: "the request" };
    const old = await added();
    const { keyId } = await rotated(old, { graceHours: 0, idempotency });

    const again = await rotateSecret(product, asked(old, { graceHours: 0, idempotency }));

    expect(again).toEqual({
      ok: false,
      refusal: { reason: "secret-value-already-returned", keyId },
    });
    expect(await inDirectory()).toEqual([keyId]);
  });

  test("while its client is stopped: it would give more to use", async () => {
    const old = await added();
    const found = await product.records.client("contoso", client.id);
    const suspended = { by: "operator" as const, reason: "Leaked", at: later(0) };
    if (found) await product.records.save({ ...found.record, suspended }, found.version);

    expect(await rotateSecret(product, asked(old))).toMatchObject({
      refusal: { reason: "client-suspended" },
    });
  });
});

test("a secret without a record is looked for in the directory, and gets one", async () => {
  const old = await added();
  for (const { record } of await product.secrets.secretsOf("contoso", client.id)) {
    const at = { partitionKey: "contoso", rowKey: `secret:${client.id}:${record.keyId}` };
    await product.clientsTable.delete(at.partitionKey, at.rowKey);
  }

  await rotated(old);

  expect(await onRecord()).toContainEqual(
    expect.objectContaining({ keyId: old, source: "directory", retiresAt: later(DAY_MS) }),
  );
});

describe("a rotation that was abandoned", () => {
  /** Whoever takes it over ends it. */
  async function settled(): Promise<void> {
    for (let turn = 0; turn < 3; turn += 1) {
      product.runtime.pass(RECONCILE_AFTER_MS);
      const [held] = await product.operations.allUnderWay("contoso");
      if (held) await product.settle(held);
    }
    expect(await underWay(product)).toEqual([]);
  }

  test("is undone where the answer was lost: the new one goes, the old one works on", async () => {
    const old = await added();
    product.directory.answerNext("addSecret", UNKNOWN, true);
    expect(await failure(rotateSecret(product, asked(old)))).toMatchObject({ executed: "unknown" });

    await settled();

    expect(await inDirectory()).toEqual([old]);
    expect(await onRecord()).toMatchObject([{ keyId: old }]);
    expect((await onRecord())[0]).not.toHaveProperty("retiresAt");
    expect(await ofClient()).toMatchObject([{ keyId: old }]);
  });

  test("has put on record what had gone for it", async () => {
    const [first, second] = [await added(), await added()];
    product.directory.answerNext("addSecret", {
      kind: "refused",
      refusal: { reason: "secrets-full" },
    });
    product.directory.answerNext("addSecret", UNKNOWN, true);
    await failure(rotateSecret(product, asked(first, { replaces: second })));

    await settled();

    expect(await inDirectory()).toEqual([first]);
    expect((await onRecord()).map(({ keyId }) => keyId)).toEqual([first]);
    expect(await ofClient()).toMatchObject([{ keyId: first }]);
    expect(events()).toContain(`secret.removed ${second}`);
  });

  test("lets its key go, so that it can be asked for again", async () => {
    const idempotency = { keyHash: "key", fingerprint: "the request" };
    const old = await added();
    product.directory.answerNext("addSecret", UNKNOWN);
    await failure(rotateSecret(product, asked(old, { idempotency })));
    await settled();

    const { keyId } = await rotated(old, { idempotency });
    expect(await inDirectory()).toEqual([old, keyId]);
  });

  test("between its two writes, without grace, has the old one on record as gone", async () => {
    const old = await added();
    const { end } = product.operations;
    product.operations.end = async () => "lost";
    await failure(rotateSecret(product, asked(old, { graceHours: 0 })));
    product.operations.end = end;

    await settled();

    expect(await inDirectory()).toEqual([]);
    expect(await onRecord()).toEqual([]);
    expect(events()).toContain(`secret.retired ${old}`);
  });
});

test("a rotation that waits for another change of the client finds the new one before anything goes", async () => {
  const old = await added();
  const { admit } = product.operations;
  let first = true;
  product.operations.admit = async (admission) => {
    if (!first) return admit(admission);
    first = false;
    return { admitted: false, changed: "busy" };
  };
  const looked: string[][] = [];
  const { secretsOf } = product.directory;
  product.directory.secretsOf = async (...asking) => {
    looked.push([...changes]);
    return secretsOf(...asking);
  };

  await rotated(old, { graceHours: 0 });

  expect(looked).toEqual([["add"]]);
});

describe("moving a retirement", () => {
  test("off: the secret stays; to another time: no later than its own end", async () => {
    const old = await added();
    await rotated(old);

    const off = await moveRetirement(product, { ...own(), keyId: old, retiresAt: undefined });
    expect(off.ok && off.value).not.toHaveProperty("retiresAt");
    expect((await onRecord()).find(({ keyId }) => keyId === old)).not.toHaveProperty("retiresAt");
    expect((await ofClient()).find(({ keyId }) => keyId === old)).not.toHaveProperty("retiresAt");

    const far = later(400 * DAY_MS);
    const on = await moveRetirement(product, { ...own(), keyId: old, retiresAt: far });
    expect(on).toMatchObject({ value: { retiresAt: later(30 * DAY_MS) } });
    expect(retirements().at(-1)).toMatchObject({ at: later(30 * DAY_MS) });
    expect(events().slice(-2)).toEqual([`secret.rescheduled ${old}`, `secret.rescheduled ${old}`]);
    expect(changes).toEqual(["add"]);
  });

  test("is finished by whoever takes it over", async () => {
    const old = await added();
    await rotated(old);
    const { end } = product.operations;
    product.operations.end = async () => "lost";
    await failure(moveRetirement(product, { ...own(), keyId: old, retiresAt: later(HOUR_MS) }));
    product.operations.end = end;

    product.runtime.pass(RECONCILE_AFTER_MS);
    const [held] = await product.operations.allUnderWay("contoso");
    if (held) await product.settle(held);

    expect(await underWay(product)).toEqual([]);
    expect((await onRecord()).find(({ keyId }) => keyId === old)?.retiresAt).toEqual(
      later(HOUR_MS),
    );
  });

  test("of a secret that is not there is refused", async () => {
    await added();
    const moved = await moveRetirement(product, { ...own(), keyId: newId(), retiresAt: undefined });
    expect(moved).toEqual({ ok: false, refusal: { reason: "secret-not-found" } });
  });
});
