import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { decided, granted } from "../../support/decided-client.ts";
import { aRecord, later, newId } from "../../support/samples.ts";

const HOUR = 3_600_000;

describe("the pass over everything that is recorded", () => {
  test("finds what was withdrawn and what was deleted, says so, and waits for its time", async () => {
    const world = consentWorld();
    const kept = await granted(world);
    const withdrawn = await granted(world, false);
    const deleted = await granted(world, false);
    world.statuses.set(deleted.id, { status: "absent" });

    expect(await sweepRevocations(world.deps)).toMatchObject({
      outcome: "done",
      revoked: 1,
      deleted: 1,
    });
    expect(await world.record(kept)).toMatchObject({ consent: { state: "granted" } });
    expect(await world.record(withdrawn)).toMatchObject({ consent: { state: "revoked" } });
    expect(await world.record(deleted)).toBeUndefined();
    expect(world.stages().toSorted()).toEqual(["deleted", "revoked"]);
    expect(world.types()).toEqual(expect.arrayContaining(["consent.revoked", "client.deleted"]));
    world.setNow(later(HOUR - 1));
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "not-due" });
    world.setNow(later(HOUR));
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", revoked: 0 });
  });

  test.each(["assignments", "registrations"] as const)(
    "begins again where the directory has forgotten a page of its %s, and believes nothing that it read before",
    async (list) => {
      const world = consentWorld();
      const kept = await granted(world);
      const withdrawn = await granted(world);
      let asked = 0;
      const { consentDirectory } = world.deps;
      const pages = async <Page extends object>(read: () => Promise<Page | "expired">) => {
        asked += 1;
        if (asked !== 2) return read();
        world.directory.withdraw(withdrawn.id);
        return "expired" as const;
      };
      const first = <Page extends object>(page: Page | "expired", from: string | undefined) =>
        page === "expired" || from !== undefined || asked > 1 ? page : { ...page, next: "0" };
      const assignments: typeof consentDirectory.assignments = async (from) =>
        first(await pages(() => consentDirectory.assignments(from)), from);
      const registrations: typeof consentDirectory.registrations = async (from) =>
        first(await pages(() => consentDirectory.registrations(from)), from);
      const forgetful = list === "assignments" ? { assignments } : { registrations };

      const swept = await sweepRevocations({
        ...world.deps,
        consentDirectory: { ...consentDirectory, ...forgetful },
      });

      expect(swept).toMatchObject({ outcome: "done", revoked: 1, deleted: 0 });
      expect(asked).toBe(3);
      expect(await world.record(kept)).toMatchObject({ consent: { state: "granted" } });
      expect(await world.record(withdrawn)).toMatchObject({ consent: { state: "revoked" } });
    },
  );

  test("flags what waits and looks like any other customer's client, and takes the flag back", async () => {
    const world = consentWorld();
    const trusted = await decided(world, "granted", newId());
    world.directory.leaveOut(trusted.id);
    world.statuses.set(trusted.id, { status: "granted", principalId: newId() });
    const waiting = await world.client({ subscription: "fabrikam", displayName: "A сlient" });
    const other = await world.client({ subscription: "northwind", displayName: "B" });
    const flagsOf = async (id: string) => (await world.deps.cases.get("pending", id))?.found.flags;

    await sweepRevocations(world.deps);
    expect(await flagsOf(waiting.id)).toEqual(["mixed-scripts", "resembles"]);
    expect(await flagsOf(other.id)).toEqual([]);

    world.statuses.set(trusted.id, { status: "absent" });
    world.setNow(later(HOUR));
    await sweepRevocations(world.deps);
    world.setNow(later(2 * HOUR));
    await sweepRevocations(world.deps);
    expect(await world.record(trusted)).toBeUndefined();
    expect(await flagsOf(waiting.id)).toEqual(["mixed-scripts"]);
  });

  test.each(["rejected", "revoked", "granted", "pending"] as const)(
    "notices that a %s client was deleted in the directory, and gives its place back",
    async (state) => {
      const world = consentWorld();
      const record = await decided(world, state, newId());
      world.directory.leaveOut(record.id);
      world.statuses.set(record.id, { status: "absent" });

      await sweepRevocations(world.deps);

      expect(await world.record(record)).toBeUndefined();
      expect(await world.deps.cases.find(record.id)).toEqual([]);
      expect(world.types().filter((type) => type === "client.deleted")).toHaveLength(1);
    },
  );

  test("believes no list: what is missing from it is asked for", async () => {
    const world = consentWorld();
    const record = await decided(world, "rejected");
    world.directory.leaveOut(record.id);
    await sweepRevocations(world.deps);
    expect(world.calls.see).toBe(1);
    expect(await world.record(record)).toBeDefined();
  });

  test("says nothing of a client that the directory leaves out of its answer", async () => {
    const world = consentWorld();
    const record = await granted(world, false);
    world.statuses.set(record.id, "not known");
    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 0, deleted: 0, failed: 0 });
    expect(await world.record(record)).toMatchObject({ consent: { state: "granted" } });
  });

  test.each(["rejected", "revoked"] as const)(
    "sees that a %s consent is granted after all",
    async (state) => {
      const world = consentWorld();
      const record = await decided(world, state);
      world.statuses.set(record.id, { status: "granted", principalId: newId() });
      expect(await sweepRevocations(world.deps)).toMatchObject({ granted: 1 });
      expect(await world.record(record)).toMatchObject({ consent: { state: "granted" } });
      expect(world.types()).toEqual(["consent.granted"]);
    },
  );

  test("one role that is gone is enough, and a new service principal is not", async () => {
    const world = consentWorld();
    const partly = await granted(world);
    world.directory.withdraw(partly.id, "api.write");
    const renewed = await granted(world, false);
    const principalId = newId();
    world.statuses.set(renewed.id, { status: "granted", principalId });
    expect(await sweepRevocations(world.deps)).toMatchObject({ revoked: 1 });
    expect(await world.record(partly)).toMatchObject({ consent: { state: "revoked" } });
    expect(await world.record(renewed)).toMatchObject({ consent: { state: "granted" } });
    expect(await world.deps.cases.get("granted", renewed.id)).toMatchObject({
      found: { grant: { principalId } },
    });
  });

  test("drops a row that contradicts the client's record", async () => {
    const world = consentWorld();
    const record = await granted(world, false);
    const consent = { ...record.consent, state: "revoked" as const, decidedAt: later(-1_000) };
    world.put({ ...record, consent });
    await sweepRevocations(world.deps);
    expect(await world.deps.cases.get("granted", record.id)).toBeUndefined();
    expect(world.events).toEqual([]);
  });

  test("one granted while the list was being read is left alone", async () => {
    const world = consentWorld();
    const { consent } = aRecord();
    const decidedAt = later(1);
    await world.client({ consent: { ...consent, state: "granted", decidedAt } });
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", revoked: 0 });
    expect(world.calls.see).toBe(0);
  });
});

describe("what it costs and what fails", () => {
  test("1,200 clients with two roles: three and two pages, and two requests for each page", async () => {
    const world = consentWorld();
    for (let index = 0; index < 1_200; index += 1) await granted(world);
    world.counts.requests = 0;
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", pages: 5 });
    expect(world.calls).toMatchObject({ assignments: 3, registrations: 2, see: 0, granted: 0 });
    // The index: two pages of granted ones, one of each other state (two of them twice), and what has drifted.
    expect(world.counts.requests).toBe(8);
  });

  test("a pass that died is gone on with where it was, by another host only once it is old", async () => {
    const world = consentWorld();
    for (let index = 0; index < 1_500; index += 1) await granted(world);
    const withdrawn = await granted(world, false);
    const { assignments, ...others } = world.deps.consentDirectory;
    let pages = 0;
    const dying = {
      ...others,
      assignments: (from?: string) => {
        pages += 1;
        if (pages === 3) throw new RemoteUnavailable("directory", { executed: "no" });
        return assignments(from);
      },
    };
    const dead = sweepRevocations({ ...world.deps, consentDirectory: dying });
    await expect(dead).rejects.toThrow(RemoteUnavailable);

    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "elsewhere" });
    world.setNow(later(world.deps.reconcileAfterMs));
    world.calls.assignments = 0;
    expect(await sweepRevocations(world.deps)).toMatchObject({
      outcome: "done",
      revoked: 1,
      pages: 6,
    });
    expect(world.calls.assignments).toBe(2);
    expect(await world.record(withdrawn)).toMatchObject({ consent: { state: "revoked" } });
  });

  test("a mark that the directory has forgotten begins the lists anew", async () => {
    const world = consentWorld();
    for (let index = 0; index < 1_000; index += 1) await granted(world);
    const { registrations, ...others } = world.deps.consentDirectory;
    let expired = 0;
    const forgetful = {
      ...others,
      registrations: async (from?: string) => {
        if (from === undefined || expired > 0) return registrations(from);
        expired += 1;
        return "expired" as const;
      },
    };
    const swept = await sweepRevocations({ ...world.deps, consentDirectory: forgetful });
    expect(swept).toMatchObject({ outcome: "done", pages: 5, revoked: 0 });
    expect(expired).toBe(1);
  });

  test("a client that cannot be asked about keeps no other from being found", async () => {
    const world = consentWorld();
    const bad = await granted(world, false);
    const withdrawn = await granted(world, false);
    const { see, ...others } = world.deps.consentDirectory;
    const refusing = {
      ...others,
      see: async (subjects: Parameters<typeof see>[0]) => {
        if (subjects.some(({ clientId }) => clientId === bad.id))
          throw new DirectoryRefused({ reason: "not-ours" });
        return see(subjects);
      },
    };
    const swept = await sweepRevocations({ ...world.deps, consentDirectory: refusing });
    expect(swept).toMatchObject({ outcome: "done", revoked: 1, failed: 1 });
    expect(await world.record(withdrawn)).toMatchObject({ consent: { state: "revoked" } });
  });
});
