import { describe, expect, test } from "vitest";
import { ROTATE_ROLE } from "../../../shared/clients/client.ts";
import { openCase, type VersionedCase } from "../../../shared/consent/consent-case.ts";
import { driftLook } from "../../../shared/consent/sweeps/find-drifts.ts";
import { grantMark, registrationMark } from "../../../shared/consent/sweeps/revocation-pass.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { granted } from "../../support/decided-client.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

/** Which granted clients a pass looks at for more than they asked for, besides holding them against the lists. */

const HOUR = 3_600_000;
/** A granted case with its principal, as a list of ours has it. */
const grantedCase = (clientId = newId()): VersionedCase & { readonly principalId: string } => {
  const principalId = newId();
  const { consent } = aRecord();
  const record = aRecord({ id: clientId, consent: { ...consent, state: "granted" } });
  return {
    found: { ...openCase(record, "Ann"), grant: { principalId } },
    ...{ version: "1", principalId },
  };
};

describe("which granted clients are looked at besides", () => {
  const BEHIND_ALL = "g";
  const lookAt = (listed: readonly VersionedCase[], seen: readonly string[], known: string[]) => {
    const drifts = listed
      .filter(({ found }) => known.includes(found.clientId))
      .map(({ found: subject }) => ({
        drift: { subject, excess: [], foundAt: NOON, told: [] },
        version: "1",
      }));
    const look = driftLook({ lookedTo: BEHIND_ALL }, new Set(seen), drifts);
    for (const one of listed) look.add(one);
    return look.found.map(({ found }) => found.clientId);
  };

  test("out of turn those of which a drift is known, and those with a role that they did not ask for", () => {
    const [plain, known, other, foreign] = [1, 2, 3, 4].map(() => grantedCase());
    if (!plain || !known || !other || !foreign) return expect.unreachable();
    const all = [plain, known, other, foreign];
    const asked = all.flatMap(({ found, principalId }) =>
      found.roles.map((role) => grantMark(principalId, role)),
    );
    const more = [
      grantMark(other.principalId, ROTATE_ROLE),
      grantMark(foreign.principalId, "other"),
    ];
    expect(lookAt(all, [...asked, ...more], [known.found.clientId])).toEqual(
      [known, other, foreign].map(({ found }) => found.clientId),
    );
  });

  test("none of which no service principal is known", () => {
    const { found, version } = grantedCase();
    const { grant: _, ...without } = found;
    expect(lookAt([{ found: without, version }], [grantMark("", "other")], [])).toEqual([]);
    expect(lookAt([{ found: { ...found, grant: {} }, version }], [], [])).toEqual([]);
  });

  test("in turn those behind the last one, until there are 4,500", () => {
    const one = grantedCase();
    const ids = Array.from({ length: 4_501 }, (_, at) => String(at).padStart(5, "0"));
    const look = driftLook({ lookedTo: "00000" }, new Set(), []);
    const add = (clientId: string) => look.add({ ...one, found: { ...one.found, clientId } });
    for (const id of ids.slice(0, 4_500)) add(id);
    expect([look.found.length, look.lookedTo]).toEqual([4_499, undefined]);
    add("04500");
    expect([look.found.length, look.lookedTo]).toEqual([4_500, "04500"]);
    add("04501");
    expect([look.found.length, look.lookedTo]).toEqual([4_500, "04500"]);
  });

  test("where one pass has stopped the next one goes on, and the one after that begins with the first", async () => {
    const world = consentWorld();
    const listed = Array.from({ length: 4_501 }, (_, at) =>
      grantedCase(`${String(at).padStart(8, "0")}${newId().slice(8)}`),
    );
    const marks = listed.flatMap(({ found, principalId }) => [
      registrationMark(found.clientId),
      ...found.roles.map((role) => grantMark(principalId, role)),
    ]);
    const looked: number[] = [];
    const deps: typeof world.deps = {
      ...world.deps,
      cases: {
        ...world.deps.cases,
        all: async function* (state) {
          if (state === "granted") yield* listed;
        },
      },
      progress: { ...world.deps.progress, seen: async () => new Set(marks) },
      consentDirectory: {
        ...world.deps.consentDirectory,
        carried: async (subjects) => {
          looked.push(subjects.length);
          return new Map();
        },
      },
    };
    const passAt = async (hours: number) => {
      looked.length = 0;
      world.setNow(later(hours * HOUR));
      expect(await sweepRevocations(deps)).toMatchObject({ outcome: "done", failed: 0 });
      return looked.reduce((sum, count) => sum + count, 0);
    };
    expect(await passAt(1)).toBe(4_500);
    expect(looked).toHaveLength(15);
    expect((await world.deps.progress.current())?.pass.lookedTo).toBe(
      listed[4_499]?.found.clientId,
    );
    expect(await passAt(2)).toBe(1);
    expect((await world.deps.progress.current())?.pass).not.toHaveProperty("lookedTo");
    expect(await passAt(3)).toBe(4_500);
  });

  test("what they carry is reviewed only where it is too much, or was", async () => {
    const world = consentWorld();
    const records = [await granted(world), await granted(world), await granted(world)];
    const [, much, silent] = records;
    if (!much || !silent) return expect.unreachable();
    world.directory.assign(much.id, [{ resource: "Microsoft Graph", role: "Mail.Read" }]);
    world.directory.silence(silent.id);
    const reviewed: string[] = [];
    const { drift } = world.deps.cases;
    const cases: typeof world.deps.cases = {
      ...world.deps.cases,
      drift: async (clientId) => {
        reviewed.push(clientId);
        return drift(clientId);
      },
    };
    const passAt = async (hours: number) => {
      reviewed.length = 0;
      world.setNow(later(hours * HOUR));
      return sweepRevocations({ ...world.deps, cases });
    };
    expect(await passAt(1)).toMatchObject({ drifted: 1, failed: 0 });
    expect(reviewed).toEqual([much.id]);
    world.directory.withdraw(much.id, "Mail.Read");
    expect(await passAt(2)).toMatchObject({ drifted: 0, failed: 0 });
    expect(reviewed).toEqual([much.id]);
    expect(await passAt(3)).toMatchObject({ drifted: 0, failed: 0 });
    expect(reviewed).toEqual([]);
  });
});
