import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { isHeld } from "../../../shared/consent/claim.ts";
import { decide } from "../../../shared/consent/decisions/decide.ts";
import type { Decision, NewDecision, Verdict } from "../../../shared/consent/decisions/decision.ts";
import { finishDecision } from "../../../shared/consent/decisions/finish-decision.ts";
import { rejectConsent } from "../../../shared/consent/decisions/operate.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { type ConsentWorld, consentWorld, PRINCIPAL } from "../../support/consent-world.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";

async function decisionOn(world: ConsentWorld, to: Verdict, changes: Partial<NewDecision> = {}) {
  const record = await world.client();
  const listed = await world.deps.cases.get("pending", record.id);
  if (!listed) throw new Error("The client has no case");
  return { record, listed, decision: { to, subject: listed.found, ...changes } };
}

/** As it is written down by a host of which nothing is heard any more. */
async function begun(world: ConsentWorld, next: NewDecision, changes: Partial<Decision> = {}) {
  const decision = { id: newId(), at: world.deps.runtime.now(), told: [], ...next, ...changes };
  const versioned = await world.deps.cases.begin(decision);
  if (!versioned) throw new Error("Another decision is under way");
  return versioned;
}

const statesOf = async (world: ConsentWorld, id: string) =>
  (await world.deps.cases.find(id)).map(({ found }) => found.consent.state);

/** Every call of the decision's own services fails once, at each place in turn; the sweep finishes what was begun. */
test.each(["granted", "rejected", "deleted"] as const)(
  "a host that dies anywhere in '%s' leaves nothing undone and tells nothing twice",
  async (to) => {
    for (let step = 1; ; step += 1) {
      const world = consentWorld();
      const { record, decision } = await decisionOn(world, to, {
        ...(to === "rejected" && { reason: "Not known to us" }),
      });
      let steps = 0;
      const die = () => {
        steps += 1;
        if (steps >= step) throw new RemoteUnavailable("records", { executed: "no" });
      };
      const mortal = <T extends object>(port: T): T =>
        new Proxy(port, {
          get: (target, name, receiver) => {
            const member: unknown = Reflect.get(target, name, receiver);
            if (typeof member !== "function") return member;
            return (...args: unknown[]) => {
              die();
              return member.apply(target, args);
            };
          },
        });
      const { deps } = world;
      const dying = {
        ...deps,
        cases: mortal(deps.cases),
        records: mortal(deps.records),
        events: mortal(deps.events),
      };
      const survived = await decide(dying, decision).then(
        () => steps < step,
        () => false,
      );
      const isBegun = (await deps.cases.decision(record.id)) !== undefined;
      world.setNow(later(deps.reconcileAfterMs));
      if (!isBegun && !survived) await decide(deps, decision);
      await sweepConsents(deps);
      world.setNow(later(2 * deps.reconcileAfterMs));
      await sweepConsents(deps);

      const after = await world.record(record);
      if (to === "deleted") expect(after).toBeUndefined();
      else expect(after).toMatchObject({ revision: record.revision + 1, consent: { state: to } });
      expect(await statesOf(world, record.id)).toEqual(to === "deleted" ? [] : [to]);
      expect(await deps.cases.decision(record.id)).toBeUndefined();
      const ids = new Set(world.events.map(({ id }) => id));
      const last = to === "deleted" ? ("client.deleted" as const) : (`consent.${to}` as const);
      expect([...ids].filter((id) => id.includes(last))).toHaveLength(1);
      expect(world.entries).toMatchObject([
        { action: last, clientId: record.id, by: { actor: { kind: "directory" } } },
      ]);
      expect(world.types().indexOf("consent.requested")).toBeLessThan(world.types().indexOf(last));
      if (!survived) continue;
      expect(step).toBeGreaterThan(6);
      return;
    }
  },
);

test("a decision costs six requests to the tables, and its events one transfer", async () => {
  const world = consentWorld();
  const { listed, decision } = await decisionOn(world, "granted", { principalId: PRINCIPAL });
  world.counts.requests = 0;

  await decide(world.deps, decision, listed.version);

  expect(world.counts.requests).toBe(6);
  expect(world.types()).toEqual(["client.created", "consent.requested", "consent.granted"]);
  expect(world.calls.transfers).toBe(1);
});

describe("two decisions at once", () => {
  test("one of them counts, and the other learns which", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "rejected", { reason: "No" });
    const [first, second] = await Promise.all([
      decide(world.deps, decision),
      decide(world.deps, { ...decision, to: "rejected", reason: "Nay" }),
    ]);
    expect([first.decided, second.decided].filter(Boolean)).toHaveLength(1);
    expect((await world.record(record))?.revision).toBe(record.revision + 1);
    expect(world.types().filter((type) => type === "consent.rejected")).toHaveLength(1);
  });

  test("a decision that stands in the way is finished first", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "granted");
    await begun(world, decision);
    const rejected = await rejectConsent(world.deps, record.id, "No");
    expect(rejected).toEqual({
      ok: false,
      refusal: { reason: "consent-already-decided", state: "granted" },
    });
  });

  test("what one host is telling is left to it, and still counts", async () => {
    const world = consentWorld();
    const { decision } = await decisionOn(world, "granted");
    await begun(world, decision, { claim: { owner: "another host", claimedAt: NOON } });
    const told = await decide(world.deps, { ...decision, to: "rejected", reason: "No" });
    expect(told).toEqual({ decided: false, state: "granted" });
    expect(world.events).toEqual([]);
  });
});

describe("a host that was stalled", () => {
  test("finds that its decision was carried out by another, at the time it was made", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "granted", { principalId: PRINCIPAL });
    const mine = await begun(world, decision);
    world.setNow(later(1_000));
    await finishDecision(world.deps, mine);
    await finishDecision(world.deps, mine);
    expect(await world.record(record)).toMatchObject({
      revision: record.revision + 1,
      consent: { decidedAt: NOON },
    });
  });

  test("neither repeats its decision over a newer one nor takes the newer one's row away", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "granted", { principalId: PRINCIPAL });
    const mine = await begun(world, decision);
    await finishDecision(world.deps, mine);
    world.setNow(later(600_000));
    const granted = await world.deps.cases.get("granted", record.id);
    if (!granted) return expect.unreachable();
    await decide(world.deps, { to: "revoked", subject: granted.found });

    const woken = await finishDecision(world.deps, mine, { isOurs: true });

    expect(woken).toEqual({ decided: false, state: "revoked" });
    expect(await statesOf(world, record.id)).toEqual(["revoked"]);
    expect((await world.record(record))?.consent.state).toBe("revoked");
    expect(world.types().at(-1)).toBe("consent.revoked");
  });

  test("does not write its row over that of a newer decision for the same state", async () => {
    const world = consentWorld();
    const { record, listed, decision } = await decisionOn(world, "granted", {
      principalId: PRINCIPAL,
    });
    const newer = newId();
    const consent = { ...record.consent, state: "granted" as const, decidedAt: later(5_000) };
    const { clock: _, ...rest } = listed.found;
    const { records } = world.deps;
    let isAsleep = true;
    const stalled = {
      ...world.deps,
      records: {
        ...records,
        client: async (subscription: string, id: string) => {
          const found = await records.client(subscription, id);
          if (!isAsleep) return found;
          isAsleep = false;
          // Everything else happens between this read and what follows it.
          await world.list({ ...rest, consent, grant: { principalId: newer } });
          world.put({ ...record, revision: 9, consent });
          return found;
        },
      },
    };
    await decide(stalled, decision);
    expect(await world.deps.cases.get("granted", record.id)).toMatchObject({
      found: { grant: { principalId: newer } },
    });
  });

  test("ends its own decision and no other", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "granted");
    const mine = await begun(world, decision);
    await world.deps.cases.end(mine);
    const next = await begun(world, { ...decision, to: "rejected" });

    await world.deps.cases.end(mine);
    expect(await world.deps.cases.decision(record.id)).toEqual(next);

    const noted = await world.deps.cases.keep({ ...next.decision, told: ["events"] }, next.version);
    await world.deps.cases.drop(next);
    expect(await world.deps.cases.decision(record.id)).toEqual(noted);
    await world.deps.cases.end(next);
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
  });
});

test("a decision that others cannot be told of yet counts for whoever comes next", async () => {
  const world = consentWorld();
  const { decision } = await decisionOn(world, "granted");
  world.away.add("events");
  await decide(world.deps, decision);

  const next = [
    await decide(world.deps, decision),
    await decide(world.deps, { ...decision, to: "rejected", reason: "No" }),
  ];

  expect(next).toEqual(next.map(() => ({ decided: false, state: "granted" })));
});

test("a decision whose announcement fails stands, gives its claim back, and is told later, once to each", async () => {
  const world = consentWorld();
  const { record, decision } = await decisionOn(world, "deleted");
  world.away.add("events");
  expect(await decide(world.deps, decision)).toEqual({ decided: true });
  expect(await world.record(record)).toBeUndefined();
  expect(world.stages()).toEqual(["deleted"]);
  const left = await world.deps.cases.decision(record.id);
  expect(left && isHeld(left.decision.claim, world.deps)).toBe(false);
  world.away.clear();

  expect(await sweepConsents(world.deps)).toMatchObject({ finished: 1 });

  expect(world.types()).toEqual(["client.created", "consent.requested", "client.deleted"]);
  expect(world.stages()).toEqual(["deleted"]);
  expect(await world.deps.cases.decision(record.id)).toBeUndefined();
});

describe("a client that the directory does not show", () => {
  test("is not called deleted while an operation of ours holds it", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "deleted");
    world.underWay.add(record.id);
    expect(await decide(world.deps, decision)).toEqual({ decided: false, state: "pending" });
    expect(await world.record(record)).toBeDefined();
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
    expect([world.events, world.alerts]).toEqual([[], []]);
  });

  test("and that its customer has deleted meanwhile is told by whoever deleted it, not again", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "deleted");
    await world.deps.records.remove(record, NOON);
    expect(await decide(world.deps, decision)).toEqual({ decided: false });
    expect(world.types()).not.toContain("client.deleted");
    expect(await world.deps.cases.decision(record.id)).toBeUndefined();
  });
});

describe("a decision that finds another world than it was made in", () => {
  test("of a client that has gone takes back its rows, and leaves a pending one to its next check", async () => {
    for (const state of ["pending", "granted"] as const) {
      const world = consentWorld();
      const { consent } = aRecord();
      const decided = state === "granted" ? { decidedAt: later(-600_000) } : {};
      const record = await world.client({ consent: { ...consent, ...decided, state } });
      const listed = await world.deps.cases.get(state, record.id);
      if (!listed) return expect.unreachable();
      const to = state === "granted" ? "revoked" : "granted";
      const mine = await begun(world, { to, subject: listed.found });
      // As far as the row of the new state, and no further.
      const { clock: _, ...rest } = listed.found;
      await world.list({ ...rest, consent: { ...record.consent, state: to, decidedAt: NOON } });
      await world.deps.records.remove(record, NOON);

      expect(await finishDecision(world.deps, mine)).toEqual({ decided: false });

      expect(await statesOf(world, record.id)).toEqual(state === "pending" ? ["pending"] : []);
      expect(await world.deps.cases.decision(record.id)).toBeUndefined();
    }
  });

  test("takes back no row but its own", async () => {
    const world = consentWorld();
    const { record, listed, decision } = await decisionOn(world, "granted");
    const mine = await begun(world, decision);
    const { clock: _, ...rest } = listed.found;
    const consent = { ...record.consent, state: "granted" as const, decidedAt: later(-5_000) };
    await world.list({ ...rest, consent });
    world.put({ ...record, consent: { ...record.consent, state: "rejected", decidedAt: NOON } });
    expect(await finishDecision(world.deps, mine)).toEqual({ decided: false, state: "rejected" });
    expect(await world.deps.cases.get("granted", record.id)).toBeDefined();
  });

  test("leaves the end of a client to the host that has begun with it", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "deleted");
    const cases = { ...world.deps.cases, keep: async () => undefined };
    expect(await decide({ ...world.deps, cases }, decision)).toEqual({ decided: true });
    expect(await world.record(record)).toBeDefined();
    expect(await world.deps.cases.decision(record.id)).toBeDefined();
    expect(world.events).toEqual([]);
  });

  test("is over when the one that stood in its way has ended the client", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "deleted");
    await begun(world, decision);
    expect(await decide(world.deps, { ...decision, to: "rejected", reason: "No" })).toEqual({
      decided: false,
    });
    expect(await statesOf(world, record.id)).toEqual([]);
  });

  test("gives up after three that stood in its way and went by themselves", async () => {
    const world = consentWorld();
    const { decision } = await decisionOn(world, "granted");
    let asked = 0;
    const cases = {
      ...world.deps.cases,
      begin: async () => {
        asked += 1;
        return undefined;
      },
    };
    await expect(decide({ ...world.deps, cases }, decision)).rejects.toMatchObject({
      ...{ service: "records", executed: "no", retryAfterSeconds: 1 },
    });
    expect(asked).toBe(3);
  });
});

test("what is decided of a decided client is told by nobody's name but the directory's, and its old row goes", async () => {
  const world = consentWorld();
  const { consent } = aRecord();
  const record = await world.client({
    consent: { ...consent, state: "granted", decidedAt: later(-600_000) },
  });
  const listed = await world.deps.cases.get("granted", record.id);
  if (!listed) return expect.unreachable();
  await decide(world.deps, { to: "revoked", subject: listed.found });
  expect(await statesOf(world, record.id)).toEqual(["revoked"]);
  expect(await world.record(record)).toMatchObject({
    consent: { state: "revoked", decidedBy: { kind: "directory" } },
  });
  expect((await world.record(record))?.consent).not.toHaveProperty("reason");
  expect(world.events).toMatchObject([
    { type: "consent.revoked", data: { decidedBy: { kind: "directory" } } },
  ]);
  const again = await world.deps.cases.get("revoked", record.id);
  if (!again) return expect.unreachable();
  await decide(world.deps, { to: "deleted", subject: again.found });
  expect(world.events.at(-1)).toMatchObject({ id: `${record.operationId}:client.deleted` });
  expect(await statesOf(world, record.id)).toEqual([]);
});

test("a fault of ours in telling comes to light once the rest is noted", async () => {
  const world = consentWorld();
  const { record, decision } = await decisionOn(world, "granted");
  const defect = new Error("ours");
  const events = { ...world.deps.events, publishAll: () => Promise.reject(defect) };
  await expect(decide({ ...world.deps, events }, decision)).rejects.toBe(defect);
  expect(await world.record(record)).toMatchObject({ consent: { state: "granted" } });
  const left = await world.deps.cases.decision(record.id);
  expect(left?.decision).not.toHaveProperty("claim");
});
