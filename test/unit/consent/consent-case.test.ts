import { describe, expect, test } from "vitest";
import { timeLeftMs, withDeadline } from "../../../shared/base/deadline.ts";
import { newObservation, observe } from "../../../shared/base/observation.ts";
import {
  caseEtag,
  clockOf,
  openCase,
  refreshCase,
  shownRevision,
} from "../../../shared/consent/consent-case.ts";
import { driftMark, excessKey } from "../../../shared/consent/drift.ts";
import { resemblances } from "../../../shared/consent/name-flags.ts";
import { entryBudgetMs, leavingTime } from "../../../shared/consent/time-budget.ts";
import { takeOff, unlistClient } from "../../../shared/consent/unlist-client.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { ANN, aRecord, later, NOON } from "../../support/samples.ts";

/** What a case is made of, and what is told of it to whoever decides. */

/** A Latin a, and a Cyrillic one. */
const [LATIN, MIXED] = ["Payments", "P\u0430yments"];

describe("a case", () => {
  test("has of its client's record what operators are shown, and no more than there is", () => {
    const record = aRecord();
    const opened = openCase({ ...record, requester: ANN.actor, noWebhook: true }, "Ann");

    expect(opened).toMatchObject({ requester: ANN.actor, noWebhook: true, flags: [] });
    const bare = openCase(record, "Ann");
    for (const absent of ["requester", "noWebhook", "restored"])
      expect(bare).not.toHaveProperty(absent);
  });

  test("of a client that is back says so; it is for webhooks, whatever there was when it was made", () => {
    const restored = openCase(aRecord({ restoredAt: NOON, noWebhook: true }), "Ann");

    expect(restored).toMatchObject({ restored: true });
    expect(restored).not.toHaveProperty("noWebhook");
  });

  test("follows its client's record: name, flags, and what it is stopped by", () => {
    const record = aRecord({ displayName: LATIN });
    const suspended = { by: "operator" as const, reason: "It leaked", at: NOON };
    const opened = { ...openCase(record, "Ann"), flags: ["resembles" as const] };

    const stopped = refreshCase(opened, { ...record, suspended, revision: 7 });
    expect(stopped).toMatchObject({ suspended, revision: 7, flags: ["resembles"] });
    const renamed = refreshCase(stopped, { ...record, displayName: MIXED });
    expect(renamed).toMatchObject({ displayName: MIXED, flags: ["mixed-scripts"] });
    expect(renamed).not.toHaveProperty("suspended");
  });

  test("whose row has no clock has one that begins with the request", () => {
    const { clock: _, ...listed } = openCase(aRecord(), "Ann");

    expect(clockOf(listed)).toEqual({ nextCheckAt: NOON, byMessage: false, attempts: 0, told: {} });
  });

  test("is another one to decide on with every revision, and with what it was granted besides", () => {
    const drift = { excess: [], foundAt: NOON };

    expect(shownRevision({ revision: 3 })).toBe("3");
    expect(shownRevision({ revision: 3, drift })).toBe(`3.${driftMark(drift)}`);
    expect(driftMark({ foundAt: later(1) })).not.toBe(driftMark(drift));
    expect(caseEtag({ clientId: "c", revision: 3 })).toBe('"c.3"');
  });

  test("is granted the same whichever is shown first, and another API's role is another one", () => {
    const role = (resource: string, name: string) => ({ resource, role: name, own: false });
    const [a, b] = [role("A", "read"), role("B", "read")];

    expect(excessKey([b, a])).toBe(excessKey([a, b]));
    expect(excessKey([a, b])).toBe("A/read B/read");
    expect(new Set([[a], [b], [a, b]].map(excessKey)).size).toBe(3);
  });
});

describe("a name that looks like another customer's", () => {
  const mine = { displayName: LATIN, subscription: "contoso" };
  const theirs = (subscription: string) => ({ displayName: MIXED, subscription });

  test("is found among all, however many there are, and one's own is none", () => {
    const all = resemblances();
    all.add(mine);
    expect(all.has(mine)).toBe(false);
    all.add(theirs("fabrikam"));
    all.add(theirs("tailspin"));
    expect([mine, theirs("fabrikam"), theirs("tailspin")].map(all.has)).toEqual([true, true, true]);
    expect(all.has({ ...mine, displayName: "Another" })).toBe(false);
  });

  test("is found among those that were asked for, and of others nothing is kept", () => {
    const some = resemblances([mine]);
    some.add(theirs("fabrikam"));
    some.add({ displayName: "Another", subscription: "fabrikam" });

    expect(some.has(mine)).toBe(true);
    expect(some.has({ displayName: "Another", subscription: "contoso" })).toBe(false);
  });

  test("without a letter or a digit is like no other", () => {
    const all = resemblances();
    all.add({ displayName: "…", subscription: "fabrikam" });

    expect(all.has({ displayName: "!", subscription: "contoso" })).toBe(false);
  });
});

test("an entry may take three fifths of what others wait for it, and never more than half a minute", async () => {
  expect(entryBudgetMs({ reconcileAfterMs: 10_000 })).toBe(6_000);
  expect(entryBudgetMs({ reconcileAfterMs: 600_000 })).toBe(30_000);
  const left = await withDeadline(10_000, () => leavingTime(async () => timeLeftMs(60_000)));
  expect(left).toBeGreaterThan(5_000);
  expect(left).toBeLessThanOrEqual(6_000);
});

describe("a pending client that its customer has deleted", () => {
  const refOf = ({ id, operationId }: ReturnType<typeof aRecord>) => ({
    ...{ clientId: id, operationId },
    state: "pending" as const,
  });

  test("is marked where others have not heard of it, once, and stays so until they have", async () => {
    const world = consentWorld();
    const record = await world.client();
    const made = async () => record;

    expect(await takeOff(world.deps, refOf(record), made)).toBe("marked");
    world.counts.requests = 0;
    expect(await takeOff(world.deps, refOf(record), made)).toBe("marked");

    // A read, and no write of what stands there already.
    expect(world.counts.requests).toBe(1);
    const listed = await world.deps.cases.get("pending", record.id);
    expect(listed?.found).toMatchObject({ gone: true });
  });

  test("and is not listed yet is listed as gone, by the record that it had, also without a bus", async () => {
    const world = consentWorld();
    const record = aRecord();
    world.away.add("bus");
    const seen = newObservation();

    await observe(seen, () => unlistClient(world.deps, record));

    expect(seen.notes).toEqual(["unlist-without-bus"]);
    const listed = await world.deps.cases.get("pending", record.id);
    expect(listed?.found).toMatchObject({ gone: true, requestedBy: "" });
  });

  test("goes where all have heard of it; one that was decided is not made up", async () => {
    const world = consentWorld();
    const record = await world.client();
    const found = await world.deps.cases.get("pending", record.id);
    if (!found?.found.clock) return expect.unreachable();
    const told = { "requested:": ["events"] };
    await world.list({ ...found.found, clock: { ...found.found.clock, told } });
    const made = async () => record;

    expect(await takeOff(world.deps, refOf(record), made)).toBe("removed");
    const granted = { ...refOf(record), state: "granted" as const };
    expect(await takeOff(world.deps, granted, made)).toBe("nothing");
    expect(await world.deps.cases.find(record.id)).toEqual([]);
  });
});
