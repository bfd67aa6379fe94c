import type { ClientRecord } from "../clients/client.ts";
import type { ClientRecords } from "../clients/ports.ts";
import type { SecretRecord, SecretRecords } from "../clients/secret-record.ts";
import type { CalendarLinks } from "./calendar-link.ts";
import type { Reminder } from "./due.ts";

/** One entry of a calendar. */
export interface CalendarEntry {
  /** The same for as long as the secret is there, so that a calendar moves the entry and doubles nothing. */
  readonly id: string;
  readonly at: Date;
  /** When it came to be; an entry that has not changed reads the same each time. */
  readonly madeAt: Date;
  readonly summary: string;
  readonly description: string;
  /** How long before it a calendar may ring, in milliseconds. */
  readonly alarmsMs: readonly number[];
}

export interface CalendarFeed {
  readonly name: string;
  readonly entries: readonly CalendarEntry[];
}

export interface CalendarFeedDeps {
  readonly links: Pick<CalendarLinks, "find">;
  readonly records: Pick<ClientRecords, "list">;
  readonly secrets: Pick<SecretRecords, "secretsOf">;
  readonly reminders: readonly Reminder[];
  /** Where people reach this service, without a closing slash. */
  readonly publicUrl: string;
}

/** The largest page of a table. */
const PAGE = 1000;
/** As many clients as a subscription may have. */
const MOST_PAGES = 10;

/**
 * When each secret and certificate of a subscription ends: it expires, or is removed because another has taken its place. Costs a
 * request, one for each thousand of them and one for each thousand of its clients. Nothing: there is no such address.
 */
export async function calendarFeed(
  deps: CalendarFeedDeps,
  { subscription, hash }: { readonly subscription: string; readonly hash: string },
): Promise<CalendarFeed | undefined> {
  if (!(await deps.links.find(subscription, hash))) return undefined;
  const [secrets, clients] = await Promise.all([
    deps.secrets.secretsOf(subscription),
    clientsOf(deps, subscription),
  ]);
  const entries = secrets.flatMap(({ record }) => {
    // Those of a deleted client are kept for its month.
    const client = clients.get(record.clientId);
    return client ? [entryOf(deps, record, client)] : [];
  });
  const inOrder = entries.toSorted(
    (a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : 1),
  );
  return { name: "Credentials that end", entries: inOrder };
}

async function clientsOf(
  { records }: CalendarFeedDeps,
  subscription: string,
): Promise<ReadonlyMap<string, ClientRecord>> {
  const clients = new Map<string, ClientRecord>();
  let after: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { records: some, more } = await records.list(subscription, PAGE, after);
    for (const record of some) clients.set(record.id, record);
    after = some.at(-1)?.id;
    if (!more || after === undefined) break;
  }
  return clients;
}

function entryOf(
  { reminders, publicUrl }: CalendarFeedDeps,
  { keyId, kind, displayName, createdAt, expiresAt, retiresAt }: SecretRecord,
  { id, displayName: clientName }: ClientRecord,
): CalendarEntry {
  const what = `“${displayName}” of “${clientName}”`;
  const [noun, other] = kind ? ["Certificate", "certificate"] : ["Secret", "secret"];
  const link = `${publicUrl}/#/${id}`;
  const common = { at: retiresAt ?? expiresAt, madeAt: createdAt };
  return retiresAt
    ? {
        ...common,
        id: `${keyId}-retires`,
        summary: `${noun} ${what} is removed`,
        description: `Another ${other} has taken its place. ${link}`,
        alarmsMs: [],
      }
    : {
        ...common,
        id: `${keyId}-expires`,
        summary: `${noun} ${what} expires`,
        description: `Rotate it before: ${link}`,
        alarmsMs: reminders.map(({ beforeMs }) => beforeMs),
      };
}
