import { clientRecords } from "../../shared/adapters/records/client-records.ts";
import { idempotencyRecords } from "../../shared/adapters/records/idempotency.ts";
import { tableJournal } from "../../shared/adapters/records/journal.ts";
import type { Runtime } from "../../shared/base/runtime.ts";
import { memoryConsentQueue, memoryEvents } from "../doubles/memory-bus.ts";
import { memoryDirectory } from "../doubles/memory-directory.ts";
import { memoryTable } from "../doubles/memory-table.ts";
import { later, NOON, newId } from "./samples.ts";

/** Time that passes only when somebody pauses or a test says so. */
export function testRuntime(): Runtime & { pass(milliseconds: number): void } {
  let now = NOON;
  const pass = (milliseconds: number): void => {
    now = later(milliseconds, now);
  };
  return {
    now: () => now,
    newId,
    pause: async (milliseconds) => pass(milliseconds),
    random: () => 0.5,
    pass,
  };
}

export const RECONCILE_AFTER_MS = 120_000;

/** The product's operations over ports in memory, with everything a test may want to look into afterwards. */
export function testProduct(limits: { maxClients?: number; writesPerMinute?: number } = {}) {
  const runtime = testRuntime();
  return {
    runtime,
    directory: memoryDirectory(runtime),
    records: clientRecords(memoryTable(), newId, runtime.pause),
    journal: tableJournal(memoryTable()),
    idempotency: idempotencyRecords(memoryTable()),
    consentQueue: memoryConsentQueue(),
    events: memoryEvents(),
    limits: { maxClients: 10, writesPerMinute: 100, ...limits },
    consentSlaMs: 86_400_000,
    reconcileAfterMs: RECONCILE_AFTER_MS,
  };
}

export type TestProduct = ReturnType<typeof testProduct>;

/** What nobody has finished yet. */
export async function journalled({ journal }: Pick<TestProduct, "journal">) {
  const entries = [];
  for await (const held of journal.abandoned(new Date("9999-01-01"))) entries.push(held.entry);
  return entries;
}
