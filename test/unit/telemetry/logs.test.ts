import type { app as functionsApp, LogHookContext, LogHookHandler } from "@azure/functions";
import type { LogRecord } from "@opentelemetry/api-logs";
import { expect, test } from "vitest";
import { exportLogs } from "../../../functions/telemetry/logs.ts";

/** The one member of the library's `app` that is used, and what a worker does with it. */
const appWith = (log: (handler: LogHookHandler) => unknown) =>
  ({ hook: { log } }) as typeof functionsApp;

const collect = () => {
  const records: LogRecord[] = [];
  return { records, logger: { emit: (record: LogRecord) => records.push(record) } as never };
};

test("exports the lines of functions, with their level, and none of the worker's own", () => {
  const { records, logger } = collect();
  let hook: LogHookHandler = () => undefined;
  const exported = exportLogs(
    appWith((handler) => {
      hook = handler;
    }),
    logger,
  );
  for (const category of ["user", "system", "customMetric"] as const)
    hook({ message: category, level: "warning", category } as LogHookContext);

  expect(exported).toBe(true);
  expect(records).toEqual([{ body: "user", severityNumber: 13, severityText: "warning" }]);
});

test("leaves the export to the host on a worker without log hooks", () => {
  const { logger } = collect();
  const old = appWith(() => {
    throw new Error("Log hooks require Azure Functions Host v4.34 or higher.");
  });
  expect(exportLogs(old, logger)).toBe(false);
});

test("hides no other fault", () => {
  const { logger } = collect();
  const broken = appWith(() => {
    throw new Error("something else");
  });
  expect(() => exportLogs(broken, logger)).toThrow("something else");
});
