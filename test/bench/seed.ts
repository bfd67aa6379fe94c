import { randomUUID } from "node:crypto";
import { TableClient, type TransactionAction } from "@azure/data-tables";
import { accountRow, clientRow } from "../../shared/adapters/records/client-rows.ts";
import { aRecord } from "../support/samples.ts";

/** Most actions of one transaction. */
const BATCH = 100;
const LANES = 4;

/**
 * Writes clients straight into the records, as the service would have left them; the directory knows none of them. Their ids
 * sort after every real one.
 */
export async function seedClients(
  tables: string,
  wanted: readonly { readonly subscription: string; readonly clients: number }[],
): Promise<void> {
  const client = TableClient.fromConnectionString(tables, "clients", {
    allowInsecureConnection: true,
  });
  const queue = wanted.flatMap(({ subscription, clients }) => {
    const rows: TransactionAction[] = Array.from({ length: clients }, () => [
      "create",
      { ...clientRow(aRecord({ subscription, id: `ffffffff${randomUUID().slice(8)}` })) },
    ]);
    const account = accountRow({ subscription, clients, minute: 0, writes: 0 }, randomUUID());
    rows.push(["upsert", { ...account }, "Replace"]);
    const batches: TransactionAction[][] = [];
    while (rows.length > 0) batches.push(rows.splice(0, BATCH));
    return batches;
  });
  const lane = async () => {
    for (let batch = queue.shift(); batch; batch = queue.shift())
      await client.submitTransaction(batch);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}
