import { describe, expect, test } from "vitest";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { decided, granted } from "../../support/decided-client.ts";
import { aRecord, later, NOON, newId, OLGA } from "../../support/samples.ts";

/** How our lists are held against what the directory shows: which are asked for, what is found besides, what two passes leave. */

const HOUR = 3_600_000;
const FOREIGN = { resource: "Microsoft Graph", role: "Mail.Read" };
const ALL = ["api.read", "api.write"].map((role) => ({ role }));

const caseOf = async (world: ConsentWorld, state: "pending" | "granted" | "rejected", id: string) =>
  (await world.deps.cases.get(state, id))?.found;

describe("which clients are asked for one by one", () => {
  test.each(["rejected", "revoked", "pending"] as const)(
    "no %s one that is in the list of registrations, granted or not",
    async (state) => {
      const world = consentWorld();
      await decided(world, state);
      await sweepRevocations(world.deps);
      expect(world.calls.see).toBe(0);
    },
  );

  test("a granted one of which no service principal is known, which is noted then", async () => {
    const world = consentWorld();
    const record = await decided(world, "granted");
    const principalId = newId();
    world.statuses.set(record.id, { status: "granted", principalId });

    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 0, failed: 0 });

    expect(world.calls.see).toBe(1);
    expect(await caseOf(world, "granted", record.id)).toMatchObject({ grant: { principalId } });
  });

  test.each([
    ["of the moment the lists are begun is not", 0, 0],
    ["of before is", -1, 1],
  ])("what was asked for or decided %s", async (_, atMs, calls) => {
    const world = consentWorld();
    const { consent } = aRecord();
    const at = later(atMs);
    const old = later(-HOUR);
    const both = [
      await world.client({ consent: { ...consent, requestedAt: at } }),
      await decided(world, "rejected", undefined, {
        consent: { ...consent, state: "rejected", requestedAt: old, decidedAt: at },
      }),
    ];
    for (const { id } of both) world.directory.leaveOut(id);

    await sweepRevocations(world.deps);

    // Each list for itself.
    expect(world.calls.see).toBe(2 * calls);
  });

  test("ten at a time", async () => {
    const world = consentWorld();
    for (let at = 0; at < 11; at += 1) await granted(world, false);
    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 11 });
    expect(world.calls.see).toBe(2);
  });
});

describe("what is found", () => {
  test("beside a revocation: roles that nobody asked for are told as well, and counted once", async () => {
    const world = consentWorld();
    const record = await granted(world);
    world.directory.withdraw(record.id, "api.write");
    world.directory.assign(record.id, [FOREIGN]);

    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 1, drifted: 1 });

    expect(world.types().toSorted()).toEqual(["consent.drifted", "consent.revoked"]);
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 0, drifted: 0 });
    expect(world.types()).toHaveLength(2);
  });

  test("of a granted one that the lists leave out: what it has besides is told once, and it is let be", async () => {
    const world = consentWorld();
    const record = await granted(world);
    world.directory.leaveOut(record.id);
    world.directory.assign(record.id, [FOREIGN]);
    const none = { granted: 0, revoked: 0, deleted: 0, relisted: 0, failed: 0 };
    const done = { outcome: "done", pages: 2, ...none };

    expect(await sweepRevocations(world.deps)).toEqual({ ...done, drifted: 1 });
    world.setNow(later(HOUR));
    world.counts.requests = 0;
    expect(await sweepRevocations(world.deps)).toEqual({ ...done, drifted: 0 });

    expect(world.types()).toEqual(["consent.drifted"]);
    // Six lists and what has drifted; its drift, and that its grant was seen.
    expect(world.counts.requests).toBe(9);
  });

  test("too late to be looked after counts as failed, and comes with the next pass", async () => {
    const world = consentWorld();
    const record = await granted(world, false);
    const { see } = world.deps.consentDirectory;
    const consentDirectory: typeof world.deps.consentDirectory = {
      ...world.deps.consentDirectory,
      see: async (subjects) => {
        world.setNow(later(5 * 60_000));
        return see(subjects);
      },
    };
    const late = await sweepRevocations({ ...world.deps, consentDirectory });
    expect(late).toMatchObject({ revoked: 0, failed: 1 });
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 1, failed: 0 });
    expect(await world.record(record)).toMatchObject({ consent: { state: "revoked" } });
  });

  test("of a rejected one: more than it asked for without all of that is no grant, but told once", async () => {
    const world = consentWorld();
    const record = await decided(world, "rejected");
    world.directory.assign(record.id, [{ role: "api.read" }, FOREIGN]);

    expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 0, drifted: 1 });

    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 0, drifted: 0 });
    expect(world.types()).toEqual(["consent.drifted"]);
    expect(await world.record(record)).toMatchObject({ consent: { state: "rejected" } });
  });

  test("of a rejected one: that it is granted after all, and what it has besides", async () => {
    const world = consentWorld();
    const record = await decided(world, "rejected");
    world.directory.assign(record.id, [...ALL, FOREIGN]);
    expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 1, drifted: 1 });
    expect(await world.record(record)).toMatchObject({ consent: { state: "granted" } });
  });

  test("of one that an operator revoked moments ago: a late replica's grant is none, and later it is one", async () => {
    const world = consentWorld();
    const { consent } = aRecord();
    const record = await world.client({
      consent: {
        ...{ ...consent, state: "revoked", requestedAt: later(-HOUR) },
        ...{ decidedAt: later(-60_000), decidedBy: OLGA.actor },
      },
    });
    world.directory.assign(record.id, ALL);
    expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 0 });
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 1 });
  });

  test("of a pending one that the lists leave out: nothing, unless it is granted or gone", async () => {
    const world = consentWorld();
    const before = { ...aRecord().consent, requestedAt: later(-HOUR) };
    const waits = await world.client({ consent: before });
    const has = await world.client({ consent: before });
    for (const { id } of [waits, has]) world.directory.leaveOut(id);
    world.directory.assign(has.id, ALL);

    // A check decides, and counts for itself.
    expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 0, deleted: 0 });

    expect(world.alerts).toEqual([]);
    expect(await world.record(has)).toMatchObject({ consent: { state: "granted" } });
    expect(await caseOf(world, "pending", waits.id)).toMatchObject({ clock: { attempts: 0 } });
  });

  test("of one that an operation of ours holds: nothing yet, although the directory has lost it", async () => {
    const world = consentWorld();
    const record = await decided(world, "rejected");
    world.directory.leaveOut(record.id);
    world.statuses.set(record.id, { status: "absent" });
    world.underWay.add(record.id);

    expect(await sweepRevocations(world.deps)).toMatchObject({ deleted: 0, failed: 0 });

    expect(await caseOf(world, "rejected", record.id)).toBeDefined();
    world.underWay.clear();
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ deleted: 1 });
  });
});

describe("what another host has left behind", () => {
  test("a row of a rejected client that has gone is taken away, whether the directory shows a grant or nothing", async () => {
    const world = consentWorld();
    const gone = await decided(world, "rejected");
    const stillGranted = await decided(world, "rejected");
    world.directory.leaveOut(gone.id);
    world.statuses.set(gone.id, { status: "absent" });
    world.directory.assign(stillGranted.id, ALL);
    for (const record of [gone, stillGranted]) await world.deps.records.remove(record, NOON);

    const swept = await sweepRevocations(world.deps);

    expect(swept).toMatchObject({ granted: 0, deleted: 0, failed: 0 });
    for (const { id } of [gone, stillGranted])
      expect(await caseOf(world, "rejected", id)).toBeUndefined();
    expect(world.events).toEqual([]);
  });

  test("a row of a rejected client that the list leaves out and the directory shows is let be", async () => {
    const world = consentWorld();
    const record = await decided(world, "rejected");
    world.directory.leaveOut(record.id);
    world.counts.requests = 0;

    await sweepRevocations(world.deps);

    // Six lists and what has drifted: nothing is read or written for it alone.
    expect(world.counts.requests).toBe(7);
    expect(await caseOf(world, "rejected", record.id)).toBeDefined();
  });
});

describe("names that look alike", () => {
  const flagsOf = async (world: ConsentWorld, id: string) =>
    (await caseOf(world, "pending", id))?.flags;

  test.each(["granted", "rejected", "revoked"] as const)(
    "are compared with those of %s clients of others, and no customer's own",
    async (state) => {
      const world = consentWorld();
      await decided(world, state, newId(), { displayName: "Payroll" });
      const other = await world.client({ subscription: "fabrikam", displayName: "Payroll" });
      const own = await world.client({ subscription: "contoso", displayName: "Payroll" });
      // Of two customers' that wait neither is alone with the name; a third customer's name is its own.
      const third = await world.client({ subscription: "northwind", displayName: "Invoices" });

      await sweepRevocations(world.deps);

      expect(await flagsOf(world, other.id)).toEqual(["resembles"]);
      expect(await flagsOf(world, own.id)).toEqual(["resembles"]);
      expect(await flagsOf(world, third.id)).toEqual([]);
    },
  );

  test("are none of one customer's two", async () => {
    const world = consentWorld();
    const one = await decided(world, "granted", newId(), { displayName: "Payroll" });
    const own = await world.client({ displayName: "Payroll" });
    world.directory.assign(one.id, ALL);
    await sweepRevocations(world.deps);
    expect(await flagsOf(world, own.id)).toEqual([]);
  });

  test("are noted once: where nothing has changed nothing is written", async () => {
    const world = consentWorld();
    for (const subscription of ["contoso", "fabrikam"])
      await world.client({ subscription, displayName: "Payroll" });
    const plain = await world.client({ displayName: "Invoices" });
    const found = (await caseOf(world, "pending", plain.id)) ?? expect.unreachable();
    // As rows were before there were flags.
    const { flags: _, ...before } = found;
    await world.list(before);
    const writes = async () => {
      let count = 0;
      const { replace } = world.deps.cases;
      const cases: typeof world.deps.cases = {
        ...world.deps.cases,
        replace: (...args) => {
          count += 1;
          return replace(...args);
        },
      };
      await sweepRevocations({ ...world.deps, cases });
      return count;
    };
    expect(await writes()).toBe(2);
    world.setNow(later(HOUR));
    expect(await writes()).toBe(0);
    expect(await caseOf(world, "pending", plain.id)).not.toHaveProperty("flags");
  });

  test("are compared again when everything else has been settled, and a name that was deleted is not among them", async () => {
    const world = consentWorld();
    const gone = await decided(world, "rejected", undefined, { displayName: "Payroll" });
    const waits = await world.client({ subscription: "fabrikam", displayName: "Payroll" });
    world.directory.leaveOut(gone.id);
    world.statuses.set(gone.id, { status: "absent" });
    await sweepRevocations(world.deps);
    expect(await flagsOf(world, waits.id)).toEqual(["resembles"]);
    world.setNow(later(HOUR));
    await sweepRevocations(world.deps);
    expect(await flagsOf(world, waits.id)).toEqual([]);
  });
});
