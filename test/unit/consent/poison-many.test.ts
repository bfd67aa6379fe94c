import { expect, test } from "vitest";
import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import { tellPoison } from "../../../shared/consent/alerts/poison.ts";
import { reportPoison } from "../../../shared/consent/alerts/report-poison.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { NOON } from "../../support/samples.ts";

test("operators hear of each queue at once, however many messages of another one cannot be worked on", async () => {
  const world = consentWorld();
  const deps = { ...world.deps, alertLog: alertLog(memoryTable()) };
  const queues = { consent: 2_300, operations: 1, webhooks: 200 };
  for (const [queue, count] of Object.entries(queues))
    for (let index = 0; index < count; index += 1)
      await reportPoison(deps, {
        ...{ queue, messageId: `m-${index}`, reason: "operationId: missing", enqueuedAt: NOON },
      });

  expect(await tellPoison(deps, await deps.alertLog.untold())).toBe(1_201);

  expect(world.alerts).toMatchObject([
    { stage: "poison", queue: "consent", count: 1_000 },
    { stage: "poison", queue: "operations", count: 1 },
    { stage: "poison", queue: "webhooks", count: 200 },
  ]);
});
