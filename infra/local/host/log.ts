import type { LogLevel } from "./core-types.ts";

const LEVELS: readonly LogLevel[] = [
  "trace",
  "debug",
  "information",
  "warning",
  "error",
  "critical",
  "none",
];

/** Where a line comes from: the host itself when both are missing. */
interface LogSource {
  readonly functionName?: string;
  readonly invocationId?: string;
}

export interface Log {
  write(level: LogLevel, message: string, source?: LogSource): void;
}

/**
 * One line of text per log on stdout: `2026-01-31T12:00:00.000Z information consent-clock 3f0c… message`. A message with line
 * breaks (a stack trace) keeps them, indented, so that every record still starts with its time.
 *
 * @param minimum host.json's `logging.logLevel.default`
 */
export function createLog(minimum: LogLevel, write: (line: string) => void): Log {
  const threshold = LEVELS.indexOf(minimum);
  return {
    write: (level, message, source = {}) => {
      if (LEVELS.indexOf(level) < threshold) return;
      const from = [source.functionName ?? "host", source.invocationId].filter(Boolean).join(" ");
      write(`${new Date().toISOString()} ${level} ${from} ${message.replaceAll("\n", "\n    ")}\n`);
    },
  };
}
