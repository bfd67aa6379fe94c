import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { THE_SERVICE } from "../../../shared/clients/actor.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { SecretRetire } from "../../../shared/events/secret-retire.ts";
import { addSecret } from "../../../shared/operations/add-secret.ts";
import { moveRetirement } from "../../../shared/operations/move-retirement.ts";
import { removeSecret } from "../../../shared/operations/remove-secret.ts";
import { retireDue, retireOnTime, retireSecret } from "../../../shared/operations/retire-secret.ts";
import { rotateSecret } from "../../../shared/operations/rotate-secret.ts";
import { failure } from "../../support/failure.ts";
import {
  abandoned,
  aClient,
  RECONCILE_AFTER_MS,
  type TestProduct,
  testProduct,
  underWay,
} from "../../support/product.ts";
import { ANN, later } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const NOT_NOW = { kind: "not-now", throttled: false, retryAfterSeconds: 10 } as const;

let product: TestProduct;
let client: ClientRecord;
let old: string;
let next: string;
let message: SecretRetire;
beforeEach(async () => {
  product = testProduct();
  client = await aClient(product);
  const made = await addSecret(product, { ...own(), displayName: "Old", lifetimeDays: 30 });
  old = made.ok ? made.value.keyId : "";
  const request = { ...own(), keyId: old, lifetimeDays: 90, graceHours: 24 };
  const rotated = await rotateSecret(product, request);
  next = rotated.ok ? rotated.value.keyId : "";
  const [sent] = product.checks.waiting.filter(({ body }) => body.type === "secret.retire");
  if (sent?.body.type !== "secret.retire") throw new Error("Nothing was scheduled");
  message = sent.body;
});

const own = () => ({ subscription: "contoso", by: ANN, clientId: client.id });
const about = () => ({ subscription: "contoso", clientId: client.id, keyId: old });
const pass = () => product.runtime.pass(DAY_MS);
const inDirectory = async () =>
  ((await product.directory.secretsOf(client.id, client)) ?? []).map(({ keyId }) => keyId);
const onRecord = async () => (await product.secrets.secret("contoso", client.id, old))?.record;
const told = () => product.events.published.map(({ type }) => type);
async function grant(): Promise<void> {
  const found = await product.records.client("contoso", client.id);
  if (!found) throw new Error("There is no client");
  const consent = { ...found.record.consent, state: "granted" as const };
  await product.records.save({ ...found.record, consent }, found.version);
}
const putOff = () => product.checks.waiting.filter(({ body }) => body.attempt !== undefined);

describe("when the grace is over", () => {
  test("the old secret is removed, by the service and at nobody's charge", async () => {
    await grant();
    pass();
    const before = (await product.operations.account("contoso")).account.writes;

    expect(await retireOnTime(product, message)).toBe("retired");

    expect(await inDirectory()).toEqual([next]);
    expect(await onRecord()).toBeUndefined();
    expect(product.events.published.at(-1)).toMatchObject({
      type: "secret.retired",
      data: { keyId: old },
    });
    expect((await product.operations.account("contoso")).account.writes).toBe(before);
    const { entries } = await activityRecords(product.clientsTable).activity("contoso", {}, 10);
    expect(entries[0]).toMatchObject({
      action: "secret.retired",
      by: THE_SERVICE,
      credentialId: old,
      outcome: "done",
    });
  });

  test("it is removed once, however often that is asked for", async () => {
    pass();
    const answers = await Promise.all([
      retireOnTime(product, message),
      retireOnTime(product, message),
    ]);
    expect(answers.toSorted()).toEqual(["gone", "retired"]);
    expect(await retireOnTime(product, message)).toBe("gone");
    expect(told().filter((type) => type === "secret.retired")).toHaveLength(1);
  });

  test("one that was removed by hand in the directory has gone, and says so", async () => {
    pass();
    await product.directory.removeSecret(client.id, old, client);

    expect(await retireOnTime(product, message)).toBe("retired");
    expect(await onRecord()).toBeUndefined();
    expect(told()).toContain("secret.retired");
  });

  test("one that a customer removed before is nobody's any more", async () => {
    await removeSecret(product, { ...own(), keyId: old });
    pass();
    expect(await retireOnTime(product, message)).toBe("gone");
    expect(told()).not.toContain("secret.retired");
  });

  test("with its client, it is left to the client's end", async () => {
    const found = await product.records.client("contoso", client.id);
    if (found) await product.records.remove(found.record, product.runtime.now());
    pass();
    expect(await retireOnTime(product, message)).toBe("gone");
    expect(await inDirectory()).toEqual([old, next]);
  });
});

describe("nothing is retired early", () => {
  test("a message that comes before its time waits for it", async () => {
    product.runtime.pass(DAY_MS - 1_000);
    expect(await retireOnTime(product, message)).toBe("early");
    expect(putOff()).toMatchObject([{ at: later(DAY_MS) }]);
    expect(await inDirectory()).toContain(old);
  });

  test("nor what was moved to a later time, or is to stay", async () => {
    await moveRetirement(product, { ...own(), keyId: old, retiresAt: later(3 * DAY_MS) });
    pass();
    expect(await retireOnTime(product, message)).toBe("moved");
    await moveRetirement(product, { ...own(), keyId: old, retiresAt: undefined });
    product.runtime.pass(5 * DAY_MS);
    expect(await retireOnTime(product, message)).toBe("stays");
    expect(await inDirectory()).toEqual([old, next]);
  });

  test("nor the last one that works: what was to take its place has gone, and it stays", async () => {
    await grant();
    await product.directory.removeSecret(client.id, next, client);
    const found = await product.records.client("contoso", client.id);
    // As after the pass over what was changed behind our back.
    if (found) {
      const secrets = (found.record.secrets ?? []).filter(({ keyId }) => keyId === old);
      await product.records.save({ ...found.record, secrets }, found.version);
    }
    pass();

    expect(await retireOnTime(product, message)).toBe("stays");

    expect(await inDirectory()).toEqual([old]);
    expect(await onRecord()).not.toHaveProperty("retiresAt");
    expect(product.events.published.at(-1)).toMatchObject({ type: "secret.rescheduled" });
  });
});

test("what is called off between the look at it and its removal stays", async () => {
  pass();
  const { secret } = product.secrets;
  let called = false;
  product.secrets.secret = async (...asked) => {
    const found = await secret(...asked);
    if (!called) {
      called = true;
      await moveRetirement(product, { ...own(), keyId: old, retiresAt: undefined });
    }
    return found;
  };

  expect(await retireSecret(product, about())).toBe("stays");
  expect(await inDirectory()).toContain(old);
});

describe("nothing is left behind", () => {
  test("a directory that cannot do it now is asked again later", async () => {
    pass();
    product.directory.answerNext("removeSecret", NOT_NOW);

    expect(await retireOnTime(product, message)).toBe("put-off");
    expect(putOff()).toMatchObject([{ body: { attempt: 1, keyId: old } }]);
    product.runtime.pass(60_000);
    expect(await retireOnTime(product, message)).toBe("retired");
  });

  test("a message that overtakes the change which has sent it comes again", async () => {
    const moved = { kind: "move-retirement", clientId: client.id, keyId: old } as const;
    const retiresAt = later(-1).toISOString();
    const held = await abandoned(product, { ...moved, retiresAt });
    const early = { ...message, retiresAt, operationId: held.entry.operationId };

    expect(await retireOnTime(product, early)).toBe("put-off");

    await product.settle(held);
    expect(await retireOnTime(product, { ...early, attempt: 1 })).toBe("retired");
  });

  test("while another change holds the client it waits", async () => {
    pass();
    const rename = { kind: "rename", clientId: client.id, displayName: "B" } as const;
    await abandoned(product, rename, { touchedAt: later(DAY_MS + RECONCILE_AFTER_MS) });

    expect(await retireOnTime(product, message)).toBe("put-off");
    expect(await inDirectory()).toContain(old);
  });

  test("one whose worker died is gone when somebody has ended it", async () => {
    pass();
    product.directory.answerNext("removeSecret", { kind: "unknown", retryAfterSeconds: 1 }, true);
    expect(await retireOnTime(product, message)).toBe("put-off");

    product.runtime.pass(RECONCILE_AFTER_MS);
    const [held] = await product.operations.allUnderWay("contoso");
    if (held) await product.settle(held);

    expect(await underWay(product)).toEqual([]);
    expect(await onRecord()).toBeUndefined();
    expect(told()).toContain("secret.retired");
    expect(await retireOnTime(product, message)).toBe("gone");
  });

  test("what the directory refuses for good stays due, and operators hear of it", async () => {
    pass();
    product.directory.answerNext("removeSecret", {
      kind: "refused",
      refusal: { reason: "not-ours" },
    });

    expect(await retireSecret(product, about())).toBe("refused");
    expect((await onRecord())?.retiresAt).toEqual(later(DAY_MS));
    expect(product.checks.waiting.some(({ body }) => body.type === "operation.incident")).toBe(
      true,
    );
  });

  test("a message that was lost is made up for by what is due that day", async () => {
    pass();
    const found = await product.secrets.secret("contoso", client.id, old);
    expect(found && (await retireDue(product, found))).toBeUndefined();
    expect(await inDirectory()).toEqual([next]);
  });

  test("what is due that day learns of what is due later, and of an outage", async () => {
    const found = await product.secrets.secret("contoso", client.id, old);
    expect(found && (await retireDue(product, found))).toMatchObject({ retiresAt: later(DAY_MS) });
    pass();
    product.directory.answerNext("removeSecret", NOT_NOW);
    const error = found && (await failure(retireDue(product, found)));
    expect(error).toBeInstanceOf(RemoteUnavailable);
  });
});
