import { describe, expect, test } from "vitest";
import type { Odds } from "../fates.ts";
import { CALM, testRuns } from "../many-runs.ts";
import { auditConsents } from "./audit.ts";
import { type SimulatedConsents, simulateConsents } from "./simulation.ts";

const ASKED = 25;
/** Of which clients are left that wait and that are granted, and all of whose stages were told. */
const CALM_SEED = 4;
/** Of a thousand calls. In turn: everything at once; hosts that die; answers that are lost; a directory that refuses, and one that is late. */
const ODDS: readonly Odds[] = [
  { dies: 15, notNow: 10, unknown: 10, refused: 5, late: 20 },
  { dies: 30, notNow: 0, unknown: 0, refused: 0, late: 0 },
  { dies: 5, notNow: 20, unknown: 40, refused: 0, late: 0 },
  { dies: 10, notNow: 5, unknown: 5, refused: 40, late: 0 },
  { dies: 0, notNow: 0, unknown: 0, refused: 0, late: 200 },
];

describe("two hosts with the consent clock, whose administrators, channels and directory do as they like", () => {
  testRuns("leave no client unlisted, no alert lost, nothing untrue", {
    usually: 20,
    asked: ASKED,
    odds: ODDS,
    simulate: simulateConsents,
    audit: auditConsents,
  });
});

/** An audit that cannot fail proves nothing: each of its checks is shown what it is there to find. */
describe("the audit of consents finds", () => {
  const STATES = ["pending", "granted", "rejected", "revoked"] as const;
  type Doctor = (run: SimulatedConsents) => unknown;

  /** A row of the index that is there, if need be of that state. */
  const listed = async ({ out }: SimulatedConsents, only: readonly string[] = STATES) => {
    for (const partition of only) {
      const [first] = (await out.consents.page({ partition }, 1)).rows;
      if (first) return first.row;
    }
    throw new Error(`The run leaves none that is ${only.join(" or ")}`);
  };
  const change =
    (columns: Record<string, unknown>, only?: readonly string[]): Doctor =>
    async (run) =>
      run.out.consents.replace({ ...(await listed(run, only)), ...(columns as object) });
  const dropEvent =
    (type: string): Doctor =>
    ({ out }) => {
      const published = out.events.published as unknown as { type: string }[];
      const at = published.findIndex((event) => event.type === type);
      if (at < 0) throw new Error(`No ${type} was told`);
      published.splice(at, 1);
    };
  const dropAlerts =
    (stage: string): Doctor =>
    ({ out }) => {
      const kept = out.receipts.filter(
        ({ alert }) => alert.stage !== stage && alert.stage !== "digest",
      );
      if (kept.length === out.receipts.length) throw new Error(`No ${stage} was told`);
      out.receipts.splice(0, out.receipts.length, ...kept);
    };
  /** As it was told, with a change. */
  const tellAgain =
    (stage: string, changes: object, laterMs = 0): Doctor =>
    ({ out, tasks }) => {
      const told = out.receipts.find(
        ({ alert, channel }) => alert.stage === stage && channel === "webhook",
      );
      if (!told) throw new Error(`No ${stage} was told`);
      const at = told.at + laterMs;
      const alert = { ...told.alert, ...changes, happenedAt: new Date(at) };
      out.receipts.push({ ...told, alert: alert as typeof told.alert, at });
      (tasks as unknown[]).length = 0;
    };
  const NOBODY = "00000000-0000-4000-8000-000000000000";
  /** Of one that is granted. */
  const tellRevoked: Doctor = async (run) =>
    run.out.events.publish({
      ...{ id: `nobody's:consent.revoked:${NOBODY}`, type: "consent.revoked" },
      ...{ time: "2027-01-01T00:00:00.000Z", subscription: "contoso" },
      clientId: (await listed(run, ["granted"])).rowKey,
      data: { decidedAt: "2027-01-01T00:00:00.000Z" },
    });
  const doctors: readonly (readonly [string, Doctor])[] = [
    [
      "on 0 lists",
      async (run) => {
        const { partitionKey, rowKey } = await listed(run);
        await run.out.consents.delete(partitionKey, rowKey);
      },
    ],
    ["listed as granted", change({ decidedAt: "2026-01-01T00:00:00.000Z" }, ["granted"])],
    ["listed as gone", change({ gone: true })],
    [
      "claimed for ever",
      change({ owner: NOBODY, claimedAt: "2026-03-02T12:00:00.000Z" }, ["pending"]),
    ],
    ["doubted for ever", change({ doubtedAt: "2026-03-02T12:00:00.000Z" }, ["granted"])],
    ["listed under another request", change({ operationId: NOBODY }, ["pending"])],
    ["listed ahead of itself", change({ revision: 99 })],
    ["listed and gone", change({ rowKey: NOBODY, clientId: NOBODY })],
    [
      "being decided",
      change({
        ...{ partitionKey: "deciding", decisionId: NOBODY },
        ...{ to: "granted", at: "2026-03-02T12:00:00.000Z" },
      }),
    ],
    [
      "drifted apart",
      async (run) => {
        const { rowKey: id } = await listed(run, ["granted"]);
        const roles = [{ resource: "Graph", role: "Files.Read" }];
        run.out.grants.change(id, (it) => it.assign(id, roles));
      },
    ],
    [
      "kept for ever",
      ({ out }) => out.alerts.insert({ partitionKey: "poison", rowKey: "stop:nobody's" }),
    ],
    [
      "pages for ever",
      ({ out }) => out.consents.insert({ partitionKey: "revocations", rowKey: "page:999999" }),
    ],
    [
      "granted and not-granted",
      async (run) => {
        const { rowKey: id } = await listed(run, ["granted"]);
        run.out.grants.change(id, (it) => it.withdraw(id));
      },
    ],
    ["decided untold", dropEvent("consent.granted")],
    ["made untold", dropEvent("client.created")],
    ["told undecided", tellRevoked],
    ["believed to be revoked", tellRevoked],
    [
      "comes again",
      async (run) => {
        const { rowKey: clientId } = await listed(run);
        const at = new Date("2027-01-01T00:00:00.000Z");
        await run.out.consentQueue.scheduleLook(
          { type: "consent.look", version: 1, operationId: NOBODY, clientId },
          at,
        );
      },
    ],
    ["never told on email", dropAlerts("escalated")],
    ["left out on webhook", dropAlerts("reminded")],
    ["too early on webhook", tellAgain("breached", { id: `${NOBODY}:breached:100%` }, -7_200_000)],
    ["again on webhook", tellAgain("escalated", {})],
    [
      "not so on webhook",
      tellAgain("requested", { id: `${NOBODY}:revoked:${NOBODY}`, stage: "revoked" }),
    ],
  ];

  test.each(doctors)("what is %s", async (what, doctor) => {
    const simulated = await simulateConsents(CALM_SEED, ASKED, CALM);
    expect(await auditConsents(simulated)).toEqual([]);

    await doctor(simulated);

    expect((await auditConsents(simulated)).map((one) => one.split(/[:,]/)[0])).toContain(what);
  });
});
