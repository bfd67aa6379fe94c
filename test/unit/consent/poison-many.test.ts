import { expect, test } from "vitest";
import { alertLog } from "../../../shared/adapters/records/alert-log.ts";
import { stopLog } from "../../../shared/adapters/records/stop-log.ts";
import { tellPoison } from "../../../shared/consent/alerts/poison.ts";
import { reportPoison } from "../../../shared/consent/alerts/report-poison.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { consentWorld } from "../../support/consent-world.ts";
import { NOON, newId, OLGA } from "../../support/samples.ts";

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

test("operators hear of them however many stops wait to be told, and of all of those", async () => {
  const world = consentWorld();
  const table = memoryTable();
  const deps = { ...world.deps, alertLog: alertLog(table) };
  for (let index = 0; index < 1_001; index += 1)
    await stopLog(table).keep({
      ...{ type: "stop.notice", version: 1, id: `s-${index}`, operationId: newId() },
      ...{ subscription: "contoso", action: "client.suspended", by: OLGA.actor },
      at: NOON.toISOString(),
    });
  const poison = { queue: "consent", messageId: "m", reason: "No", enqueuedAt: NOON };
  await reportPoison(deps, poison);

  const untold = await deps.alertLog.untold();

  expect(untold.stops).toHaveLength(1_001);
  expect(await tellPoison(deps, untold)).toBe(1);
});
