import { metrics } from "@opentelemetry/api";
import type { Observation } from "../../shared/observation.ts";

/** docs/observability.md says what each of these is for. They go nowhere unless telemetry is configured. */

const meter = metrics.getMeter("latchkey");

const duration = meter.createHistogram("latchkey.invocation.duration", {
  unit: "ms",
  description: "Time of one invocation, by route and outcome",
});
const directoryCalls = meter.createCounter("latchkey.directory.calls", {
  description: "Requests to the directory",
});
const directoryThrottled = meter.createCounter("latchkey.directory.throttled", {
  description: "Requests the directory answered with 429",
});
const tableOperations = meter.createCounter("latchkey.records.operations", {
  description: "Requests to Table Storage",
});
const reconciled = meter.createCounter("latchkey.journal.reconciled", {
  description: "Abandoned operations, by what became of them",
});
const pendingConsents = meter.createGauge("latchkey.consents.pending", {
  description: "Clients that wait for an administrator",
});
const oldestConsent = meter.createGauge("latchkey.consents.oldest_age", {
  unit: "s",
  description: "How long the oldest of them has waited",
});
const deadLetters = meter.createCounter("latchkey.bus.dead_letters", {
  description: "Messages that could not be worked on and were given up",
});

export function recordInvocation(
  route: string,
  outcome: string,
  durationMs: number,
  observation: Observation,
): void {
  const by = { route };
  duration.record(durationMs, { route, outcome: outcome.split(" ")[0] ?? outcome });
  directoryCalls.add(observation.directoryCalls, by);
  tableOperations.add(observation.tableOperations, by);
  if (observation.directoryThrottled > 0)
    directoryThrottled.add(observation.directoryThrottled, by);
}

export function recordReconciled(tally: Readonly<Record<string, number>>): void {
  for (const [outcome, number] of Object.entries(tally)) {
    if (number > 0) reconciled.add(number, { outcome });
  }
}

/** @param oldestSeconds age of the oldest pending consent, 0 when none is pending */
export function recordPendingConsents(pending: number, oldestSeconds: number): void {
  pendingConsents.record(pending);
  oldestConsent.record(oldestSeconds);
}

/** @param reason `unreadable`, `too-many-deliveries`: a fixed text */
export function recordDeadLetter(queue: string, reason: string): void {
  deadLetters.add(1, { queue, reason });
}
