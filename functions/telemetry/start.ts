import type { app as functionsApp } from "@azure/functions";
import type { Settings } from "../../shared/settings/settings.ts";

/**
 * Switches OpenTelemetry on when an Application Insights connection string is set, through the Functions' own mode: host.json
 * says `"telemetryMode": "OpenTelemetry"`, the worker says that it exports its logs itself. The SDK is loaded only then, so
 * that it costs an unconfigured host nothing.
 */
export async function startTelemetry(
  app: typeof functionsApp,
  telemetry: Settings["telemetry"],
): Promise<void> {
  if (!telemetry) return;
  const { exportToAzureMonitor } = await import("./azure-monitor.ts");
  exportToAzureMonitor(app, telemetry);
}
