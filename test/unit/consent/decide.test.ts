import { describe, expect, test } from "vitest";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { decide, finishDecision } from "../../../shared/consent/decisions/decide.ts";
import type { Decision, Verdict } from "../../../shared/consent/decisions/decision.ts";
import { rejectConsent, verifyConsent } from "../../../shared/consent/decisions/operate.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { later, NOON, newId } from "../../support/samples.ts";

type World = ReturnType<typeof consentWorld>;
const PRINCIPAL = "11111111-1111-4111-8111-111111111111";

async function decisionOn(world: World, to: Verdict, changes: Partial<Decision> = {}) {
  const record = await world.client();
  const listed = await world.deps.cases.get("pending", record.id);
  if (!listed) throw new Error("The client has no case");
  const decision = { id: newId(), to, at: NOON, of: listed.found, ...changes };
  return { record, decision };
}

/** Every write of the decision's own tables fails once, at each place in turn; the sweep finishes what was begun. */
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
        alertLog: mortal(deps.alertLog),
      };
      const survived = await decide(dying, decision).then(
        () => steps < step,
        () => false,
      );
      const begun = (await deps.cases.decision(record.id)) !== undefined;
      world.setNow(later(deps.reconcileAfterMs));
      if (!begun && !survived) await decide(deps, decision);
      await sweepConsents(deps);
      world.setNow(later(2 * deps.reconcileAfterMs));
      await sweepConsents(deps);

      const after = await world.record(record);
      if (to === "deleted") expect(after).toBeUndefined();
      else expect(after).toMatchObject({ revision: record.revision + 1, consent: { state: to } });
      const listed = await deps.cases.find(record.id);
      expect(listed.map(({ found }) => found.consent.state)).toEqual(to === "deleted" ? [] : [to]);
      expect(await deps.cases.decision(record.id)).toBeUndefined();
      const ids = new Set(world.events.map(({ id }) => id));
      const last = to === "deleted" ? ("client.deleted" as const) : (`consent.${to}` as const);
      expect([...ids].filter((id) => id.includes(last))).toHaveLength(1);
      expect(world.types().indexOf("consent.requested")).toBeLessThan(world.types().indexOf(last));
      if (!survived) continue;
      expect(step).toBeGreaterThan(10);
      return;
    }
  },
);

describe("two decisions at once", () => {
  test("one of them counts, and the other learns which", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "rejected", { reason: "No" });
    const [first, second] = await Promise.all([
      decide(world.deps, decision),
      decide(world.deps, { ...decision, id: newId(), to: "rejected", at: later(5), reason: "Nay" }),
    ]);
    expect([first.decided, second.decided].filter(Boolean)).toHaveLength(1);
    expect((await world.record(record))?.revision).toBe(record.revision + 1);
    expect(world.types().filter((type) => type === "consent.rejected")).toHaveLength(1);
  });

  test("a decision that stands in the way is finished first", async () => {
    const world = consentWorld();
    const { record, decision } = await decisionOn(world, "granted");
    await world.deps.cases.begin(decision);
    const rejected = await rejectConsent(world.deps, record.id, "No");
    expect(rejected).toEqual({
      ok: false,
      refusal: { reason: "consent-already-decided", state: "granted" },
    });
  });
});

test("a decision that others cannot be told of yet counts for whoever comes next", async () => {
  const world = consentWorld();
  const { decision } = await decisionOn(world, "granted");
  world.away.add("events");
  await decide(world.deps, decision);

  const next = [
    await decide(world.deps, { ...decision, id: newId() }),
    await decide(world.deps, { ...decision, id: newId(), to: "rejected", reason: "No" }),
  ];

  expect(next).toEqual(next.map(() => ({ decided: false, state: "granted" })));
});

describe("operators", () => {
  test("may repeat a rejection, and not turn one around", async () => {
    const world = consentWorld();
    const record = await world.client();
    const first = await rejectConsent(world.deps, record.id, "Not known to us");
    const again = await rejectConsent(world.deps, record.id, "Not known to us");
    expect(again).toEqual(first);
    expect(await world.record(record)).toMatchObject({
      revision: record.revision + 1,
      consent: { state: "rejected", reason: "Not known to us" },
    });
    expect(await rejectConsent(world.deps, record.id, "Another reason")).toMatchObject({
      refusal: { reason: "consent-already-decided" },
    });
  });

  test("see by verifying what was granted and withdrawn in the directory", async () => {
    const world = consentWorld();
    const record = await world.client();
    const state = async () => {
      const verified = await verifyConsent(world.deps, record.id);
      return verified.ok ? verified.value.consent.state : verified.refusal.reason;
    };
    expect(await state()).toBe("pending");
    world.sights.set(record.id, { sight: "granted", principalId: PRINCIPAL });
    expect(await state()).toBe("granted");
    world.sights.set(record.id, { sight: "not-granted" });
    expect(await state()).toBe("revoked");
    world.sights.set(record.id, { sight: "granted", principalId: PRINCIPAL });
    expect(await state()).toBe("granted");
    expect(world.stages()).toEqual(["revoked"]);
    expect(new Set(world.events.map(({ id }) => id)).size).toBe(world.events.length);
  });
});

test("a decision whose announcement fails stands, and is told later", async () => {
  const world = consentWorld();
  const { record, decision } = await decisionOn(world, "granted");
  world.away.add("events");
  expect(await decide(world.deps, decision)).toEqual({ decided: true });
  expect((await world.record(record))?.consent.state).toBe("granted");
  world.away.clear();
  await finishDecision(world.deps, decision);
  expect(world.types()).toEqual(["client.created", "consent.requested", "consent.granted"]);
  expect(await world.deps.cases.decision(record.id)).toBeUndefined();
});
