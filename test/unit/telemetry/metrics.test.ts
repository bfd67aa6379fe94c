import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import { recordInvocation } from "../../../functions/telemetry/metrics.ts";
import { newObservation } from "../../../shared/base/observation.ts";
import { afterFile } from "../../support/after-file.ts";

test("counts operations that were set aside and incidents by reason, wherever they were met and whatever was counted before the SDK was there", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  afterFile(() => metrics.disable());
  recordInvocation("clients-create", "done", 5, newObservation());
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  const notes = ["event-deferred", "incident:parked", "operation-parked"];

  recordInvocation("operations", "parked", 5, { ...newObservation(), notes });
  recordInvocation("clients-create", "done", 5, newObservation());

  await reader.forceFlush();
  const points = exporter
    .getMetrics()
    .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
    .filter(({ descriptor }) => descriptor.name.startsWith("latchkey.operations."))
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => ({ name: descriptor.name, attributes, value })),
    );
  expect(points).toEqual([
    { name: "latchkey.operations.parked", attributes: { route: "operations" }, value: 1 },
    {
      name: "latchkey.operations.incidents",
      attributes: { route: "operations", reason: "parked" },
      value: 1,
    },
  ]);
  await reader.shutdown();
});
