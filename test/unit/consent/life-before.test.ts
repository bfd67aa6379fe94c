import { describe, expect, test } from "vitest";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { ConsentState } from "../../../shared/clients/consent.ts";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import type { Verdict } from "../../../shared/consent/decisions/decision.ts";
import { verifyConsent } from "../../../shared/consent/decisions/operate.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { decided } from "../../support/decided-client.ts";
import { deleted, restored } from "../../support/restored-client.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

/** A client that was deleted is back: what was begun before that is no business of its new life. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Made long before noon, and decided on where it does not wait. */
function aged(world: ConsentWorld, state: ConsentState): Promise<ClientRecord> {
  if (state !== "pending") return decided(world, state);
  return world.client({ consent: { ...aRecord().consent, requestedAt: later(-24 * HOUR) } });
}

const pass = (world: ConsentWorld, ms: number) => {
  world.setNow(later(ms, world.deps.runtime.now()));
};
const rows = async (world: ConsentWorld, id: string) =>
  (await world.deps.cases.find(id)).map(({ found }) => found);

describe("a deletion that was found in the directory, and not told everybody", () => {
  test.each<ConsentState>(["pending", "granted", "rejected", "revoked"])(
    "takes a client that was %s off no list once it is back, and is told",
    async (state) => {
      const world = consentWorld();
      const record = await aged(world, state);
      world.directory.delete(record.id);
      world.away.add("webhook");
      await verifyConsent(world.deps, record.id);
      await verifyConsent(world.deps, record.id);
      expect(await world.record(record)).toBeUndefined();
      pass(world, MINUTE);
      const back = await restored(world, record);

      world.away.clear();
      pass(world, HOUR);
      await sweepConsents(world.deps);

      expect(await world.record(record)).toMatchObject({ operationId: back.operationId });
      expect(await rows(world, record.id)).toMatchObject([{ operationId: back.operationId }]);
      expect(await world.deps.cases.decision(record.id)).toBeUndefined();
      expect(world.stages()).toContain("deleted");
    },
  );
});

describe("a decision that its host died over", () => {
  test.each<[Verdict, ConsentState]>([
    ["rejected", "pending"],
    ["granted", "pending"],
    ["granted", "rejected"],
    ["deleted", "revoked"],
  ])("%s: is void on a client that was %s, was deleted, and is back", async (to, state) => {
    const world = consentWorld();
    const record = await aged(world, state);
    const [listed] = await rows(world, record.id);
    if (!listed) return expect.unreachable();
    await world.deps.cases.begin({
      ...{ id: newId(), at: world.deps.runtime.now(), told: [] },
      ...{ to, subject: listed, ...(to === "rejected" && { reason: "Not known to us" }) },
    });
    pass(world, MINUTE);
    await deleted(world, record);
    pass(world, MINUTE);
    const back = await restored(world, record);

    await sweepConsents(world.deps);

    expect(await world.record(record)).toMatchObject({
      consent: { state },
      revision: back.revision,
    });
    expect(await rows(world, record.id)).toMatchObject([
      { operationId: back.operationId, consent: { state } },
    ]);
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
    expect(world.types()).not.toContain(to === "deleted" ? "client.deleted" : `consent.${to}`);
  });
});

test.each<ConsentState>(["pending", "granted", "rejected", "revoked"])(
  "a client that was %s and is back is late in the directory, and not deleted there",
  async (state) => {
    const world = consentWorld();
    const record = await aged(world, state);
    pass(world, MINUTE);
    await deleted(world, record);
    await restored(world, record);
    world.directory.delete(record.id);

    pass(world, LATE_FOR_MS - 1);
    await verifyConsent(world.deps, record.id);
    expect(await world.record(record)).toBeDefined();
    expect(world.types()).not.toContain("client.deleted");

    pass(world, 1);
    await verifyConsent(world.deps, record.id);
    expect(await world.record(record)).toBeUndefined();
    expect(world.types().at(-1)).toBe("client.deleted");
  },
);
