import type { app as functionsApp, LogLevel } from "@azure/functions";
import { type Logger, SeverityNumber } from "@opentelemetry/api-logs";

const SEVERITIES: Readonly<Partial<Record<LogLevel, SeverityNumber>>> = {
  trace: SeverityNumber.TRACE,
  debug: SeverityNumber.DEBUG,
  information: SeverityNumber.INFO,
  warning: SeverityNumber.WARN,
  error: SeverityNumber.ERROR,
  critical: SeverityNumber.FATAL,
};

/**
 * Exports what our functions log. The worker's own lines pass the same hook, three for each of ours, and would be paid for.
 *
 * @returns false on a worker before 3.10, which knows no log hooks: then the host has to export the lines, as it does for a
 *   worker that does not claim to do so itself
 */
export function exportLogs(app: typeof functionsApp, logger: Logger): boolean {
  try {
    app.hook.log(({ message, level, category }) => {
      if (category !== "user") return;
      logger.emit({
        body: message,
        severityNumber: SEVERITIES[level] ?? SeverityNumber.UNSPECIFIED,
        severityText: level,
      });
    });
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("Log hooks require")) return false;
    throw error;
  }
}
