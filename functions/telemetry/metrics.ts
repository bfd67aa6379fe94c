import { type Meter, type MeterProvider, metrics } from "@opentelemetry/api";
import type { Observation } from "../../shared/base/observation.ts";

/** docs/observability.md says what each of these is for. They go nowhere unless telemetry is configured. */

type Instruments = ReturnType<typeof createInstruments>;
let made: { by: MeterProvider; instruments: Instruments } | undefined;

/** Of the SDK that is registered now: instruments of the metrics API, unlike tracers, stay with what was there when they were made. */
const use = (): Instruments => {
  const by = metrics.getMeterProvider();
  if (made?.by !== by) made = { by, instruments: createInstruments(by.getMeter("latchkey")) };
  return made.instruments;
};

const createInstruments = (meter: Meter) => ({
  duration: meter.createHistogram("latchkey.invocation.duration", {
    unit: "ms",
    description: "Time of one invocation, by route and outcome",
  }),
  directoryCalls: meter.createCounter("latchkey.directory.calls", {
    description: "Requests to the directory",
  }),
  directoryThrottled: meter.createCounter("latchkey.directory.throttled", {
    description: "Requests the directory answered with 429",
  }),
  tableOperations: meter.createCounter("latchkey.records.operations", {
    description: "Requests to Table Storage",
  }),
  reconciled: meter.createCounter("latchkey.journal.reconciled", {
    description: "What was left over while the bus was away, by what became of it",
  }),
  parked: meter.createCounter("latchkey.operations.parked", {
    description: "Operations that nobody could end, set aside for operators",
  }),
  incidents: meter.createCounter("latchkey.operations.incidents", {
    description: "What only operators can mend, by reason",
  }),
  pendingConsents: meter.createGauge("latchkey.consents.pending", {
    description: "Clients that wait for an administrator",
  }),
  oldestConsent: meter.createGauge("latchkey.consents.oldest_age", {
    unit: "s",
    description: "How long the oldest of them has waited",
  }),
  deadLetters: meter.createCounter("latchkey.bus.dead_letters", {
    description: "Messages that could not be worked on and were given up",
  }),
});

export function recordInvocation(
  route: string,
  outcome: string,
  durationMs: number,
  observation: Observation,
): void {
  const by = { route };
  use().duration.record(durationMs, { route, outcome: outcome.split(" ")[0] ?? outcome });
  use().directoryCalls.add(observation.directoryCalls, by);
  use().tableOperations.add(observation.tableOperations, by);
  if (observation.directoryThrottled > 0)
    use().directoryThrottled.add(observation.directoryThrottled, by);
  for (const name of observation.notes) {
    if (name === "operation-parked") use().parked.add(1, by);
    const [what, reason] = name.split(":");
    if (what === "incident") use().incidents.add(1, { ...by, reason });
  }
}

export function recordReconciled(tally: Readonly<Record<string, number>>): void {
  for (const [outcome, number] of Object.entries(tally)) {
    if (number > 0) use().reconciled.add(number, { outcome });
  }
}

/** @param oldestSeconds age of the oldest pending consent, 0 when none is pending */
export function recordPendingConsents(pending: number, oldestSeconds: number): void {
  use().pendingConsents.record(pending);
  use().oldestConsent.record(oldestSeconds);
}

/** @param reason `unreadable`, `too-many-deliveries`: a fixed text */
export function recordDeadLetter(queue: string, reason: string): void {
  use().deadLetters.add(1, { queue, reason });
}
