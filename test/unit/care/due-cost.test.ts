import { expect, test } from "vitest";
import { dueIndex } from "../../../shared/adapters/records/due-index.ts";
import { secretRecords } from "../../../shared/adapters/records/secret-records.ts";
import { parseReminders } from "../../../shared/care/reminders.ts";
import { workOffDue } from "../../../shared/care/work-off-due.ts";
import { memoryTable } from "../../doubles/memory-table.ts";
import { countedTable } from "../../support/counted-table.ts";
import { testRuntime } from "../../support/product.ts";
import { newId } from "../../support/samples.ts";
import { seedSecrets } from "../../support/seed-secrets.ts";

const DAY_MS = 86_400_000;

/** What one day's work asks of the tables. */
async function dayOf(secrets: number, due: number) {
  const clients = countedTable(memoryTable());
  const journal = countedTable(memoryTable());
  const index = dueIndex(journal);
  await seedSecrets({ clients, journal }, { secrets, due });
  const records = secretRecords(clients, newId);
  const runtime = testRuntime();
  const deps = { secrets: records, index, reminders: parseReminders("P1D"), runtime };
  await index.setDoneTo("worked", "2026-02-28");
  for (const { counts } of [clients, journal]) Object.assign(counts, { requests: 0, rowsRead: 0 });
  runtime.pass(DAY_MS);
  const worked = await workOffDue({ ...deps, entryMs: 1_000 }, async (_, { record, version }) => {
    const next = { ...record, told: ["P1D"] };
    await records.saveSecret(next, version);
    return next;
  });
  return { worked, clients: clients.counts, journal: journal.counts };
}

/** `npm run bench` counts the same in Azurite, with a hundred thousand. */
test("a day's work costs what is due on it, and not what there is", async () => {
  const [few, many] = [await dayOf(1_000, 50), await dayOf(20_000, 50)];

  expect(many).toEqual(few);
  expect(many).toEqual({
    worked: { handled: 50, passed: 0, failed: 0 },
    // The record of each, and the mark on it.
    clients: { requests: 100, rowsRead: 50 },
    // How far it has come, three days and that one of them is done with; what comes next of each put in, and what was due out.
    journal: { requests: 1 + 3 + 1 + 100, rowsRead: 1 + 50 },
  });
});
