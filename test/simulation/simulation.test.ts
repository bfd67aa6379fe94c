import { describe, expect, test } from "vitest";
import { suspendClient } from "../../shared/operations/clients/suspend-client.ts";
import { testProduct } from "../support/product.ts";
import { ANN } from "../support/samples.ts";
import { audit } from "./audit.ts";
import type { Odds } from "./fates.ts";
import { CALM, testRuns } from "./many-runs.ts";
import { type Simulated, simulate } from "./simulation.ts";
import { SUBSCRIPTIONS } from "./subject.ts";

const ASKED = 60;
/** Of which a client with a secret that is not stopped is left. */
const CALM_SEED = 11;
/** Of a thousand calls. In turn: everything at once; hosts that die; answers that are lost; a directory that refuses. */
const ODDS: readonly Odds[] = [
  { dies: 15, notNow: 10, unknown: 10, refused: 5, late: 0 },
  { dies: 30, notNow: 0, unknown: 0, refused: 0, late: 0 },
  { dies: 5, notNow: 20, unknown: 40, refused: 0, late: 0 },
  { dies: 10, notNow: 5, unknown: 5, refused: 40, late: 0 },
  { dies: 10, notNow: 0, unknown: 5, refused: 0, late: 200 },
];

describe("two hosts, asked for anything by anybody, that die at any of their calls", () => {
  testRuns("leave nothing orphaned, lost, doubled or untrue", {
    usually: 60,
    asked: ASKED,
    odds: ODDS,
    simulate: simulate,
    audit: audit,
  });
});

/** An audit that cannot fail proves nothing: each of its checks is shown what it is there to find. */
describe("the audit finds", () => {
  const OLD = { createdAt: new Date(0) };
  const secret = { displayName: "By hand", createdAt: new Date(0), expiresAt: new Date(1) };
  type Doctor = (run: Simulated, id: string, keyId: string) => unknown;
  const doctors: readonly (readonly [string, Doctor])[] = [
    ["lost", ({ out }, id) => out.directory.delete(id, OLD)],
    ["renamed apart", ({ out }, id) => out.directory.rename(id, "By hand", OLD)],
    ["stopped apart", ({ out }, id) => out.directory.setDisabled(id, true, OLD)],
    ["secret lost", ({ out }, id, keyId) => out.directory.removeSecret(id, keyId, OLD)],
    ["secret without a record", ({ out }, id) => out.directory.addSecret(id, secret, OLD)],
    [
      "orphan",
      ({ out }) =>
        out.directory.create({
          ...{ operationId: "nobody's", subscription: "contoso", displayName: "By hand" },
          roles: [],
        }),
    ],
    [
      "miscounted",
      async ({ out }) => {
        for (const subscription of SUBSCRIPTIONS) {
          const found = await out.tables.clients.get(subscription, "account");
          if (found) await out.tables.clients.replace({ ...found.row, clients: 99 });
        }
      },
    ],
    ["invented", ({ out }, id) => out.events.publish(suspended(id, "2026-01-01T00:00:00.000Z"))],
    [
      "believed to be stopped",
      ({ out }, id) => out.events.publish(suspended(id, "2027-01-01T00:00:00.000Z")),
    ],
    [
      "own stop forgotten",
      async ({ out }, clientId) => {
        for (const subscription of SUBSCRIPTIONS) {
          const found = await out.tables.clients.get(subscription, `client:${clientId}`);
          if (!found) continue;
          const about = { subscription, clientId, by: ANN, reason: "A leaked secret" };
          await suspendClient(testProduct({}, out.tables, out), { ...about, as: "customer" });
          await out.tables.clients.replace(found.row);
        }
      },
    ],
    [
      "untold",
      ({ out }) => {
        const at = out.events.published.findIndex(({ type }) => type === "secret.created");
        (out.events.published as unknown[]).splice(at, 1);
      },
    ],
    ["told done and is not", ({ wishes }) => say(wishes, "Never heard of", true)],
    ["told refused and is done", ({ wishes }) => say(wishes, wishes.find(isDone)?.name, false)],
    ["threw", ({ thrown }) => (thrown as string[]).push("A fault of ours")],
  ];
  const suspended = (clientId: string, time: string) => ({
    ...{ id: "nobody's:client.suspended", type: "client.suspended" as const, time, clientId },
    ...{ subscription: "contoso", data: { by: "operator", reason: "By hand" } },
  });
  const say = (wishes: Simulated["wishes"], name = "", ok: boolean) =>
    (wishes as unknown[]).push({ ask: "rename", name, answer: { ok } });
  const isDone = ({ ask, answer }: Simulated["wishes"][number]) =>
    ask === "create" && typeof answer === "object" && (answer as { ok?: boolean }).ok === true;

  test.each(doctors)("what is %s", async (what, doctor) => {
    const simulated = await simulate(CALM_SEED, ASKED, CALM);
    expect(await audit(simulated)).toEqual([]);
    const client = simulated.out.directory
      .all()
      .find(({ secrets, disabled }) => secrets.length === 1 && !disabled);
    if (!client) throw new Error("The run leaves no client with a secret");

    await doctor(simulated, client.id, client.secrets[0]?.keyId ?? "");

    expect((await audit(simulated)).map((one) => one.split(":")[0])).toContain(what);
  });
});
