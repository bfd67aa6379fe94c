import { startTables } from "../../infra/local/tables/start.ts";
import { openTap } from "../../infra/local/tap.ts";
import { readTopology } from "../../infra/topology.ts";
import { openTable } from "../../shared/adapters/records/connect.ts";
import { dueIndex } from "../../shared/adapters/records/due-index.ts";
import { secretRecords } from "../../shared/adapters/records/secret-records.ts";
import { parseReminders } from "../../shared/care/reminders.ts";
import { workOffDue } from "../../shared/care/work-off-due.ts";
import { countedTable } from "../support/counted-table.ts";
import { later, newId } from "../support/samples.ts";
import { seedSecrets } from "../support/seed-secrets.ts";

export interface DueFigures {
  readonly secrets: number;
  readonly due: number;
  readonly handled: number;
  readonly requests: number;
  readonly rowsRead: number;
  readonly seconds: number;
}

const DAY_MS = 86_400_000;

/** The work of one day in Azurite: so many secrets in the records, of which a few are due. */
export async function measureDue(secrets: number, due: number): Promise<DueFigures> {
  const tables = await startTables({
    port: 0,
    data: ":memory:",
    tap: openTap,
    tables: readTopology().tables,
  });
  try {
    const connectionString = tables.settings.RecordsConnection;
    const open = (name: string) =>
      countedTable(openTable({ kind: "connectionString", connectionString }, name));
    const [clients, journal] = [open("clients"), open("journal")];
    await seedSecrets({ clients, journal }, { secrets, due });
    const records = secretRecords(clients, newId);
    const index = dueIndex(journal);
    await index.setDoneTo("worked", "2026-02-28");
    const runtime = {
      now: () => later(DAY_MS),
      newId,
      pause: async () => undefined,
      random: () => 0.5,
    };
    for (const { counts } of [clients, journal])
      Object.assign(counts, { requests: 0, rowsRead: 0 });
    const startedAt = performance.now();
    const { handled } = await workOffDue(
      {
        ...{ secrets: records, index, runtime },
        reminders: parseReminders("P1D"),
        entryMs: 25_000,
      },
      async (_, { record, version }) => {
        const next = { ...record, told: ["P1D"] };
        await records.saveSecret(next, version);
        return next;
      },
    );
    return {
      secrets,
      due,
      handled,
      requests: clients.counts.requests + journal.counts.requests,
      rowsRead: clients.counts.rowsRead + journal.counts.rowsRead,
      seconds: (performance.now() - startedAt) / 1000,
    };
  } finally {
    await tables.stop();
  }
}
