import type { FoundSecrets, KnownSecret } from "../../clients/secret-record.ts";
import { leave } from "./activity-rows.ts";
import { clientRow } from "./client-rows.ts";
import { legible } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { readKnown, SECRET, secretActions } from "./secret-rows.ts";
import { eachRow, type RowAction, type Table } from "./table.ts";

/** The `FoundSecrets` port on the table `clients`. */
export const foundSecrets = (table: Table): FoundSecrets => ({
  known: async ({ subscriptionKey, clientId }) => {
    const prefix = `${SECRET}${clientId}:`;
    const known: KnownSecret[] = [];
    const query = { partition: subscriptionKey, from: prefix, before: afterPrefix(prefix) };
    for await (const stored of eachRow(table, query)) {
      const { row, etag: version } = stored;
      const [read] = legible("secret", () => readKnown(stored));
      known.push(read ?? { keyId: row.rowKey.slice(prefix.length), version, illegible: true });
    }
    return known;
  },
  settle: async (subscription, changes, activity, client) => {
    const actions: RowAction[] = changes.flatMap((change) => secretActions(subscription, change));
    if (client)
      actions.push({ do: "replace", row: clientRow(client.record), etag: client.version });
    return (await table.transact([...activity.map(leave), ...actions])).done;
  },
});
