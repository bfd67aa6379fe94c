import { describe, expect, test } from "vitest";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { handleRequested } from "../../../shared/consent/clock/handle-requested.ts";
import { countConsents } from "../../../shared/consent/decisions/count-consents.ts";
import { listConsents } from "../../../shared/consent/decisions/list-consents.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { unlistClient } from "../../../shared/consent/unlist-client.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { aRecord, later, NOON } from "../../support/samples.ts";

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

describe("taking a deleted client off the lists", () => {
  test.each(["granted", "rejected", "revoked"] as const)(
    "costs one request for a %s one, and leaves no name",
    async (state) => {
      const world = consentWorld();
      const [record] = await clients(world, state, 1);
      if (!record) return expect.unreachable();
      world.counts.requests = 0;
      await unlistClient(world.deps, record);
      expect(world.counts.requests).toBe(1);
      expect(await world.deps.cases.find(record.id)).toEqual([]);
      await unlistClient(world.deps, record);
    },
  );

  const shown = async (world: ConsentWorld) =>
    (await listConsents(world.deps, { state: "pending", limit: 10 })).items;

  test("takes a pending one off once other systems know of it; before, it is shown no more", async () => {
    const world = consentWorld();
    const [known, unknown] = await clients(world, "pending", 2);
    if (!known || !unknown) return expect.unreachable();
    await checkConsent(world.deps, known.id);
    for (const record of [known, unknown]) await unlistClient(world.deps, record);
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
        await unlistClient(world.deps, record);
        await world.deps.records.remove(record, NOON);
      };
      const records = {
        ...world.deps.records,
        owned: async (subscription: string) => {
          const read = await owned(subscription);
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
    await unlistClient(world.deps, record);
    world.underWay.add(record.id);
    expect(await checkConsent(world.deps, record.id)).toBe("busy");
    world.underWay.clear();
    expect(await checkConsent(world.deps, record.id)).toBe("waiting");
    expect(await shown(world)).toHaveLength(1);
  });
});
