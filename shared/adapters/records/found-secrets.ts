import type { FoundSecrets, KnownSecret } from "../../clients/secret-record.ts";
import { leave } from "./activity-rows.ts";
import { afterPrefix } from "./operation-rows.ts";
import { readKnown, SECRET, secretActions } from "./secret-rows.ts";
import { eachRow, type Table } from "./table.ts";

/** The `FoundSecrets` port on the table `clients`. */
export const foundSecrets = (table: Table): FoundSecrets => ({
  known: async ({ subscriptionKey, clientId }) => {
    const prefix = `${SECRET}${clientId}:`;
    const known: KnownSecret[] = [];
    const query = { partition: subscriptionKey, from: prefix, before: afterPrefix(prefix) };
    for await (const stored of eachRow(table, query)) known.push(readKnown(stored));
    return known;
  },
  settle: async (subscription, changes, activity) => {
    const secrets = changes.flatMap((change) => secretActions(subscription, change));
    return (await table.transact([...activity.map(leave), ...secrets])).done;
  },
});
