import type { app as functionsApp } from "@azure/functions";
import { ManagedIdentityCredential } from "@azure/identity";
import {
  AzureMonitorLogExporter,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from "@azure/monitor-opentelemetry-exporter";
import { context, metrics, propagation } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BatchLogRecordProcessor, LoggerProvider } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type { Settings } from "../../shared/settings/settings.ts";
import { inTime } from "./in-time.ts";
import { exportLogs } from "./logs.ts";

const METRICS_EVERY_MS = 60_000;

/** Traces, metrics and logs to Application Insights, by the official exporter. What is queued leaves when the app terminates. */
export function exportToAzureMonitor(
  app: typeof functionsApp,
  { connectionString, identityClientId }: NonNullable<Settings["telemetry"]>,
): void {
  const options = {
    connectionString,
    ...(identityClientId && {
      credential: new ManagedIdentityCredential({ clientId: identityClientId }),
    }),
  };
  const resource = resourceFromAttributes({ "service.name": "latchkey" });
  const traces = new NodeTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new AzureMonitorTraceExporter(options))],
  });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new AzureMonitorMetricExporter(options),
        exportIntervalMillis: METRICS_EVERY_MS,
      }),
    ],
  });
  const logs = new LoggerProvider({
    resource,
    processors: [new BatchLogRecordProcessor({ exporter: new AzureMonitorLogExporter(options) })],
  });
  traces.register();
  metrics.setGlobalMeterProvider(meters);

  // Whoever says so has to export the logs: the host then exports none.
  if (exportLogs(app, logs.getLogger("latchkey"))) {
    app.setup({ capabilities: { WorkerOpenTelemetryEnabled: true } });
  }
  // The host's span is the parent of everything an invocation does.
  app.hook.preInvocation((invocation) => {
    const { traceParent, traceState } = invocation.invocationContext.traceContext ?? {};
    if (!traceParent) return;
    const carrier = { traceparent: traceParent, ...(traceState && { tracestate: traceState }) };
    const parent = propagation.extract(context.active(), carrier);
    invocation.functionHandler = context.bind(parent, invocation.functionHandler);
  });
  app.hook.appTerminate(() => inTime([traces.shutdown(), meters.shutdown(), logs.shutdown()]));
}
