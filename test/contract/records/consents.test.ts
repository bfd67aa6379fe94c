import { beforeEach, describe, expect, test } from "vitest";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { openCase } from "../../../shared/consent/consent-case.ts";
import type { ConsentCases } from "../../../shared/consent/ports.ts";
import { collect } from "../../support/collect.ts";
import { aRecord, later, NOON, newId } from "../../support/samples.ts";
import { tableTargets } from "./targets.ts";

describe.each(tableTargets)("The consent cases $name", ({ newTable }) => {
  let cases: ConsentCases;
  beforeEach(async () => {
    cases = consentCases(await newTable());
  });

  const ANN = { kind: "customer" as const, issuer: "https://i/", subject: "a", displayName: "Ann" };
  const aCase = () => ({
    ...openCase(aRecord({ requester: ANN }), "Ann"),
    before: { clients: 3, pending: 1, granted: 1, rejected: 1, revoked: 0, more: false },
    gone: true,
  });
  const granted = () => {
    const { clock: _, ...rest } = aCase();
    const decidedBy = {
      kind: "operator" as const,
      issuer: "https://i/",
      subject: "o",
      displayName: "Olga",
    };
    const consent = { ...rest.consent, state: "granted" as const, decidedAt: later(7), decidedBy };
    const grant = { principalId: newId(), seenAt: later(8), doubtedAt: later(9) };
    return { ...rest, consent, grant };
  };

  test("keep everything there is of a case, claim and marks included", async () => {
    const claim = { owner: newId(), claimedAt: later(3) };
    const told = { "requested:": ["webhook", "events"], "reminded:PT4H before": ["teams"] };
    const clock = { nextCheckAt: later(4), byMessage: true, attempts: 2, told, claim };
    for (const listed of [{ ...aCase(), clock }, aCase(), granted()]) {
      const opened = await cases.open(listed);
      expect(opened?.found).toEqual(listed);
      expect(await cases.get(listed.consent.state, listed.clientId)).toEqual(opened);
      expect(await cases.find(listed.clientId)).toEqual([opened]);
    }
  });

  test("list a case once, and let one of two change it", async () => {
    const listed = aCase();
    const claims = [newId(), newId()].map((owner) => ({ owner, claimedAt: NOON }));
    const opened = await cases.open(listed);
    expect(await cases.open({ ...listed, requestedBy: "Bob" })).toBeUndefined();
    if (!opened || !listed.clock) return expect.unreachable();
    const { clock } = listed;
    const [one, two] = await Promise.all(
      claims.map((claim) =>
        cases.replace({ ...listed, clock: { ...clock, claim } }, opened.version),
      ),
    );
    expect([one, two].filter((it) => it !== undefined)).toHaveLength(1);
    expect(await cases.get("pending", listed.clientId)).toEqual(one ?? two);
  });

  test("take away what is as it was seen, and nothing newer", async () => {
    const listed = aCase();
    const opened = await cases.open(listed);
    if (!opened) return expect.unreachable();
    const changed = await cases.replace({ ...listed, displayName: "Another" }, opened.version);
    expect(await cases.remove("pending", listed.clientId, opened.version)).toBe(false);
    expect(await cases.get("pending", listed.clientId)).toEqual(changed);
    expect(await cases.remove("pending", listed.clientId, changed?.version ?? "")).toBe(true);
    expect(await cases.remove("pending", listed.clientId, opened.version)).toBe(true);
    await cases.forget("pending", listed.clientId);
  });

  test("page through a state in the order of ids, each once", async () => {
    const ids = Array.from({ length: 7 }, newId).toSorted();
    for (const clientId of ids.toReversed()) await cases.open({ ...granted(), clientId });
    const seen: string[] = [];
    let after: string | undefined;
    for (;;) {
      const page = await cases.page("granted", 3, after);
      seen.push(...page.cases.map(({ found }) => found.clientId));
      after = seen.at(-1);
      if (!page.more) break;
    }
    expect(seen).toEqual(ids);
  });

  test("hold one decision on a client at a time, as it was written down, until it ends", async () => {
    const subject = aCase();
    const decision = {
      ...{ id: newId(), to: "rejected" as const, at: later(5), reason: "No", told: ["events"] },
      ...{
        subject,
        removing: true,
        boundTo: 3,
        by: ANN,
        requestId: "a-request",
        claim: { owner: newId(), claimedAt: NOON },
      },
    };
    const begun = await cases.begin(decision);
    expect(await cases.begin({ ...decision, id: newId() })).toBeUndefined();
    if (!begun) return expect.unreachable();
    expect(await cases.decision(subject.clientId)).toEqual(begun);
    const all = [];
    for await (const one of cases.decisions()) all.push(one);
    expect(all).toEqual([begun]);
    const kept = await cases.keep({ ...decision, told: [] }, begun.version);
    expect(await cases.keep(decision, begun.version)).toBeUndefined();
    await cases.drop(begun);
    expect(await cases.decision(subject.clientId)).toEqual(kept);
    await cases.end(begun);
    expect(await cases.decision(subject.clientId)).toBeUndefined();
    await cases.end(begun);
  });

  test("know of which subscriptions something was decided on a day, as long as that is kept", async () => {
    const on = (day: string) => collect(cases.decidedOn(day));
    const subject = { ...aCase(), subscription: "Ä / contoso" };
    const decision = { id: newId(), to: "rejected" as const, at: NOON, told: [], subject };
    const before = await collect(cases.decisions());
    const begun = await cases.begin(decision);
    // One that cannot begin notes nothing.
    await cases.begin({ ...decision, at: later(-86_400_000) });

    expect(await on("2026-03-02")).toContain("Ä / contoso");
    expect(await on("2026-03-01")).not.toContain("Ä / contoso");
    expect(await collect(cases.decisions())).toHaveLength(before.length + 1);
    if (begun) await cases.end(begun);
    expect(await on("2026-03-02")).toContain("Ä / contoso");
    await cases.forgetDecidedOn("2026-03-02");
    expect(await on("2026-03-02")).toEqual([]);
    expect(await collect(cases.decisions())).toEqual(before);
  });
});
