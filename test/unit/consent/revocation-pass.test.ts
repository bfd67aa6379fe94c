import { describe, expect, test } from "vitest";
import { Role } from "../../../shared/clients/client.ts";
import { readLists } from "../../../shared/consent/sweeps/read-lists.ts";
import {
  grantMark,
  type RevocationPass,
  registrationMark,
} from "../../../shared/consent/sweeps/revocation-pass.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { type ConsentWorld, consentWorld } from "../../support/consent-world.ts";
import { granted } from "../../support/decided-client.ts";
import { later, NOON, newId } from "../../support/samples.ts";

/** A pass over the directory's lists: who works on it, and how far it is. */

const HOUR = 3_600_000;
const NOTHING = {
  pages: 0,
  granted: 0,
  revoked: 0,
  deleted: 0,
  drifted: 0,
  relisted: 0,
  failed: 0,
};
const aPass = (changes: Partial<RevocationPass> = {}): RevocationPass => ({
  ...{ startedAt: NOON, phase: "grants", pages: 0, owner: "another host", touchedAt: NOON },
  ...changes,
});
const saved = async (world: ConsentWorld, pass: RevocationPass, seen?: readonly string[]) =>
  (await world.deps.progress.save(pass, undefined, seen)) ?? expect.unreachable();
const current = async (world: ConsentWorld) => (await world.deps.progress.current())?.pass;
describe("marks", () => {
  test("are 12 characters each, and one for each role of each principal", () => {
    const ids = [newId(), newId()];
    const roles = [...Role.options, "other"] as const;
    const marks = ids.flatMap((id) => [
      registrationMark(id),
      ...roles.map((role) => grantMark(id, role)),
    ]);
    expect(new Set(marks).size).toBe(2 * (1 + roles.length));
    for (const mark of marks) expect(mark).toMatch(/^[0-9a-f]{11}[a-z]$/);
  });
});

describe("whose a pass is", () => {
  test("nobody's before its time: nothing is asked for", async () => {
    const world = consentWorld();
    await saved(world, aPass({ phase: "done", pages: 3 }));
    world.setNow(later(HOUR - 1));
    expect(await sweepRevocations(world.deps)).toEqual({ outcome: "not-due", ...NOTHING });
    expect(world.calls).toMatchObject({ assignments: 0, registrations: 0 });
  });

  test("its host's while that one may live, and another's from then on, where it was", async () => {
    const world = consentWorld();
    await granted(world);
    const touchedAt = later(10 * HOUR);
    await saved(world, aPass({ phase: "registrations", pages: 4, touchedAt }));
    world.setNow(later(world.deps.reconcileAfterMs - 1, touchedAt));
    expect(await sweepRevocations(world.deps)).toEqual({ outcome: "elsewhere", ...NOTHING });
    expect(world.calls.registrations).toBe(0);

    const now = later(world.deps.reconcileAfterMs, touchedAt);
    world.setNow(now);
    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", pages: 5 });
    expect(world.calls).toMatchObject({ assignments: 0, registrations: 1 });
    const pass = await current(world);
    expect(pass).toMatchObject({ phase: "done", startedAt: NOON, touchedAt: now });
    expect(pass?.owner).not.toBe("another host");
  });

  test("that had read everything is compared with what was seen, and the directory's lists are not read again", async () => {
    const world = consentWorld();
    const record = await granted(world);
    const grant = (await world.deps.cases.get("granted", record.id))?.found.grant;
    const marks = record.roles.map((role) => grantMark(grant?.principalId ?? "", role));
    const seen = [registrationMark(record.id), ...marks];
    await saved(world, aPass({ phase: "comparing", pages: 2 }), seen);
    world.setNow(later(HOUR));

    expect(await sweepRevocations(world.deps)).toMatchObject({ outcome: "done", pages: 2 });

    expect(world.calls).toMatchObject({ assignments: 0, registrations: 0, see: 0 });
    expect((await world.deps.progress.seen()).size).toBe(0);
  });

  test("that another host has taken over meanwhile is that one's: what it has read stays, whatever this one comes to", async () => {
    for (const phase of ["comparing", "grants"] as const) {
      const world = consentWorld();
      await granted(world);
      const { progress, consentDirectory } = world.deps;
      await saved(world, aPass({ phase, pages: 2, from: "no mark of any page" }), ["a", "b"]);
      world.setNow(later(HOUR));
      const takeOver = async () => {
        const found = (await progress.current()) ?? expect.unreachable();
        await progress.save({ ...found.pass, owner: "a third host" }, found.version);
      };
      const afterTakeOver =
        <A extends unknown[], R>(work: (...args: A) => Promise<R>) =>
        async (...args: A): Promise<R> => {
          await takeOver();
          return work(...args);
        };

      await sweepRevocations({
        ...world.deps,
        progress: { ...progress, seen: afterTakeOver(progress.seen) },
        consentDirectory: {
          ...consentDirectory,
          assignments: afterTakeOver(consentDirectory.assignments),
        },
      });

      expect(await current(world)).toMatchObject({ owner: "a third host", phase });
      expect(await progress.seen()).toEqual(new Set(["a", "b"]));
    }
  });

  test("that begins forgets the pages of one that died", async () => {
    const world = consentWorld();
    const record = await granted(world);
    await saved(world, aPass({ phase: "done" }), [registrationMark(newId())]);
    const { seen } = world.deps.progress;
    let marks = 0;
    const progress = {
      ...world.deps.progress,
      seen: async () => {
        const all = await seen();
        marks = all.size;
        return all;
      },
    };
    world.setNow(later(HOUR));
    await sweepRevocations({ ...world.deps, progress });
    expect(marks).toBe(record.roles.length + 1);
  });

  test("that another host has begun meanwhile keeps what that one has read", async () => {
    const world = consentWorld();
    await saved(world, aPass({ phase: "done" }));
    world.setNow(later(HOUR));
    const { progress } = world.deps;
    const slow = async () => {
      const found = await progress.current();
      const begun = await progress.save(aPass({ owner: "a faster host" }), found?.version);
      await progress.save(aPass({ owner: "a faster host", pages: 1 }), begun?.version, ["a"]);
      return found;
    };

    const swept = await sweepRevocations({
      ...world.deps,
      progress: { ...progress, current: slow },
    });

    expect(swept).toEqual({ outcome: "elsewhere", ...NOTHING });
    expect(await progress.seen()).toEqual(new Set(["a"]));
  });

  test.each([
    ["at its beginning", 1, 0],
    ["in the midst of the lists", 2, 1],
  ])("that another host takes %s is that one's", async (_, at, calls) => {
    const world = consentWorld();
    await granted(world, false);
    let saves = 0;
    const { save } = world.deps.progress;
    const progress: typeof world.deps.progress = {
      ...world.deps.progress,
      save: async (...args) => {
        saves += 1;
        return saves < at ? save(...args) : undefined;
      },
    };

    const swept = await sweepRevocations({ ...world.deps, progress });

    expect(swept).toEqual({ outcome: "elsewhere", ...NOTHING });
    expect(world.calls).toMatchObject({ assignments: calls, registrations: 0, see: 0 });
  });
});

describe("reading the lists", () => {
  type Page = { readonly items: readonly string[]; readonly next?: string } | "expired";
  /** Reads lists of which each page is named, and says what was asked for and what was saved. */
  async function reading(pass: RevocationPass, grants: readonly Page[], clients: readonly Page[]) {
    const world = consentWorld();
    const asked: string[] = [];
    const saves: unknown[] = [];
    let seconds = 0;
    const next = (list: string, pages: Page[], from: string | undefined): Page => {
      asked.push(`${list} ${from ?? "-"}`);
      seconds += 1;
      world.setNow(later(seconds * 1000));
      return pages.shift() ?? { items: [] };
    };
    const left = { grants: [...grants], clients: [...clients] };
    const progress: typeof world.deps.progress = {
      ...world.deps.progress,
      save: async (pass, version, seen) => {
        const { owner: _, ...saved } = pass;
        saves.push({ ...saved, seen });
        return { pass, version: `${version}.` };
      },
      clear: async () => void saves.push("cleared"),
    };
    const consentDirectory: typeof world.deps.consentDirectory = {
      ...world.deps.consentDirectory,
      assignments: async (from) => {
        const page = next("grants", left.grants, from);
        if (page === "expired") return page;
        const items = page.items.map((principalId) => ({ principalId, role: "api.read" as const }));
        return { ...page, items };
      },
      registrations: async (from) => {
        const page = next("clients", left.clients, from);
        if (page === "expired") return page;
        return { ...page, items: page.items.map((clientId) => ({ clientId })) };
      },
    };
    const deps = { ...world.deps, progress, consentDirectory };
    const read = await readLists(deps, { pass, version: "" });
    return { asked, saves, read };
  }

  test("goes page by page through grants and then clients; each page is kept with what was seen", async () => {
    const [a, b, c] = [newId(), newId(), newId()];
    const { asked, saves, read } = await reading(
      aPass({ lookedTo: "l" }),
      [{ items: [a], next: "g2" }, { items: [b] }],
      [{ items: [c] }],
    );
    expect(asked).toEqual(["grants -", "grants g2", "clients -"]);
    const kept = { startedAt: NOON, lookedTo: "l" };
    expect(saves).toEqual([
      {
        ...{ ...kept, phase: "grants", from: "g2", pages: 1, touchedAt: NOON },
        seen: [grantMark(a, "api.read")],
      },
      {
        ...{ ...kept, phase: "registrations", pages: 2, touchedAt: later(1_000) },
        seen: [grantMark(b, "api.read")],
      },
      {
        ...{ ...kept, phase: "comparing", pages: 3, touchedAt: later(2_000) },
        seen: [registrationMark(c)],
      },
    ]);
    expect(read).toMatchObject({ pass: { phase: "comparing", pages: 3 }, version: "..." });
  });

  test("begins all over where a page was forgotten: what was read counts no more, from that moment on", async () => {
    const pass = aPass({ phase: "registrations", pages: 7, from: "c9" });
    const { asked, saves, read } = await reading(pass, [], ["expired"]);
    expect(asked).toEqual(["clients c9", "grants -", "clients -"]);
    const anew = { startedAt: NOON, phase: "grants", pages: 0, touchedAt: NOON };
    // Whoever finds it begun and nothing read clears as well: a death in between leaves no page behind.
    expect(saves.slice(0, 2)).toEqual([{ ...anew, seen: undefined }, "cleared"]);
    expect(read?.pass).toMatchObject({ phase: "comparing", pages: 2 });
  });

  test.each(["comparing", "done"] as const)("has nothing left to read: %s", async (phase) => {
    const { asked, read } = await reading(aPass({ phase }), [], []);
    expect(asked).toEqual([]);
    expect(read?.pass.phase).toBe(phase);
  });
});
