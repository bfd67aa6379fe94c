import { beforeEach, describe, expect, test } from "vitest";
import { activityRecords } from "../../../shared/adapters/records/activity-records.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { nextDue } from "../../../shared/care/due.ts";
import { THE_SERVICE } from "../../../shared/clients/actor.ts";
import type { SecretRetire } from "../../../shared/events/secret-retire.ts";
import { moveRetirement } from "../../../shared/operations/credentials/move-retirement.ts";
import {
  retireDue,
  retireOnTime,
  retireSecret,
} from "../../../shared/operations/credentials/retire-secret.ts";
import { rotateSecret } from "../../../shared/operations/credentials/rotate-secret.ts";
import { type ClientWorld, clientWorld } from "../../support/client-world.ts";
import { collect } from "../../support/collect.ts";
import { failure } from "../../support/failure.ts";
import { abandoned, RECONCILE_AFTER_MS, underWay } from "../../support/product.ts";
import { later } from "../../support/samples.ts";

const DAY_MS = 86_400_000;
const NOT_NOW = { kind: "not-now", throttled: false, retryAfterSeconds: 10 } as const;

let world: ClientWorld;
let old: string;
let next: string;
let message: SecretRetire;
beforeEach(async () => {
  world = await clientWorld();
  ({ keyId: old } = await world.added({ displayName: "Old" }));
  const request = { ...world.own, keyId: old, lifetimeDays: 90, graceHours: 24 };
  const rotated = await rotateSecret(world, request);
  next = rotated.ok ? rotated.value.keyId : "";
  const [sent] = world.checks.waiting.filter(({ body }) => body.type === "secret.retire");
  if (sent?.body.type !== "secret.retire") throw new Error("Nothing was scheduled");
  message = sent.body;
});

const about = () => ({ subscription: "contoso", clientId: world.client.id, keyId: old });
const pass = () => world.runtime.pass(DAY_MS);
const onRecord = async () => (await world.secrets.secret("contoso", world.client.id, old))?.record;
const putOff = () => world.checks.waiting.filter(({ body }) => body.attempt !== undefined);

describe("when the grace is over", () => {
  test("the old secret is removed, by the service and at nobody's charge", async () => {
    await world.grant();
    pass();
    const before = (await world.operations.account("contoso")).account.writes;

    world.clientsTable.forget();
    expect(await retireOnTime(world, message)).toBe("retired");

    // Its record, the account and the client; the admission, and the end.
    expect(world.clientsTable.calls).toHaveLength(5);
    expect(await world.inDirectory()).toEqual([next]);
    expect(await onRecord()).toBeUndefined();
    expect(world.events.published.at(-1)).toMatchObject({
      type: "secret.retired",
      data: { keyId: old },
    });
    expect((await world.operations.account("contoso")).account.writes).toBe(before);
    const { entries } = await activityRecords(world.clientsTable).activity("contoso", {}, 10);
    expect(entries[0]).toMatchObject({
      action: "secret.retired",
      by: THE_SERVICE,
      credentialId: old,
      outcome: "done",
    });
  });

  test("it is removed once, however often that is asked for", async () => {
    pass();
    const answers = await Promise.all([retireOnTime(world, message), retireOnTime(world, message)]);
    expect(answers.toSorted()).toEqual(["gone", "retired"]);
    expect(await retireOnTime(world, message)).toBe("gone");
    expect(world.told().filter((type) => type === "secret.retired")).toHaveLength(1);
  });

  test("one that was removed by hand in the directory has gone, and says so", async () => {
    pass();
    await world.directory.removeSecret(world.client.id, old, world.client);

    expect(await retireOnTime(world, message)).toBe("retired");
    expect(await onRecord()).toBeUndefined();
    expect(world.told()).toContain("secret.retired");
  });

  test("one that a customer removed before is nobody's any more", async () => {
    await world.remove(old);
    pass();
    expect(await retireOnTime(world, message)).toBe("gone");
    expect(world.told()).not.toContain("secret.retired");
  });

  test("with its client, it is left to the client's end", async () => {
    const found = await world.records.client("contoso", world.client.id);
    if (found) await world.records.remove(found.record, world.runtime.now());
    pass();
    expect(await retireOnTime(world, message)).toBe("gone");
    expect(await world.inDirectory()).toEqual([old, next]);
  });
});

describe("nothing is retired early", () => {
  test("a message that comes before its time waits for it", async () => {
    world.runtime.pass(DAY_MS - 1_000);
    expect(await retireOnTime(world, message)).toBe("early");
    expect(putOff()).toMatchObject([{ at: later(DAY_MS) }]);
    expect(await world.inDirectory()).toContain(old);
  });

  test("nor what was moved to a later time, or is to stay", async () => {
    await moveRetirement(world, { ...world.own, keyId: old, retiresAt: later(3 * DAY_MS) });
    pass();
    expect(await retireOnTime(world, message)).toBe("moved");
    await moveRetirement(world, { ...world.own, keyId: old, retiresAt: undefined });
    world.runtime.pass(5 * DAY_MS);
    expect(await retireOnTime(world, message)).toBe("stays");
    expect(await world.inDirectory()).toEqual([old, next]);
  });

  test("nor the last one that works: what was to take its place has gone, and it stays", async () => {
    await world.grant();
    await world.directory.removeSecret(world.client.id, next, world.client);
    const found = await world.records.client("contoso", world.client.id);
    // As after the pass over what was changed behind our back.
    if (found) {
      const secrets = (found.record.secrets ?? []).filter(({ keyId }) => keyId === old);
      await world.records.save({ ...found.record, secrets }, found.version);
    }
    pass();

    expect(await retireOnTime(world, message)).toBe("stays");

    expect(await world.inDirectory()).toEqual([old]);
    expect(await onRecord()).not.toHaveProperty("retiresAt");
    expect(world.events.published.at(-1)).toMatchObject({ type: "secret.rescheduled" });
  });
});

test("what is called off between the look at it and its removal stays", async () => {
  pass();
  const { secret } = world.secrets;
  let called = false;
  world.secrets.secret = async (...asked) => {
    const found = await secret(...asked);
    if (!called) {
      called = true;
      await moveRetirement(world, { ...world.own, keyId: old, retiresAt: undefined });
    }
    return found;
  };

  expect(await retireSecret(world, about())).toBe("stays");
  expect(await world.inDirectory()).toContain(old);
});

describe("nothing is left behind", () => {
  test("a directory that cannot do it now is asked again later", async () => {
    pass();
    world.directory.answerNext("removeSecret", NOT_NOW);

    expect(await retireOnTime(world, message)).toBe("put-off");
    expect(putOff()).toMatchObject([{ body: { attempt: 1, keyId: old } }]);
    world.runtime.pass(60_000);
    expect(await retireOnTime(world, message)).toBe("retired");
  });

  test("a message that overtakes the change which has sent it comes again", async () => {
    const moved = { kind: "move-retirement", clientId: world.client.id, keyId: old } as const;
    const retiresAt = later(-1).toISOString();
    const held = await abandoned(world, { ...moved, retiresAt });
    const early = { ...message, retiresAt, operationId: held.entry.operationId };

    expect(await retireOnTime(world, early)).toBe("put-off");
    expect(putOff()).toMatchObject([{ at: new Date(world.runtime.now().getTime() + 5_000) }]);

    await world.settle(held);
    expect(await retireOnTime(world, { ...early, attempt: 1 })).toBe("retired");
  });

  test("so does one that overtakes a change of what was to stay", async () => {
    await moveRetirement(world, { ...world.own, keyId: old, retiresAt: undefined });
    const moved = { kind: "move-retirement", clientId: world.client.id, keyId: old } as const;
    const retiresAt = later(-1).toISOString();
    const held = await abandoned(world, { ...moved, retiresAt });
    const early = { ...message, retiresAt, operationId: held.entry.operationId };

    expect(await retireOnTime(world, early)).toBe("put-off");
    await world.settle(held);
    expect(await retireOnTime(world, early)).toBe("retired");
  });

  test("what is to stay, or not to go yet, costs one look", async () => {
    world.clientsTable.forget();
    expect(await retireSecret(world, about())).toBe("moved");
    await moveRetirement(world, { ...world.own, keyId: old, retiresAt: undefined });
    world.clientsTable.forget();
    expect(await retireSecret(world, about())).toBe("stays");
    expect(world.clientsTable.calls).toHaveLength(1);
  });

  test("it waits ever longer for what is away; a fault of ours is no outage", async () => {
    pass();
    const attempts = [0, 3].map((attempt) => ({ ...message, attempt }));
    for (const again of attempts) {
      world.directory.answerNext("removeSecret", NOT_NOW);
      await retireOnTime(world, again);
    }
    const waits = putOff().map(({ at }) => at.getTime() - world.runtime.now().getTime());
    // Of 4 s and 32 s, spread by a quarter.
    expect(waits[0]).toBeGreaterThanOrEqual(3_000);
    expect(waits[0]).toBeLessThanOrEqual(5_000);
    expect(waits[1]).toBeGreaterThanOrEqual(24_000);
    expect(waits[1]).toBeLessThanOrEqual(40_000);

    const defect = new Error("ours");
    world.secrets.secret = () => Promise.reject(defect);
    expect(await failure(retireOnTime(world, message))).toBe(defect);
  });

  test("one that somebody removes between the look and the removal has gone", async () => {
    pass();
    const { secret } = world.secrets;
    let isFirst = true;
    world.secrets.secret = async (...asked) => {
      const found = await secret(...asked);
      if (isFirst) {
        isFirst = false;
        await world.remove(old);
      }
      return found;
    };
    expect(await retireSecret(world, about())).toBe("gone");
    expect(world.told()).not.toContain("secret.retired");
  });

  test("one of a client that has no list of its secrets yet is removed by its own record", async () => {
    const found = await world.records.client("contoso", world.client.id);
    if (!found) return expect.unreachable();
    const { secrets: _, ...record } = found.record;
    await world.records.save(record, found.version);
    pass();
    expect(await retireSecret(world, about())).toBe("retired");
    expect(await world.inDirectory()).toEqual([next]);
  });

  test("while another change holds the client it waits", async () => {
    pass();
    const rename = { kind: "rename", clientId: world.client.id, displayName: "B" } as const;
    await abandoned(world, rename, { touchedAt: later(DAY_MS + RECONCILE_AFTER_MS) });

    expect(await retireOnTime(world, message)).toBe("put-off");
    expect(await failure(retireSecret(world, about()))).toMatchObject({
      ...{ service: "records", executed: "no" },
    });
    expect(await world.inDirectory()).toContain(old);
  });

  test("one whose worker died is gone when somebody has ended it", async () => {
    pass();
    world.directory.answerNext("removeSecret", { kind: "unknown", retryAfterSeconds: 1 }, true);
    expect(await retireOnTime(world, message)).toBe("put-off");

    world.runtime.pass(RECONCILE_AFTER_MS);
    const [held] = await world.operations.allUnderWay("contoso");
    if (held) await world.settle(held);

    expect(await underWay(world)).toEqual([]);
    expect(await onRecord()).toBeUndefined();
    expect(world.told()).toContain("secret.retired");
    expect(await retireOnTime(world, message)).toBe("gone");
  });

  test("what the directory refuses for good stays due, and operators hear of it", async () => {
    pass();
    world.directory.answerNext("removeSecret", {
      kind: "refused",
      refusal: { reason: "not-ours" },
    });

    expect(await retireSecret(world, about())).toBe("refused");
    expect((await onRecord())?.retiresAt).toEqual(later(DAY_MS));
    expect(world.checks.waiting.some(({ body }) => body.type === "operation.incident")).toBe(true);
  });

  test("what is refused for good is tried ever more seldom, then set aside: told to operators once, and once that it is theirs", async () => {
    pass();
    let asked = 0;
    world.directory.removeSecret = async () => {
      asked += 1;
      return { kind: "refused", refusal: { reason: "not-ours" } };
    };
    const waits: number[] = [];
    for (let turn = 0; turn < 20; turn += 1) {
      const found = await world.secrets.secret("contoso", world.client.id, old);
      const record = found && (await retireDue(world, found));
      const due = record && nextDue(record, []);
      if (!due) break;
      // Neither the message nor another host tries it before.
      expect(await retireSecret(world, about())).toBe("refused");
      const waitMs = due.at.getTime() - world.runtime.now().getTime();
      waits.push(waitMs / 60_000);
      world.runtime.pass(waitMs);
    }

    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 640]);
    expect(asked).toBe(9);
    const incidents = world.checks.waiting.flatMap(({ body }) =>
      body.type === "operation.incident" ? [body.reason] : [],
    );
    expect(incidents).toEqual(["not-ours", "parked"]);
    expect(await collect(world.journal.parked())).toMatchObject([
      { kind: "retire-secret", reason: "client-not-managed" },
    ]);
    expect(await underWay(world)).toEqual([]);
    expect(await retireSecret(world, about())).toBe("refused");
    expect(asked).toBe(9);
    // Whoever says anew when it is to go has it tried anew.
    await moveRetirement(world, { ...world.own, keyId: old, retiresAt: world.runtime.now() });
    await retireSecret(world, about());
    expect(asked).toBe(10);
  });

  test("a message that was lost is made up for by what is due that day", async () => {
    pass();
    const found = await world.secrets.secret("contoso", world.client.id, old);
    world.clientsTable.forget();
    expect(found && (await retireDue(world, found))).toBeUndefined();
    expect(world.clientsTable.calls).toHaveLength(5);
    expect(found && (await retireDue(world, found))).toBeUndefined();
    expect(world.clientsTable.calls).toHaveLength(6);
    expect(await world.inDirectory()).toEqual([next]);
  });

  test("what is due that day learns of what is due later, and of an outage", async () => {
    const found = await world.secrets.secret("contoso", world.client.id, old);
    expect(found && (await retireDue(world, found))).toMatchObject({ retiresAt: later(DAY_MS) });
    pass();
    world.directory.answerNext("removeSecret", NOT_NOW);
    const error = found && (await failure(retireDue(world, found)));
    expect(error).toBeInstanceOf(RemoteUnavailable);
  });
});
