import type { Activity } from "../../../shared/clients/activity.ts";
import type { ClientRecord } from "../../../shared/clients/client.ts";
import type { ConsentAlert } from "../../../shared/consent/alerts/alert.ts";
import { type StageAt, stagesOf } from "../../../shared/consent/clock/thresholds.ts";
import { RECONCILE_AFTER_MS } from "../../support/product.ts";
import { LATEST_MS } from "./host.ts";
import { CHANNELS, type ChannelName, type ConsentOutside, type Receipt } from "./outside.ts";
import type { SimulatedConsents } from "./simulation.ts";

type Told = Receipt & { readonly alert: ConsentAlert };

const OF_THE_CLOCK = ["requested", "reminded", "breached", "escalated"];

const isOfConsent = (receipt: Receipt): receipt is Told => "requestedAt" in receipt.alert;
const idOf = (operationId: string, { stage, threshold }: StageAt): string =>
  [operationId, stage, threshold].filter((part) => part !== "").join(":");

/** When it is due: the request itself at once, whoever is there. */
const dueAt = ({ policy }: ConsentOutside, requestedAt: Date, { offsetMs }: StageAt): number =>
  (offsetMs === 0 ? requestedAt : policy.calendar.add(requestedAt, offsetMs)).getTime();

/** Operators have had every alert that was due, in order, none that was not so, and none again without a death. */
export async function auditAlerts(
  simulated: SimulatedConsents,
  records: readonly ClientRecord[],
  entries: readonly Activity[],
): Promise<string[]> {
  const { receipts } = simulated.out;
  const told = receipts.filter(isOfConsent);
  return CHANNELS.flatMap((channel) => {
    const own = told.filter((one) => one.channel === channel);
    return [
      ...auditStages(simulated, channel, own, records),
      ...auditOrder(simulated, channel, own),
      ...auditFound(channel, own, entries),
    ];
  }).concat(auditRepeats(simulated), await auditTruth(simulated, told));
}

/** Each stage of what waits still was told, by itself or with others. */
function auditStages(
  { out }: SimulatedConsents,
  channel: ChannelName,
  told: readonly Told[],
  records: readonly ClientRecord[],
): string[] {
  const { policy, receipts, runtime } = out;
  const stages = stagesOf(policy.thresholds, policy.slaMs);
  return records
    .filter(({ consent }) => consent.state === "pending")
    .flatMap(({ id, operationId, consent }) => {
      const gathered = digestedAt(receipts, channel, id);
      return stages
        .filter((stage) => {
          const at = dueAt(out, consent.requestedAt, stage);
          return (
            at <= runtime.now().getTime() &&
            !told.some(({ alert }) => alert.id === idOf(operationId, stage)) &&
            !gathered.some((then) => then >= at)
          );
        })
        .map((stage) => `never told on ${channel}: ${stage.stage} ${stage.threshold} of ${id}`);
    });
}

/** When it stood in a digest: it is told of all that was due by then. */
const digestedAt = (receipts: readonly Receipt[], channel: ChannelName, id: string): number[] =>
  receipts.flatMap((one) =>
    one.channel === channel &&
    one.alert.stage === "digest" &&
    one.alert.items.some(({ clientId }) => clientId === id)
      ? [one.at]
      : [],
  );

/** No stage before its time, none behind a later one, none left out. */
function auditOrder(
  { out }: SimulatedConsents,
  channel: ChannelName,
  told: readonly Told[],
): string[] {
  const { policy, receipts } = out;
  const stages = stagesOf(policy.thresholds, policy.slaMs);
  const damage: string[] = [];
  const first = new Map<string, Told>();
  for (const one of told) if (!first.has(one.alert.id)) first.set(one.alert.id, one);
  for (const { alert, at } of first.values()) {
    const { id, stage, threshold = "", clientId, requestedAt } = alert;
    const index = stages.findIndex((it) => it.stage === stage && it.threshold === threshold);
    const one = stages[index];
    if (!one) continue;
    const operationId = id.slice(0, id.length - idOf("", one).length - 1);
    if (dueAt(out, requestedAt, one) > at)
      damage.push(`too early on ${channel}: ${id} of ${clientId}`);
    const gathered = digestedAt(receipts, channel, clientId);
    for (const before of stages.slice(0, index)) {
      const since = dueAt(out, requestedAt, before);
      const had = first.get(idOf(operationId, before));
      if (gathered.some((then) => then >= since && then <= at)) continue;
      if (!had) damage.push(`left out on ${channel}: ${before.threshold} before ${id}`);
      else if (had.at > at) damage.push(`out of order on ${channel}: ${id} of ${clientId}`);
    }
  }
  return damage;
}

/** What was withdrawn or deleted in the directory is told, and no revocation that is not on record. */
function auditFound(
  channel: ChannelName,
  told: readonly Told[],
  entries: readonly Activity[],
): string[] {
  const done = entries.filter(({ outcome }) => outcome === "done");
  const revoked = done.filter(({ action }) => action === "consent.revoked");
  const deleted = done.filter(
    ({ action, by }) => action === "client.deleted" && by.actor.kind === "directory",
  );
  const decisionOf = ({ id }: { readonly id: string }) => id.split(":").at(-1);
  const alerts = (stage: string) => told.filter(({ alert }) => alert.stage === stage);
  return [
    ...revoked
      .filter(({ id }) =>
        alerts("revoked").every(({ alert }) => decisionOf(alert) !== id.split(":")[0]),
      )
      .map(({ id, clientId }) => `never told on ${channel}: ${id} of ${clientId}`),
    ...alerts("revoked")
      .filter(({ alert }) => revoked.every(({ id }) => decisionOf(alert) !== id.split(":")[0]))
      .map(({ alert }) => `not so on ${channel}: ${alert.id} of ${alert.clientId}`),
    ...deleted
      .filter(({ clientId, at }) =>
        alerts("deleted").every((one) => one.alert.clientId !== clientId || one.at < at.getTime()),
      )
      .map(({ clientId }) => `never told on ${channel}: deleted ${clientId}`),
  ];
}

/** Again only where something went wrong after the first time, or its host stood still for as long as counts as its death. */
function auditRepeats({ out, tasks, troubles }: SimulatedConsents): string[] {
  const sweepsAt = (at: number) =>
    tasks.filter(({ what, from, to }) => what === "sweep" && from <= at && to >= at).length;
  const stoodStill = (at: number) =>
    tasks.some(({ from, to }) => from <= at - RECONCILE_AFTER_MS && to >= at);
  const last = new Map<string, number>();
  const damage: string[] = [];
  for (const { channel, alert, at } of out.receipts) {
    // What operators have stopped comes as often as its operation is taken up.
    if (alert.stage === "stop") continue;
    // Hosts hear a second late of each other's digests, and a timer runs on one of them at a time.
    if (alert.stage === "digest" && sweepsAt(at) > 1) continue;
    const what = `${channel}: ${alert.id}`;
    const before = last.get(what);
    last.set(what, at);
    if (before === undefined || stoodStill(before) || stoodStill(at)) continue;
    if (!troubles.some((then) => then >= before && then <= at)) damage.push(`again on ${what}`);
  }
  return damage;
}

/** When it was told, or since whoever told it began, it was so. */
async function auditTruth(
  { out, tasks }: SimulatedConsents,
  told: readonly Told[],
): Promise<string[]> {
  const damage: string[] = [];
  const { grants } = out;
  for (const { channel, alert, at } of told) {
    const { clientId, appId, stage } = alert;
    if (stage === "requested" || stage === "drifted") continue;
    const when = OF_THE_CLOCK.includes(stage) ? at : (alert.happenedAt?.getTime() ?? at);
    const active = tasks.filter(({ from, to }) => from <= when && to >= when);
    const since = Math.min(when, ...active.map(({ from }) => from)) - LATEST_MS;
    const moments = [since, ...grants.changedBetween(clientId, since, when)];
    const subject = { clientId, appId, roles: ["api.read" as const] };
    let isSo = false;
    for (const moment of moments) {
      const { status } = await grants.statusAt(subject, moment);
      isSo ||= stage === "deleted" ? status === "absent" : status === "not-granted";
      if (stage === "revoked") isSo ||= status === "absent";
    }
    if (!isSo) damage.push(`not so on ${channel}: ${alert.id} of ${clientId}`);
  }
  return damage;
}
