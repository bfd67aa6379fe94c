import { describe, expect, test } from "vitest";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { clockOf } from "../../../shared/consent/consent-case.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRequestMessage, REQUESTER, recorded } from "../../support/recorded.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

/** What a new client's message finds besides the client: others of its customer, a create that is young, a client that has gone. */

describe("what its customer had besides", () => {
  test("is told with the alert, and which of its clients it is about is never mistaken", async () => {
    const world = consentWorld();
    const granted = { ...aRecord().consent, state: "granted" as const, decidedAt: NOON };
    for (const id of ["00000000", "ffffffff"])
      world.put(
        aRecord({
          id: `${id}-0000-4000-8000-000000000000`,
          consent: granted,
          requester: REQUESTER,
        }),
      );
    const { record, message } = recorded(world);

    await handleMessage(world.deps, message);

    expect(world.alerts).toMatchObject([{ clientId: record.id }]);
    const listed = await world.deps.cases.get("pending", record.id);
    expect(listed?.found.before).toMatchObject({ clients: 2, granted: 2, pending: 0 });
  });

  test("is counted up to 25, wherever among them the new one is: a create costs no more after hundreds of others", async () => {
    for (const id of ["00000000", "ffffffff"]) {
      const world = consentWorld();
      for (let other = 0; other < 25; other += 1)
        world.put(
          aRecord({ id: `8${String(other).padStart(7, "0")}-0000-4000-8000-000000000000` }),
        );
      const record = aRecord({
        id: `${id}-0000-4000-8000-000000000000`,
        requester: { kind: "customer", displayName: "Ann" },
      });
      world.put(record);
      world.made.set(record.operationId, { state: "recorded", record, requestedBy: "Ann" });

      await handleMessage(world.deps, aRequestMessage(record.operationId));

      const listed = await world.deps.cases.get("pending", record.id);
      const counted = id === "00000000" ? 24 : 25;
      expect(listed?.found.before).toMatchObject({
        clients: counted,
        pending: counted,
        more: true,
      });
      expect(world.alerts).toMatchObject([{ before: { clients: counted, more: true } }]);
    }
  });
});

describe("a client that its message finds late", () => {
  test("is asked for in the directory before anybody is alerted, a new one is not", async () => {
    const world = consentWorld();
    const { message } = recorded(world);
    world.setNow(later(60_000));
    await handleMessage(world.deps, message);
    expect(world.calls.see).toBe(0);

    const { message: late } = recorded(world);
    world.setNow(later(60_001));
    await handleMessage(world.deps, late);
    expect(world.calls.see).toBe(1);
  });

  test("that has gone by then is told of to other systems, and to nobody who would decide", async () => {
    const world = consentWorld();
    const record = aRecord();
    world.made.set(record.operationId, { state: "recorded", record, requestedBy: "Ann" });

    expect(await handleMessage(world.deps, aRequestMessage(record.operationId))).toBe("stale");

    expect(world.types()).toEqual(["client.created", "consent.requested"]);
    expect(world.alerts).toEqual([]);
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });

  test("whose record does not name its requester has it from whoever is known to have asked", async () => {
    const world = consentWorld();
    const record = aRecord();
    world.put(record);
    const made = { state: "recorded" as const, record, requestedBy: "Ann" };
    world.made.set(record.operationId, { ...made, actor: REQUESTER });

    await handleMessage(world.deps, aRequestMessage(record.operationId));

    expect(world.events.at(-1)).toMatchObject({
      type: "consent.requested",
      data: { requestedBy: REQUESTER },
    });
  });
});

test.each([
  ["the name that people read", REQUESTER, "Ann"],
  [
    "the subject of the token where it has no name",
    { ...REQUESTER, displayName: undefined },
    "ann-1",
  ],
  ["nobody known where it has neither", { kind: "client" as const }, "unknown"],
])("who asked is told as %s", async (_, requester, requestedBy) => {
  const world = consentWorld();
  const record = aRecord({ requester });
  world.put(record);

  await handleMessage(world.deps, aRequestMessage(record.operationId));

  expect(world.alerts).toMatchObject([{ requestedBy }]);
});

test("a client that was decided before its message came is not listed as one that waits, and nobody is told", async () => {
  const world = consentWorld();
  const granted = { ...aRecord().consent, state: "granted" as const, decidedAt: NOON };
  const record = aRecord({ requester: REQUESTER, consent: granted });
  world.put(record);

  expect(await handleMessage(world.deps, aRequestMessage(record.operationId))).toBe("nothing");

  expect(await world.deps.cases.find(record.id)).toEqual([]);
  expect([world.alerts, world.events]).toEqual([[], []]);
});

test("a create that was never admitted has nothing to settle, however old its message is", async () => {
  const world = consentWorld();
  const settleCreate = async () => expect.unreachable();
  world.setNow(later(world.deps.reconcileAfterMs));

  expect(await handleMessage({ ...world.deps, settleCreate }, aRequestMessage())).toBe("nothing");
  expect(world.putOff).toEqual([]);
});

describe("a client that is back, when its message comes", () => {
  test("is found behind hundreds of others of its customer, and only by its own restore", async () => {
    const world = consentWorld();
    for (let other = 0; other < 25; other += 1)
      world.put(aRecord({ id: `0${String(other).padStart(7, "0")}-0000-4000-8000-000000000000` }));
    const id = "ffffffff-0000-4000-8000-000000000000";
    const record = aRecord({ id, requester: REQUESTER, restoredAt: NOON });
    world.put(record);
    world.setNow(later(world.deps.reconcileAfterMs));

    expect(await handleMessage(world.deps, { ...aRequestMessage(), clientId: id })).toBe("nothing");
    const message = { ...aRequestMessage(record.operationId), clientId: id };
    expect(await handleMessage(world.deps, message)).toBe("waiting");

    expect(world.alerts).toMatchObject([{ clientId: id }]);
    expect(await world.deps.cases.get("pending", id)).toMatchObject({ found: { restored: true } });
  });

  const restored = (world: ReturnType<typeof consentWorld>) => {
    const record = aRecord({ requester: REQUESTER, restoredAt: NOON });
    world.put(record);
    return { record, message: aRequestMessage(record.operationId) };
  };

  test("twice, is asked for once", async () => {
    const world = consentWorld();
    const { message } = restored(world);

    await handleMessage(world.deps, message);
    await handleMessage(world.deps, message);

    expect(world.stages()).toEqual(["requested"]);
    expect(world.types()).toEqual(["consent.requested"]);
  });

  test("while the row from before goes is listed all the same", async () => {
    const world = consentWorld();
    const { record, message } = restored(world);
    const { open } = world.deps.cases;
    let opened = 0;
    const cases: typeof world.deps.cases = {
      ...world.deps.cases,
      // Somebody else's row was there a moment ago.
      open: async (listed) => {
        opened += 1;
        return opened === 1 ? undefined : open(listed);
      },
    };

    expect(await handleMessage({ ...world.deps, cases }, message)).toBe("waiting");

    expect(opened).toBe(2);
    expect(await world.deps.cases.get("pending", record.id)).toMatchObject({
      found: { operationId: record.operationId, restored: true },
    });
  });

  test("while the row from before is written is listed on what was written", async () => {
    const world = consentWorld();
    const before = await world.client();
    const record = {
      ...before,
      operationId: "the restore",
      requester: REQUESTER,
      restoredAt: NOON,
    };
    world.put(record);
    const { get, replace } = world.deps.cases;
    let replaced = 0;
    const cases: typeof world.deps.cases = {
      ...world.deps.cases,
      replace: async (next, version) => {
        replaced += 1;
        const listed = await get("pending", record.id);
        // Another host notes meanwhile that it has told of the create.
        if (replaced === 1 && listed) {
          const clock = { ...clockOf(listed.found), told: { "requested:": ["events"] } };
          await world.list({ ...listed.found, clock });
        }
        return replace(next, version);
      },
    };

    await handleMessage({ ...world.deps, cases }, aRequestMessage(record.operationId));

    const listed = await get("pending", record.id);
    expect(listed?.found).toMatchObject({ operationId: "the restore", restored: true });
    // Of the create other systems have heard, so it is not told again.
    expect(world.types()).toEqual(["consent.requested"]);
  });
});

test("a create that is young is not settled by its message", async () => {
  const world = consentWorld();
  const message = aRequestMessage();
  world.made.set(message.operationId, { state: "under-way" });
  const settleCreate = async () => expect.unreachable();
  world.setNow(later(world.deps.reconcileAfterMs - 1));

  expect(await handleMessage({ ...world.deps, settleCreate }, message)).toBe("put-off");
});
