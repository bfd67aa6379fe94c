import { describe, expect, test } from "vitest";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { checkConsent } from "../../../shared/consent/clock/check.ts";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { decide } from "../../../shared/consent/decisions/decide.ts";
import type { ConsentLook } from "../../../shared/events/consent-look.ts";
import { type ConsentWorld, consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { failure } from "../../support/failure.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

/** What a check of a consent meets on its way, beside what it came for. */

const HOUR = 3_600_000;
const recordsAway = new RemoteUnavailable("records", { executed: "no" });

/** The same, with a directory that answers every look so. */
const seeing = ({ deps }: ConsentWorld, error: Error) => ({
  ...deps,
  consentDirectory: { ...deps.consentDirectory, see: async () => Promise.reject(error) },
});

describe("a directory", () => {
  test("that shows more than was asked for has it told, with the check that found it", async () => {
    const world = consentWorld();
    const record = await world.client({ roles: ["api.read"] });
    world.directory.assign(record.id, [{ role: "api.write" }]);

    expect(await checkConsent(world.deps, record.id)).toBe("waiting");

    expect(world.types()).toEqual(["consent.drifted", "client.created", "consent.requested"]);
  });

  test("that refuses to be asked puts the check off, which the log says, and no pause is owed", async () => {
    const world = consentWorld();
    const record = await world.client();
    const deps = seeing(world, new DirectoryRefused({ reason: "not-ours" }));
    const seen = newObservation();

    expect(await observe(seen, () => checkConsent(deps, record.id))).toBe("put-off");

    expect(seen.notes).toEqual(["check-refused"]);
    expect([world.alerts, world.looks]).toEqual([[], [later(1_000)]]);
  });

  test.each([
    ["asks for a pause has it", { throttled: true, retryAfterSeconds: 40 }, 40],
    ["is away is asked again soon", { retryAfterSeconds: 40 }, 1],
  ])("that %s", async (_, more, seconds) => {
    const world = consentWorld();
    const record = await world.client();
    const away = new RemoteUnavailable("directory", { executed: "unknown", ...more });
    const seen = newObservation();

    const checked = observe(seen, () => checkConsent(seeing(world, away), record.id));

    expect(await checked).toBe("put-off");
    expect(seen.notes).toEqual(["check-without-directory"]);
    expect(world.looks).toEqual([later(seconds * 1_000)]);
  });

  test.each([
    ["records that are away", recordsAway],
    ["a defect", new TypeError("A defect")],
  ])("%s are no answer of it: the check has to be made again", async (_, error) => {
    const world = consentWorld();
    const record = await world.client();

    expect(await failure(checkConsent(seeing(world, error), record.id))).toBe(error);

    expect(world.looks).toEqual([]);
  });
});

describe("a client that is not waiting any more", () => {
  test("has what was begun to be decided finished", async () => {
    const world = consentWorld();
    const record = await world.client();
    const listed = await world.deps.cases.get("pending", record.id);
    if (!listed) return expect.unreachable();
    const { cases } = world.deps;
    const remove = async () => Promise.reject(recordsAway);
    const dying = { ...world.deps, cases: { ...cases, remove } };
    const decision = { to: "rejected" as const, reason: "Unknown", subject: listed.found };
    await failure(decide(dying, decision, listed.version));
    expect((await world.record(record))?.consent.state).toBe("rejected");
    world.setNow(later(world.deps.reconcileAfterMs));

    expect(await checkConsent(world.deps, record.id)).toBe("decided");

    expect(await cases.get("pending", record.id)).toBeUndefined();
    expect(await cases.get("rejected", record.id)).toBeDefined();
    expect(await cases.decision(record.id)).toBeUndefined();
    expect(world.types().at(-1)).toBe("consent.rejected");
  });

  test("leaves the list where it was decided and finished long ago", async () => {
    const world = consentWorld();
    const record = await world.client();
    world.put({ ...record, consent: { ...record.consent, state: "granted", decidedAt: NOON } });

    expect(await checkConsent(world.deps, record.id)).toBe("stale");

    expect(await world.deps.cases.find(record.id)).toEqual([]);
    expect(world.types()).toEqual([]);
  });

  test("and was deleted is kept on the list until other systems could be told, unless that is our defect", async () => {
    const world = consentWorld();
    const record = await world.client();
    await world.deps.records.remove(record, NOON);
    const broken = new TypeError("A defect");
    const events = { ...world.deps.events, publishAll: async () => Promise.reject(broken) };
    expect(await failure(checkConsent({ ...world.deps, events }, record.id))).toBe(broken);
    world.away.add("events");
    const seen = newObservation();

    const checked = observe(seen, () => checkConsent(world.deps, record.id));

    expect(await checked).toBe("put-off");
    expect(seen.notes).toEqual(["not-told:events"]);
    expect(world.looks).toEqual([later(1_000)]);
  });

  test("and was deleted after it was told is told of no more", async () => {
    const world = consentWorld();
    const record = await world.client();
    await checkConsent(world.deps, record.id);
    await world.deps.records.remove(record, NOON);

    expect(await checkConsent(world.deps, record.id)).toBe("stale");

    expect(world.types()).toEqual(["client.created", "consent.requested"]);
  });
});

describe("a grant that is in doubt", () => {
  const doubted = async (world: ConsentWorld) => {
    const { consent } = aRecord();
    const decided = { ...consent, state: "granted" as const, decidedAt: NOON };
    return world.client({ consent: decided }, { principalId: PRINCIPAL, doubtedAt: NOON });
  };

  test("is revoked where it is still not shown", async () => {
    const world = consentWorld();
    const record = await doubted(world);
    world.setNow(later(HOUR));

    expect(await checkConsent(world.deps, record.id)).toBe("decided");

    expect((await world.record(record))?.consent.state).toBe("revoked");
  });

  test("stays where it is shown again", async () => {
    const world = consentWorld();
    const record = await doubted(world);
    world.statuses.set(record.id, { status: "granted", principalId: PRINCIPAL });
    world.setNow(later(HOUR));

    expect(await checkConsent(world.deps, record.id)).toBe("nothing");

    expect((await world.record(record))?.consent.state).toBe("granted");
  });

  test("ends with the client where that has gone", async () => {
    const world = consentWorld();
    const record = await doubted(world);
    world.statuses.set(record.id, { status: "absent" });
    world.setNow(later(HOUR));

    expect(await checkConsent(world.deps, record.id)).toBe("decided");

    expect(await world.record(record)).toBeUndefined();
  });
});

describe("a message", () => {
  test("names its operation in the log, and what has no create of that name is looked at by nobody", async () => {
    const world = consentWorld();
    const record = await world.client();
    const look: ConsentLook = {
      ...{ type: "consent.look", version: 1 },
      ...{ clientId: record.id, operationId: newId() },
    };
    const seen = newObservation();

    expect(await observe(seen, () => handleMessage(world.deps, look))).toBe("nothing");

    expect(seen.operationId).toBe(look.operationId);
    expect(world.alerts).toEqual([]);
  });

  test("comes again later each time while the records are away", async () => {
    const world = consentWorld();
    const cases = { ...world.deps.cases, get: async () => Promise.reject(recordsAway) };
    const look = { type: "consent.look", version: 1 } as const;

    for (const more of [{}, { attempt: 3 }]) {
      const message = { ...look, ...more, clientId: newId(), operationId: newId() };
      expect(await handleMessage({ ...world.deps, cases }, message)).toBe("put-off");
    }

    expect(world.putOff.map(({ at }) => at)).toEqual([later(1_000), later(8_000)]);
  });
});

test("a check that the bus cannot be told of is left to the sweep; a defect is not", async () => {
  const world = consentWorld();
  const record = await world.client();
  world.setNow(later(11.9 * HOUR));
  world.away.add("bus");
  const seen = newObservation();
  await observe(seen, () => checkConsent(world.deps, record.id));
  expect(seen.notes).toEqual(["check-not-scheduled"]);
  const listed = await world.deps.cases.get("pending", record.id);
  expect(listed?.found.clock).toMatchObject({ byMessage: false, nextCheckAt: later(12 * HOUR) });
  world.away.clear();
  const broken = new TypeError("A defect");
  const scheduleLook = async () => Promise.reject(broken);
  const consentQueue = { ...world.deps.consentQueue, scheduleLook };
  expect(await failure(checkConsent({ ...world.deps, consentQueue }, record.id))).toBe(broken);
});
