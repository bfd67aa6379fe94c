import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import {
  secretActions,
  secretKey,
  secretRow,
} from "../../../shared/adapters/records/secret-rows.ts";
import type { Table } from "../../../shared/adapters/records/table.ts";
import { dayOf } from "../../../shared/base/day.ts";
import { recordFound } from "../../../shared/clients/record-found.ts";
import type { TaggedClient } from "./rebuild-record.ts";

/** Most secrets of one transaction, which takes a hundred actions. */
const TOGETHER = 90;

export interface SecretTables {
  readonly clients: Table;
  readonly journal: Table;
  readonly now: Date;
  /** The index went with its table: every secret is to be put into it again. */
  readonly isIndexLost: boolean;
}

const dueAnew = (subscription: string, clientId: string) =>
  secretActions(subscription, { now: "back", clientId });

/**
 * Brings back the records of a client's secrets that are missing; how many that were. Each is to be put into the index of what is
 * due, which the service does within the hour. By whom they were made, and what people have been told of them, is in no
 * directory.
 *
 * @param isKnown whether a row is there; one that says that a secret has gone counts
 */
export async function rebuildSecrets(
  { id, subscription, secrets }: TaggedClient,
  isKnown: (key: { partitionKey: string; rowKey: string }) => boolean,
  tables: SecretTables | undefined,
): Promise<number> {
  const missing = secrets.filter(({ keyId }) => !isKnown(secretKey(subscription, id, keyId)));
  const isDueAnew = missing.length > 0 || (tables?.isIndexLost === true && secrets.length > 0);
  if (!tables || !isDueAnew) return missing.length;
  const { clients, journal, now } = tables;
  if (missing.length === 0) await clients.transact(dueAnew(subscription, id));
  await tableJournal(journal).active(dayOf(now), subscription);
  for (let at = 0; at < missing.length; at += TOGETHER)
    await clients.transact([
      ...missing.slice(at, at + TOGETHER).map((secret) => ({
        do: "insert" as const,
        row: secretRow(recordFound(subscription, id, secret)),
      })),
      ...dueAnew(subscription, id),
    ]);
  return missing.length;
}
