import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { requestConsent } from "../../../shared/consent/request-consent.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import type { ConsentMessage } from "../../../shared/events/consent-message.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { ANN, aRecord, later, NOON, newId } from "../../support/samples.ts";

const HOUR = 3_600_000;

/** Made, and its message is gone. */
function made(world: ConsentWorld, changes: Partial<ClientRecord> = {}): ClientRecord {
  const record = aRecord({ id: newId(), operationId: newId(), requester: ANN.actor, ...changes });
  world.put(record);
  return record;
}

const messageFor = ({ operationId, id: clientId, subscription }: ClientRecord, at = NOON) =>
  ({
    ...{ type: "consent.requested", version: 2, operationId, clientId, subscription },
    requestedAt: at.toISOString(),
  }) satisfies ConsentMessage;

describe("a client whose message was lost", () => {
  test("is asked for again by the hourly pass, and its administrators are told", async () => {
    const world = consentWorld();
    const record = made(world);
    world.setNow(later(HOUR));

    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 1, failed: 0 });
    expect(world.putOff).toEqual([{ message: messageFor(record), at: later(HOUR) }]);
    for (const { message } of world.putOff) await handleMessage(world.deps, message);
    expect(world.stages()).toEqual(["requested"]);
    expect(world.types()).toContain("consent.requested");
    expect(await world.deps.cases.get("pending", record.id)).toMatchObject({
      found: { requestedBy: "Ann" },
    });

    world.setNow(later(2 * HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 0 });
  });

  test("is left alone while its own message may be on the way", async () => {
    const world = consentWorld();
    made(world);
    world.setNow(later(2 * world.deps.reconcileAfterMs - 1));
    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 0 });
    expect(world.putOff).toEqual([]);
  });

  test("costs nothing more where every client is listed: no list is read again", async () => {
    const world = consentWorld();
    for (let n = 0; n < 3; n += 1) await world.client({ id: newId(), operationId: newId() });
    world.setNow(later(HOUR));
    await sweepRevocations(world.deps);
    expect(world.calls.registrations).toBe(1);
  });

  test.each(["pending", "rejected", "granted"] as const)(
    "and that is back from its deletion, %s, is asked for since when it is back",
    async (state) => {
      const world = consentWorld();
      const consent = { ...requestConsent(NOON, world.deps.promise), state };
      const record = made(world, { consent, restoredAt: later(HOUR) });
      world.setNow(later(2 * HOUR));
      expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 1 });
      expect(world.putOff[0]?.message).toEqual(messageFor(record, later(HOUR)));
    },
  );
});

describe("a registration with our tags that stands on no list is not asked for", () => {
  test("when no record is where its tags lead: anybody can write those", async () => {
    const world = consentWorld();
    const clientId = newId();
    const lead = { clientId, subscriptionKey: "fabrikam" };
    world.directory.register({ clientId, appId: newId(), lead });
    world.directory.register({ clientId: newId(), appId: newId() });
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 0, failed: 0 });
    expect(world.putOff).toEqual([]);
  });

  test("when its consent was decided: its decision lists it", async () => {
    const world = consentWorld();
    made(world, { consent: { ...requestConsent(NOON, world.deps.promise), state: "granted" } });
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 0 });
  });

  test("when it was listed while the pass went on", async () => {
    const world = consentWorld();
    const record = made(world);
    world.setNow(later(HOUR));
    const { at } = world.deps.records;
    const records = {
      ...world.deps.records,
      at: async (lead: Parameters<typeof at>[0]) => {
        await handleMessage(world.deps, messageFor(record));
        return at(lead);
      },
    };
    expect(await sweepRevocations({ ...world.deps, records })).toMatchObject({ relisted: 0 });
  });
});

describe("asking for it again", () => {
  test("fails for itself while the bus is away, and comes with the next pass", async () => {
    const world = consentWorld();
    made(world);
    world.setNow(later(HOUR));
    world.away.add("bus");
    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 0, failed: 1 });
    world.away.delete("bus");
    world.setNow(later(2 * HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ relisted: 1, failed: 0 });
  });

  test("reads the list page by page, and is for the next pass where the directory forgets a page or is away", async () => {
    const world = consentWorld();
    const record = made(world);
    world.setNow(later(HOUR));
    const { consentDirectory } = world.deps;
    let reads = 0;
    const answers = (second: () => Awaited<ReturnType<typeof consentDirectory.registrations>>) => ({
      ...consentDirectory,
      registrations: async (from?: string) => {
        reads += 1;
        // The first time the pass reads it, and then this does.
        if (reads === 1) return consentDirectory.registrations();
        return from === undefined ? { items: [], next: "second" } : second();
      },
    });
    const pass = (second: Parameters<typeof answers>[0]) => {
      reads = 0;
      return sweepRevocations({ ...world.deps, consentDirectory: answers(second) });
    };

    expect(await pass(() => "expired")).toMatchObject({ outcome: "done", relisted: 0 });
    world.setNow(later(2 * HOUR));
    const away = () => {
      throw new RemoteUnavailable("directory", { executed: "no" });
    };
    await expect(pass(away)).rejects.toThrow(RemoteUnavailable);
    expect(world.putOff).toEqual([]);

    world.setNow(later(3 * HOUR));
    const lead = { clientId: record.id, subscriptionKey: record.subscription };
    reads = 1;
    const deps = {
      ...world.deps,
      consentDirectory: answers(() => ({ items: [{ clientId: record.id, lead }] })),
    };
    expect(await sweepRevocations(deps)).toMatchObject({ outcome: "done", relisted: 1 });
    expect(reads).toBe(3);
  });
});
