import { tableJournal } from "../../../shared/adapters/records/journal.ts";
import {
  secretActions,
  secretKey,
  secretRow,
} from "../../../shared/adapters/records/secret-rows.ts";
import type { Row, Table } from "../../../shared/adapters/records/table.ts";
import { dayOf } from "../../../shared/base/day.ts";
import { EXPIRED } from "../../../shared/care/due.ts";
import { recordFound } from "../../../shared/clients/record-found.ts";
import type { TaggedClient } from "./rebuild-record.ts";

/** Most secrets of one transaction, which takes a hundred actions. */
const TOGETHER = 90;

export interface SecretTables {
  readonly clients: Table;
  readonly journal: Table;
  readonly now: Date;
}

const dueAnew = (subscription: string, clientId: string) =>
  secretActions(subscription, { now: "back", clientId });

/**
 * Brings back the records of a client's secrets that are missing; how many that were. Each is to be put into the index of what is
 * due, which the service does within the hour. By whom they were made, and what people have been told of them, is in no
 * directory.
 *
 * @param found the row of a secret; one that says that it has gone counts
 * @param isIndexed whether the index knows of it. No mark tells that the index was lost: the first host to work on the new one sets it
 */
export async function rebuildSecrets(
  { id, subscription, secrets }: TaggedClient,
  found: (key: { partitionKey: string; rowKey: string }) => Row | undefined,
  isIndexed: (secret: { subscription: string; clientId: string; keyId: string }) => boolean,
  tables: SecretTables | undefined,
): Promise<number> {
  const rowOf = (keyId: string) => found(secretKey(subscription, id, keyId));
  const missing = secrets.filter(({ keyId }) => !rowOf(keyId));
  if (!tables) return missing.length;
  const isLost = secrets
    .flatMap(({ keyId }) => rowOf(keyId) ?? [])
    .some((row) => {
      const keyId = String(row["keyId"]);
      return isDue(row) && !isIndexed({ subscription, clientId: id, keyId });
    });
  if (missing.length === 0 && !isLost) return 0;
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

/** Whatever people are reminded of: until it has gone, or its end was told. */
const isDue = ({ goneAt, retiresAt, told }: Row): boolean =>
  goneAt === undefined && (retiresAt !== undefined || !String(told).includes(`"${EXPIRED}"`));
