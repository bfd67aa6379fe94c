import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import { consentCases } from "../../../shared/adapters/records/consent-cases.ts";
import { revocationProgress } from "../../../shared/adapters/records/revocation-progress.ts";
import { stopLog } from "../../../shared/adapters/records/stop-log.ts";
import { usageBoard } from "../../../shared/adapters/records/usage-board.ts";
import { RemoteUnavailable } from "../../../shared/base/unavailable.ts";
import { sharedUsage } from "../../../shared/base/usage.ts";
import { DirectoryRefused } from "../../../shared/clients/ports.ts";
import { alertGate } from "../../../shared/consent/alerts/alert-gate.ts";
import { alertStop } from "../../../shared/consent/alerts/alert-stop.ts";
import { handleMessage } from "../../../shared/consent/clock/handle-message.ts";
import { sweepConsents } from "../../../shared/consent/sweeps/sweep.ts";
import { sweepRevocations } from "../../../shared/consent/sweeps/sweep-revocations.ts";
import { unlistClient } from "../../../shared/consent/unlist-client.ts";
import type { ConsentMessage } from "../../../shared/events/consent-message.ts";
import { checkLater } from "../../../shared/operations/settling/checks.ts";
import { ROLE_MEANINGS } from "../../support/samples.ts";
import { type Host, startHost } from "../host.ts";
import { away, type Otherwise, type Process } from "../process.ts";
import type { ConsentOutside } from "./outside.ts";

export type ConsentHost = ReturnType<typeof startConsentHost>;

/** What it would list, or change for operators, it may refuse as well. */
const ofDirectory: Otherwise = (fate) => {
  if (fate === "refused") throw new DirectoryRefused({ reason: "not-ours" });
  throw new RemoteUnavailable("directory", { executed: fate === "unknown" ? "unknown" : "no" });
};
/** Replicas are half a minute apart at most. */
export const LATEST_MS = 25_000;

/** A process that works on operations and on the consent clock until it dies at one of its remote calls. */
export function startConsentHost(out: ConsentOutside, process: Process) {
  const { remote, runtime } = process;
  const records = away("records");
  const cases = consentCases(remote(out.consents, records));
  const stops = stopLog(remote(out.alerts, records));
  const usage = sharedUsage(usageBoard(out.usage), runtime);
  const gate = alertGate(usage, runtime, out.policy.gate);
  const channels = gate.paced(out.channels.map((one) => remote(one, away("alerts"))));
  const queueUrl = "https://latchkey.example/consents";
  const host: Host = startHost(out, process, {
    promise: out.policy,
    unlist: (record) =>
      unlistClient({ cases, consentQueue: host.product.consentQueue, runtime }, record),
    tellStop: (notice) =>
      alertStop(
        {
          ...{ channels, gate, runtime, queueUrl, stopLog: stops },
          putOff: (later, at) => checkLater(host.product, later, at),
        },
        notice,
      ),
  });
  const { product } = host;
  const clock = {
    ...{ cases, channels, gate, runtime, queueUrl, stopLog: stops },
    records: product.records,
    consentDirectory: remote(out.grants.directory, ofDirectory, {
      late: (call, asked) => out.grants.late(call, asked, runtime.random() * LATEST_MS),
    }),
    consentQueue: product.consentQueue,
    events: product.events,
    promise: out.policy,
    thresholds: out.policy.thresholds,
    policy: "as set",
    roleMeanings: ROLE_MEANINGS,
    grantUrl: (appId: string) => `https://directory.example/${appId}`,
    reconcileAfterMs: product.reconcileAfterMs,
    settleCreate: host.settleCreate,
    alertLog: alertLog(remote(out.alerts, records)),
    progress: revocationProgress(remote(out.consents, records)),
    revocationEveryMs: 3_600_000,
    automaticGrant: true,
  };
  return {
    ...host,
    clock,
    tick: (message: ConsentMessage) => handleMessage(clock, message),
    sweep: () => sweepConsents(clock),
    pass: () => sweepRevocations(clock),
  };
}
