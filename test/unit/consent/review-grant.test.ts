import { describe, expect, test } from "vitest";
import { LATE_FOR_MS } from "../../../shared/clients/late.ts";
import { mayStillShow } from "../../../shared/consent/decisions/may-still-show.ts";
import { mustWait, reviewGrant } from "../../../shared/consent/decisions/review-grant.ts";
import { revokeConsent } from "../../../shared/consent/decisions/revoke.ts";
import { settleAbsence } from "../../../shared/consent/decisions/settle-absence.ts";
import { type ConsentWorld, consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

/** What one read of the directory says of a grant that is on record, and how far it is believed. */

const SHOWN = { status: "granted", principalId: PRINCIPAL } as const;
const HIDDEN = { status: "not-granted" } as const;
const GONE = { status: "absent" } as const;

const listedOf = async (world: ConsentWorld, id: string) =>
  (await world.deps.cases.get("granted", id)) ?? expect.unreachable();

async function grantedAtNoon(grant: Parameters<ConsentWorld["client"]>[1] = {}) {
  const world = consentWorld();
  const consent = { ...aRecord().consent, state: "granted" as const, decidedAt: NOON };
  const record = await world.client({ consent }, { principalId: PRINCIPAL, ...grant });
  return { world, record, listed: await listedOf(world, record.id) };
}
type Granted = Awaited<ReturnType<typeof grantedAtNoon>>;

describe("a grant that is shown", () => {
  const review = async ({ world, listed }: Granted, ms: number, shown = SHOWN.principalId) => {
    world.setNow(later(ms));
    world.counts.requests = 0;
    const reviewed = await reviewGrant(world.deps, listed, { ...SHOWN, principalId: shown });
    expect(reviewed).toBe("kept");
    return world.counts.requests;
  };

  test("is noted once a minute, and costs nothing in between", async () => {
    const { world, record, listed } = await grantedAtNoon();

    expect(await review({ world, record, listed }, 59_999)).toBe(0);
    expect(await review({ world, record, listed }, 60_000)).toBe(1);
    const noted = await listedOf(world, record.id);
    expect(noted.found.grant).toEqual({ principalId: PRINCIPAL, seenAt: later(60_000) });
    expect(await review({ world, record, listed: noted }, 119_999)).toBe(0);
  });

  test.each([
    ["of another principal than was known", { principalId: newId() }],
    ["that was in doubt", { doubtedAt: NOON }],
  ])("%s is noted at once, and in no doubt any more", async (_, grant) => {
    const granted = await grantedAtNoon(grant);

    expect(await review(granted, 1)).toBe(1);

    const { found } = await listedOf(granted.world, granted.record.id);
    expect(found.grant).toEqual({ principalId: PRINCIPAL, seenAt: later(1) });
  });
});

describe("a grant that is not shown", () => {
  test("is neither kept nor doubted where the directory could not say", async () => {
    const { world, record, listed } = await grantedAtNoon();
    world.counts.requests = 0;

    expect(await reviewGrant(world.deps, listed, undefined)).toBe("not-known");

    expect(world.counts.requests).toBe(0);
    expect((await world.record(record))?.consent.state).toBe("granted");
  });

  test("is doubted for as long as a replica may be late, which is noted with a look at it", async () => {
    const { world, record, listed } = await grantedAtNoon();
    world.setNow(later(LATE_FOR_MS - 1));

    expect(await reviewGrant(world.deps, listed, HIDDEN)).toBe("doubted");

    const { found } = await listedOf(world, record.id);
    expect(found.grant).toEqual({ principalId: PRINCIPAL, doubtedAt: later(LATE_FOR_MS - 1) });
    const { operationId, id: clientId } = record;
    expect(world.lookMessages).toEqual([
      { type: "consent.look", version: 1, operationId, clientId },
    ]);
    expect(world.looks).toEqual([later(LATE_FOR_MS - 1 + 30_000)]);
  });

  test("is revoked at once after that", async () => {
    const { world, record, listed } = await grantedAtNoon();
    world.setNow(later(LATE_FOR_MS));

    expect(await reviewGrant(world.deps, listed, HIDDEN, "a request")).toBe("revoked");

    expect((await world.record(record))?.consent.state).toBe("revoked");
    expect(world.entries).toMatchObject([{ by: { requestId: "a request" } }]);
    expect(world.looks).toEqual([]);
  });

  test("counts as shown when it was seen last, also after it was granted", async () => {
    const { world, listed } = await grantedAtNoon({ seenAt: later(LATE_FOR_MS) });
    world.setNow(later(2 * LATE_FOR_MS - 1));

    expect(await mustWait(world.deps, listed)).toBe(true);
  });

  test("and in doubt is looked at again as soon as the claim of a dead host would be taken over", async () => {
    const { world, listed } = await grantedAtNoon();
    const deps = { ...world.deps, reconcileAfterMs: 10_000 };
    await mustWait(deps, listed);
    expect(world.looks).toEqual([later(10_000)]);

    world.setNow(later(9_999));
    const doubted = await listedOf(world, listed.found.clientId);
    expect(await mustWait(deps, doubted)).toBe(true);
    world.setNow(later(10_000));
    expect(await mustWait(deps, doubted)).toBe(false);
    expect(world.looks).toHaveLength(1);
  });

  test("cannot be revoked by an operator before then, who is told when to come again", async () => {
    const { world, record } = await grantedAtNoon();
    world.statuses.set(record.id, HIDDEN);
    const deps = { ...world.deps, automaticGrant: true, reconcileAfterMs: 1_500 };

    await expect(revokeConsent(deps, record.id, "The contract has ended")).rejects.toMatchObject({
      ...{ service: "directory", executed: "unknown", retryAfterSeconds: 2 },
    });
  });
});

describe("a client that is not shown at all", () => {
  const settle = async (ms: number, isHeld = false) => {
    const { world, record, listed } = await grantedAtNoon();
    if (isHeld) world.underWay.add(record.id);
    world.setNow(later(ms));
    const settled = await settleAbsence(world.deps, listed);
    return { settled, isThere: (await world.record(record)) !== undefined };
  };

  test("is late for as long as a replica may be, and has gone after that", async () => {
    expect(await settle(LATE_FOR_MS - 1)).toEqual({ settled: "late", isThere: true });
    expect(await settle(LATE_FOR_MS)).toEqual({ settled: "deleted", isThere: false });
  });

  test("is left alone while an operation of ours holds it", async () => {
    expect(await settle(LATE_FOR_MS, true)).toEqual({ settled: "not-now", isThere: true });
  });

  test("takes its grant with it, once that is in no doubt", async () => {
    const { world, record, listed } = await grantedAtNoon();
    world.setNow(later(LATE_FOR_MS));

    expect(await reviewGrant(world.deps, listed, GONE)).toBe("deleted");
    expect(await world.record(record)).toBeUndefined();
  });

  test("is doubted where it cannot be settled now", async () => {
    const { world, record, listed } = await grantedAtNoon();
    world.underWay.add(record.id);
    world.setNow(later(LATE_FOR_MS));

    expect(await reviewGrant(world.deps, listed, GONE)).toBe("doubted");
    expect(await world.record(record)).toBeDefined();
  });
});

describe("a grant that is shown after it was revoked", () => {
  const by = (kind: "operator" | "directory", state: "revoked" | "rejected" = "revoked") => ({
    ...{ ...aRecord().consent, state },
    ...{ decidedAt: NOON, decidedBy: { kind } },
  });

  test("is no new one while a replica may be late, where an operator has revoked it here", () => {
    expect(mayStillShow(by("operator"), later(LATE_FOR_MS - 1))).toBe(true);
    expect(mayStillShow(by("operator"), later(LATE_FOR_MS))).toBe(false);
  });

  test("is a new one wherever nobody has taken it away from here", () => {
    expect(mayStillShow(by("directory"), NOON)).toBe(false);
    expect(mayStillShow(by("operator", "rejected"), NOON)).toBe(false);
    const { decidedAt: _, ...untimed } = by("operator");
    expect(mayStillShow(untimed, NOON)).toBe(false);
    const { decidedBy: __, ...unsaid } = by("operator");
    expect(mayStillShow(unsaid, NOON)).toBe(false);
  });
});
