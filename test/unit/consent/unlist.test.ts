import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { handleRequested } from "../../../shared/consent/clock/handle-requested.ts";
import { countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { unlistClient } from "../../../shared/consent/unlist-client.ts";
import { ConsentMessage } from "../../../shared/events/consent-message.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { ANN, aRecord, later, NOON, newId } from "../../support/samples.ts";

async function clients(world: ConsentWorld, state: ConsentState, count: number) {
  const records = [];
  for (let index = 0; index < count; index += 1) {
    const { consent } = aRecord();
    const decidedAt = state === "pending" ? {} : { decidedAt: later(-1_000) };
    const dueAt = later(index * 60_000, consent.dueAt);
    records.push(await world.client({ consent: { ...consent, ...decidedAt, state, dueAt } }));
  }
  return records;
}

/** Until the message has been worked on. */
async function unlist(world: ConsentWorld, record: ClientRecord): Promise<void> {
  await unlistClient(world.deps, record);
  await handleLast(world);
}

async function handleLast(world: ConsentWorld) {
  const message = world.lookMessages.at(-1);
  return message ? handleMessage(world.deps, ConsentMessage.parse(message)) : expect.unreachable();
}

describe("taking a deleted client off the lists", () => {
  test.each(["pending", "granted", "rejected", "revoked"] as const)(
    "costs the caller no request, two that follow for a %s one, and leaves no name",
    async (state) => {
      const world = consentWorld();
      const [record] = await clients(world, state, 1);
      if (!record) return expect.unreachable();
      await checkConsent(world.deps, record.id);
      world.counts.requests = 0;
      await unlistClient(world.deps, record);
      expect(world.counts.requests).toBe(0);
      expect(world.looks.at(-1)).toEqual(NOON);
      expect(await handleLast(world)).toBe("stale");
      expect(world.counts.requests).toBe(2);
      expect(await world.deps.cases.find(record.id)).toEqual([]);
      // The message may come twice.
      expect(await handleLast(world)).toBe("nothing");
    },
  );

  test("happens at once where there is no bus", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "granted", 1);
    if (!record) return expect.unreachable();
    world.away.add("bus");
    await unlistClient(world.deps, record);
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });

  test("is tried again when the tables are away, and hides no fault of ours", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "granted", 1);
    if (!record) return expect.unreachable();
    const defect = new Error("ours");
    const consentQueue = { scheduleLook: () => Promise.reject(defect) };
    await expect(unlistClient({ ...world.deps, consentQueue }, record)).rejects.toBe(defect);
    await unlistClient(world.deps, record);
    const get = () => Promise.reject(new RemoteUnavailable("records", { executed: "no" }));
    const cases = { ...world.deps.cases, get };
    const message = ConsentMessage.parse(world.lookMessages.at(-1));
    expect(await handleMessage({ ...world.deps, cases }, message)).toBe("put-off");
    expect(world.putOff.map((one) => one.message)).toEqual([message]);
  });

  test.each(["pending", "rejected"] as const)(
    "a %s one that has been restored meanwhile stays on its list, whichever message comes first",
    async (state) => {
      for (const restoredFirst of [true, false]) {
        const world = consentWorld();
        const [record] = await clients(world, state, 1);
        if (!record) return expect.unreachable();
        if (state === "pending") await checkConsent(world.deps, record.id);
        await unlistClient(world.deps, record);
        const message = ConsentMessage.parse(world.lookMessages.at(-1));
        const operationId = newId();
        const requester = { kind: "operator", displayName: "Olga" } as const;
        world.put({ ...record, operationId, requester, restoredAt: NOON });
        const asked = { ...record.consent, requestedAt: NOON.toISOString(), operationId };
        const restored = ConsentMessage.parse({
          ...{ type: "consent.requested", version: 2, subscription: record.subscription },
          ...asked,
        });
        for (const next of restoredFirst ? [restored, message] : [message, restored])
          await handleMessage(world.deps, next);
        const listed = await world.deps.cases.find(record.id);
        expect(listed.map(({ found }) => found.operationId)).toEqual([operationId]);
        expect(listed[0]?.found.restored).toBe(true);
        await handleMessage(world.deps, restored);
        expect(await world.deps.cases.find(record.id)).toHaveLength(1);
      }
    },
  );

  test("a restored one still owes what other systems have not heard of before", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "pending", 1);
    if (!record) return expect.unreachable();
    await unlistClient(world.deps, record);
    const operationId = newId();
    world.put({ ...record, operationId, requester: ANN.actor, restoredAt: NOON });
    const { subscription } = record;
    await handleMessage(
      world.deps,
      ConsentMessage.parse({
        ...{ type: "consent.requested", version: 2, subscription, operationId },
        requestedAt: NOON.toISOString(),
      }),
    );
    expect(world.types()).toEqual(["client.created", "consent.requested"]);
    expect(await handleLast(world)).toBe("nothing");
    expect(await shown(world)).toHaveLength(1);
  });

  const shown = async (world: ConsentWorld) =>
    (await listConsents(world.deps, { state: "pending", limit: 10 })).items;

  test("takes a pending one off once other systems know of it; before, it is shown no more", async () => {
    const world = consentWorld();
    const [known, unknown] = await clients(world, "pending", 2);
    if (!known || !unknown) return expect.unreachable();
    await checkConsent(world.deps, known.id);
    for (const record of [known, unknown]) await unlist(world, record);
    expect(await world.deps.cases.find(known.id)).toEqual([]);
    expect(await shown(world)).toEqual([]);
    expect(await countConsents(world.deps)).toMatchObject({ pending: 0 });
    await world.deps.records.remove(unknown, NOON);
    world.events.length = 0;
    await sweepConsents(world.deps);
    expect(await world.deps.cases.find(unknown.id)).toEqual([]);
    expect(world.types()).toEqual(["client.created", "consent.requested"]);
    expect(world.alerts).toHaveLength(1);
  });

  test("keeps the message of its create from listing it afterwards, and other systems still hear of both", async () => {
    for (const deletedFirst of [true, false]) {
      const world = consentWorld();
      const record = aRecord({ requester: { kind: "customer", displayName: "Ann" } });
      world.put(record);
      world.made.set(record.operationId, { state: "recorded", record, requestedBy: "Ann" });
      const { owned } = world.deps.records;
      const gone = async () => {
        await unlist(world, record);
        await world.deps.records.remove(record, NOON);
      };
      const records = {
        ...world.deps.records,
        owned: async (subscription: string, most: number) => {
          const read = await owned(subscription, most);
          if (!deletedFirst) await gone();
          return read;
        },
      };
      if (deletedFirst) await gone();
      await handleRequested(
        { ...world.deps, records },
        {
          ...{ type: "consent.requested", version: 2, subscription: "contoso" },
          ...{ operationId: record.operationId, requestedAt: NOON.toISOString() },
        },
      );
      await sweepConsents(world.deps);
      expect(await world.deps.cases.find(record.id)).toEqual([]);
      expect(world.alerts).toEqual([]);
      expect(new Set(world.types())).toEqual(new Set(["client.created", "consent.requested"]));
    }
  });

  test("is taken back by the check of a client that is there after all", async () => {
    const world = consentWorld();
    const [record] = await clients(world, "pending", 1);
    if (!record) return expect.unreachable();
    await unlist(world, record);
    world.underWay.add(record.id);
    expect(await checkConsent(world.deps, record.id)).toBe("busy");
    world.underWay.clear();
    expect(await checkConsent(world.deps, record.id)).toBe("waiting");
    expect(await shown(world)).toHaveLength(1);
  });
});
