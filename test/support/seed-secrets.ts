import { dueEntryRow } from "../../shared/adapters/records/due-index.ts";
import { secretRow } from "../../shared/adapters/records/secret-rows.ts";
import type { Table } from "../../shared/adapters/records/table.ts";
import { aSecretRecord, later, newId } from "./samples.ts";

const DAY_MS = 86_400_000;
/** Most actions of one transaction. */
const TRANSACTION = 100;

/**
 * So many secrets in the records, each with the index of its one reminder a day before it expires: some are due at noon of the
 * day after the samples' noon, the others on the 300 days after that. Rows are copied: making each anew takes longer than what is
 * to be shown.
 */
export async function seedSecrets(
  { clients, journal }: { readonly clients: Table; readonly journal: Table },
  { secrets, due }: { readonly secrets: number; readonly due: number },
): Promise<void> {
  for (let made = 0, batch = 0; made < secrets; batch += 1) {
    const dueAt = later((batch === 0 ? 1 : 2 + (batch % 300)) * DAY_MS);
    const count = Math.min(batch === 0 ? due : TRANSACTION, secrets - made);
    const record = aSecretRecord({ subscription: newId(), expiresAt: later(DAY_MS, dueAt) });
    const row = secretRow(record);
    const entry = dueEntryRow({ ...record, at: dueAt }, dueAt.toISOString().slice(0, 10));
    const keys = Array.from({ length: count }, newId);
    const copies = (one: typeof row) =>
      keys.map((keyId) => {
        const rowKey = one.rowKey.replace(record.keyId, keyId);
        return { do: "replace" as const, row: { ...one, keyId, rowKey } };
      });
    await clients.transact(copies(row));
    await journal.transact(copies(entry));
    made += count;
  }
}
