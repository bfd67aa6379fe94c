import { describe, expect, test } from "vitest";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { aRequestMessage, REQUESTER, recorded } from "../../support/recorded.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

/** What a new client's message finds besides the client: others of its customer, a create that is young, a client that has gone. */

describe("what its customer had besides", () => {
  test("is told with the alert, and which of its clients it is about is never mistaken", async () => {
    const world = consentWorld();
    const granted = { ...aRecord().consent, state: "granted" as const, decidedAt: NOON };
    for (const id of ["00000000", "ffffffff"])
      world.put(aRecord({ id: `${id}-0000-4000-8000-000000000000`, consent: granted }));
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

test("a create that is young is not settled by its message", async () => {
  const world = consentWorld();
  const message = aRequestMessage();
  world.made.set(message.operationId, { state: "under-way" });
  const settleCreate = async () => expect.unreachable();
  world.setNow(later(world.deps.reconcileAfterMs - 1));

  expect(await handleMessage({ ...world.deps, settleCreate }, message)).toBe("put-off");
});
