import { describe, expect, test } from "vitest";
import { withDeadline } from "../../../shared/base/deadline.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRequestMessage, REQUESTER, recorded } from "../../support/recorded.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

describe("what follows a create", () => {
  test("costs three requests to the tables, one transfer of events, and no message", async () => {
    const world = consentWorld();
    const { record, message } = recorded(world);
    world.setNow(later(1_000));

    expect(await handleMessage(world.deps, message)).toBe("waiting");

    expect(world.counts.requests).toBe(3);
    expect(world.calls).toMatchObject({ see: 0, transfers: 1 });
    expect(world.looks).toEqual([]);
    expect(world.stages()).toEqual(["requested"]);
    expect(world.types()).toEqual(["client.created", "consent.requested"]);
    expect(await world.deps.cases.get("pending", record.id)).toMatchObject({
      found: {
        requestedBy: "Ann",
        clock: {
          nextCheckAt: later(12 * 3_600_000),
          byMessage: false,
          told: { "requested:": expect.arrayContaining(["webhook", "email", "events"]) },
        },
      },
    });
  });

  test("is marked as for no webhook where there was none; what is told of it later is not", async () => {
    const world = consentWorld();
    const record = aRecord({ requester: REQUESTER, noWebhook: true });
    world.put(record);
    const told = () => world.events.map(({ type, noWebhook = false }) => [type, noWebhook]);

    await handleMessage(world.deps, aRequestMessage(record.operationId));
    expect(told()).toEqual([
      ["client.created", true],
      ["consent.requested", true],
    ]);
    world.setNow(later(13 * 3_600_000));
    await checkConsent(world.deps, record.id);
    expect(told().slice(2)).toEqual([["consent.reminded", false]]);
  });

  test("is not told again when its message is delivered again, and the row keeps nobody's claim", async () => {
    const world = consentWorld();
    const { record, message } = recorded(world);
    await handleMessage(world.deps, message);
    await handleMessage(world.deps, message);
    world.setNow(later(3_600_000));
    await handleMessage(world.deps, message);
    expect(world.stages()).toEqual(["requested"]);
    expect(world.types()).toHaveLength(2);
    const listed = await world.deps.cases.get("pending", record.id);
    expect(listed?.found.clock?.claim).toBeUndefined();
  });

  test("counts for its customer what was told late, together with the request", async () => {
    const world = consentWorld();
    const { record, message } = recorded(world);
    const short = { ...record.consent, slaHours: 60 / 3_600, dueAt: later(60_000) };
    const hasty = { ...record, consent: short };
    world.put(hasty);
    world.made.set(record.operationId, { state: "recorded", record: hasty, requestedBy: "Ann" });
    world.setNow(later(50_000));
    await handleMessage(world.deps, message);
    expect(world.stages()).toEqual(["requested", "reminded", "reminded"]);
    expect((await world.record(record))?.consent.remindersSent).toBe(2);
  });

  test("a check of a reminder costs a read of the case and the client, a claim, the marks and the customer's count", async () => {
    const world = consentWorld();
    const { record, message } = recorded(world);
    await handleMessage(world.deps, message);
    world.setNow(later(13 * 3_600_000));
    world.counts.requests = 0;
    const look = { type: "consent.look", version: 1 } as const;
    const about = { operationId: record.operationId, clientId: record.id };
    expect(await handleMessage(world.deps, { ...look, ...about })).toBe("waiting");
    expect(world.counts.requests).toBe(5);
    expect((await world.record(record))?.consent.remindersSent).toBe(1);
  });
});

describe("a host that dies over the first stage", () => {
  test("before it has noted what it sent: it is sent again under the same ids, once the claim is old", async () => {
    const world = consentWorld();
    const { record, message } = recorded(world);
    const { replace } = world.deps.cases;
    const dying = {
      ...world.deps,
      cases: { ...world.deps.cases, replace: () => new Promise<never>(() => undefined) },
    };
    void handleMessage(dying, message);
    await expect.poll(() => world.types().length).toBe(2);
    expect(replace).toBe(world.deps.cases.replace);
    expect(await handleMessage(world.deps, message)).toBe("busy");
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await handleMessage(world.deps, message)).toBe("waiting");
    expect(new Set(world.events.map(({ id }) => id)).size).toBe(2);
    expect(world.alerts.map(({ id }) => id)).toEqual(
      Array(2).fill(`${record.operationId}:requested`),
    );
  });
});

test("a host that dies while several stages are due has no more than one of them told again", async () => {
  const world = consentWorld();
  const { record, message } = recorded(world);
  world.setNow(later(40 * 3_600_000));
  await handleMessage(
    { ...world.deps, channels: [] },
    { ...message, requestedAt: later(0).toISOString() },
  );
  world.alerts.length = 0;
  const listed = await world.deps.cases.get("pending", record.id);
  if (!listed?.found.clock) return expect.unreachable();
  await world.list({ ...listed.found, clock: { ...listed.found.clock, told: {} } });
  let writes = 0;
  const { replace } = world.deps.cases;
  const cases = {
    ...world.deps.cases,
    // The claim, the marks of the first stage; then it is dead.
    replace: (...args: Parameters<typeof replace>) => {
      writes += 1;
      return writes > 2 ? new Promise<never>(() => undefined) : replace(...args);
    },
  };
  const look = { type: "consent.look", version: 1 } as const;
  const about = { operationId: record.operationId, clientId: record.id };
  void handleMessage({ ...world.deps, cases }, { ...look, ...about });
  await expect.poll(() => world.alerts.length).toBe(2);
  world.setNow(later(world.deps.reconcileAfterMs, later(40 * 3_600_000)));

  await handleMessage(world.deps, { ...look, ...about });

  expect(world.stages()).toEqual([
    "requested",
    "reminded",
    "reminded",
    "reminded",
    "breached",
    "escalated",
  ]);
});

test("what there is too little time for comes with the next check, and what was told is noted", async () => {
  const world = consentWorld();
  const { record, message } = recorded(world);
  world.setNow(later(40 * 3_600_000));
  const deps = { ...world.deps, reconcileAfterMs: 60_000 };
  // Less than half of the 30 s that an entry may take.
  expect(await withDeadline(15_000, () => handleMessage(deps, message))).toBe("put-off");
  expect(world.stages()).toEqual(["requested"]);
  const listed = await world.deps.cases.get("pending", record.id);
  expect(listed?.found.clock).toMatchObject({ attempts: 1, byMessage: true });
  expect(listed?.found.clock?.claim).toBeUndefined();
  await checkConsent(world.deps, record.id);
  expect(world.stages()).toEqual(["requested", "reminded", "reminded", "breached", "escalated"]);
});

describe("a create that has not ended", () => {
  test("is waited for with longer and longer pauses", async () => {
    const world = consentWorld();
    const message = aRequestMessage();
    world.made.set(message.operationId, { state: "under-way" });
    world.setNow(later(1_000));
    expect(await handleMessage(world.deps, message)).toBe("put-off");
    expect(await handleMessage(world.deps, { ...message, attempt: 4 })).toBe("put-off");
    expect(world.putOff.map(({ at }) => at)).toEqual([later(2_000), later(17_000)]);
    expect(world.counts.requests).toBe(4);
  });

  test("is settled once it is old, and what it was settled as counts", async () => {
    const world = consentWorld();
    const record = aRecord();
    const message = aRequestMessage(record.operationId);
    world.made.set(record.operationId, { state: "under-way" });
    const asked: unknown[] = [];
    const settleCreate = async (ref: unknown) => {
      asked.push(ref);
      if (asked.length === 1) return "waiting" as const;
      world.put(record);
      world.made.set(record.operationId, { state: "recorded", record, requestedBy: "Ann" });
      return "ended" as const;
    };
    const deps = { ...world.deps, settleCreate };
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await handleMessage(deps, message)).toBe("put-off");
    expect(await handleMessage(deps, message)).toBe("waiting");
    const ref = { subscription: "contoso", operationId: record.operationId };
    expect(asked).toEqual([ref, ref]);
    expect(world.types()).toContain("client.created");
  });

  test("and is not admitted yet gets one more message, when nobody can admit it any more", async () => {
    const world = consentWorld();
    const message = aRequestMessage();
    world.setNow(later(1_000));
    expect(await handleMessage(world.deps, message)).toBe("put-off");
    expect(world.putOff).toEqual([{ message, at: later(world.deps.reconcileAfterMs) }]);
    world.setNow(later(world.deps.reconcileAfterMs));
    expect(await handleMessage(world.deps, message)).toBe("nothing");
    expect(world.putOff).toHaveLength(1);
  });
});

test("a fault of ours on one channel is thrown once what the others have is noted", async () => {
  const world = consentWorld();
  const { record, message } = recorded(world);
  const broken = {
    name: "teams" as const,
    send: async () => {
      throw new TypeError("A defect");
    },
  };
  const deps = { ...world.deps, channels: [...world.deps.channels, broken] };
  await expect(handleMessage(deps, message)).rejects.toThrow(TypeError);
  const listed = await world.deps.cases.get("pending", record.id);
  expect(listed?.found.clock).toMatchObject({ told: { "requested:": expect.any(Array) } });
  await expect(handleMessage(deps, message)).rejects.toThrow(TypeError);
  expect(world.stages()).toEqual(["requested"]);
});

describe("a client that is back from the deleted ones", () => {
  test("is listed again, and operators are asked anew, once the directory has shown no grant", async () => {
    const world = consentWorld();
    const record = aRecord({ requester: REQUESTER, restoredAt: NOON });
    world.put(record);

    expect(await handleMessage(world.deps, aRequestMessage(record.operationId))).toBe("waiting");

    expect(world.calls).toMatchObject({ see: 1 });
    expect(world.stages()).toEqual(["requested"]);
    // That it was made everybody has heard before.
    expect(world.types()).toEqual(["consent.requested"]);
  });

  test("has its grant found where somebody has brought that back as well, and nobody is asked", async () => {
    const world = consentWorld();
    const record = aRecord({ requester: REQUESTER, restoredAt: NOON });
    world.put(record);
    world.statuses.set(record.id, { status: "granted", principalId: newId() });

    expect(await handleMessage(world.deps, aRequestMessage(record.operationId))).toBe("decided");

    expect((await world.record(record))?.consent.state).toBe("granted");
    expect(world.alerts.filter(({ stage }) => stage === "requested")).toEqual([]);
  });

  test("that was rejected is listed as that, and nobody is told", async () => {
    const world = consentWorld();
    const made = aRecord({ requester: REQUESTER, restoredAt: NOON });
    const consent = { ...made.consent, state: "rejected" as const, reason: "Unknown" };
    const record = { ...made, consent };
    world.put(record);

    await handleMessage(world.deps, aRequestMessage(record.operationId));

    expect(await world.deps.cases.get("rejected", record.id)).toMatchObject({
      found: { consent: { state: "rejected" }, restored: true },
    });
    expect(world.types()).toEqual([]);
  });
});
