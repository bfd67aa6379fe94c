import * as z from "zod";
import type {
  AlertLog,
  PoisonMessage,
  PoisonNotice,
  UntoldMessage,
  VersionedNotice,
} from "../../consent/alerts/alert-log.ts";
import { keySafe } from "../key-safe.ts";
import { legible } from "./legible.ts";
import { POISON, readStop, STOP } from "./stop-log.ts";
import type { Row, RowAction, RowPage, StoredRow, Table } from "./table.ts";

/**
 * Table `alerts`: messages that could not be worked on, and what is held back beside them.
 *
 *     <day>, <queue>:<message id>            why it was refused: what a dead letter does not say of itself
 *     days, <day>                            there are records of that day: a purge reads the days that are over and no others
 *     poison, untold:<queue>:<message id>    nobody was told of it yet
 *     poison, notice:<queue>                 what operators are being told, or were told last
 *     poison, stop:<id>                      what operators have stopped, and not every channel has room for (`stop-log.ts`)
 *
 * The day is the one on which the message came to its queue, so that it is the same with every delivery.
 */

const DAYS = "days";
const UNTOLD = "untold:";
const NOTICE = "notice:";
/** Most rows of one page, and most actions of one transaction. */
const PAGE = 1000;
const TRANSACTION = 100;
/** So many transactions for one day in one run. */
const MOST_PAGES = 1_000;

const instant = z.iso.datetime().transform((value) => new Date(value));
const MessageRow = z.object({
  queue: z.string(),
  messageId: z.string(),
  reason: z.string(),
  enqueuedAt: instant,
  recordedAt: instant,
});
const NoticeRow = z.object({
  queue: z.string(),
  id: z.string(),
  startedAt: instant,
  count: z.number(),
  messageId: z.string(),
  reason: z.string(),
  told: z.string().transform((value) => z.array(z.string()).parse(JSON.parse(value))),
  owner: z.string().optional(),
  claimedAt: instant.optional(),
  doneAt: instant.optional(),
});

/** Behind all of the queue of which this is one: keys hold no `:` of their own, and `;` follows it. */
const afterQueue = (rowKey: string): string =>
  `${rowKey.slice(0, rowKey.indexOf(":", UNTOLD.length))};`;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const nameOf = ({ queue, messageId }: Pick<PoisonMessage, "queue" | "messageId">): string =>
  `${keySafe(queue)}:${keySafe(messageId)}`;

function messageRow(key: Pick<Row, "partitionKey" | "rowKey">, message: UntoldMessage): Row {
  const { queue, messageId, reason, enqueuedAt, recordedAt } = message;
  return {
    ...key,
    ...{ queue, messageId, reason },
    enqueuedAt: enqueuedAt.toISOString(),
    recordedAt: recordedAt.toISOString(),
  };
}

function noticeRow({ claim, told, startedAt, doneAt, ...notice }: PoisonNotice): Row {
  return {
    partitionKey: POISON,
    rowKey: `${NOTICE}${keySafe(notice.queue)}`,
    ...notice,
    startedAt: startedAt.toISOString(),
    told: JSON.stringify(told),
    owner: claim?.owner,
    claimedAt: claim?.claimedAt.toISOString(),
    doneAt: doneAt?.toISOString(),
  };
}

function readNotice({ row, etag }: StoredRow): VersionedNotice {
  const { owner, claimedAt, doneAt, ...notice } = NoticeRow.parse(row);
  const claim = owner !== undefined && claimedAt && { claim: { owner, claimedAt } };
  return { notice: { ...notice, ...claim, ...(doneAt && { doneAt }) }, version: etag };
}

/** The `AlertLog` port on the table `alerts`. */
export function alertLog(table: Table): AlertLog {
  /** Everything of a day, a transaction at a time. */
  const forgetDay = async (day: string): Promise<number> => {
    let forgotten = 0;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const { rows } = await table.page({ partition: day }, TRANSACTION);
      if (rows.length === 0) {
        await table.delete(DAYS, day);
        return forgotten;
      }
      await deleteAll(
        table,
        rows.map(({ row }) => row),
      );
      forgotten += rows.length;
    }
    // The day stays listed: the next run goes on with it.
    return forgotten;
  };

  return {
    record: async (poison, recordedAt) => {
      const message = { ...poison, recordedAt };
      const day = dayOf(poison.enqueuedAt);
      const known = { partitionKey: day, rowKey: nameOf(poison) };
      if (await table.get(known.partitionKey, known.rowKey)) return;
      const untold = { partitionKey: POISON, rowKey: `${UNTOLD}${nameOf(poison)}` };
      await table.insert(messageRow(untold, message));
      await table.insert({ partitionKey: DAYS, rowKey: day });
      // Last: what is recorded is counted too.
      await table.insert(messageRow(known, message));
    },
    untold: async () => {
      const rows: StoredRow[] = [];
      let from = "";
      let cursor: string | undefined;
      for (;;) {
        const page: RowPage = await table.page({ partition: POISON, from }, PAGE, cursor);
        rows.push(...page.rows);
        if (page.next === undefined) break;
        const last = page.rows.at(-1)?.row.rowKey;
        // One queue's messages keep nobody from hearing of another's, and stops of none.
        cursor = last?.startsWith(UNTOLD) ? undefined : page.next;
        if (last !== undefined && cursor === undefined) from = afterQueue(last);
      }
      const under = <T>(prefix: string, read: (stored: StoredRow) => T) =>
        rows
          .filter(({ row }) => row.rowKey.startsWith(prefix))
          .flatMap((stored) => legible("alert", () => read(stored)));
      return {
        messages: under(UNTOLD, ({ row }) => MessageRow.parse(row)),
        notices: under(NOTICE, readNotice),
        stops: under(STOP, readStop),
      };
    },
    saveNotice: async (notice, version) => {
      const row = noticeRow(notice);
      const saved = version ? await table.replace(row, version) : await table.insert(row);
      return saved && { notice, version: saved.etag };
    },
    settle: (messages) =>
      deleteAll(
        table,
        messages.map((it) => ({ partitionKey: POISON, rowKey: `${UNTOLD}${nameOf(it)}` })),
      ),
    purge: async (before) => {
      const days = await table.page({ partition: DAYS, before: dayOf(before) }, PAGE);
      let forgotten = 0;
      for (const { row } of days.rows) forgotten += await forgetDay(row.rowKey);
      return forgotten;
    },
  };
}

/** Rows of one partition, whether or not they are still there. */
async function deleteAll(
  table: Table,
  keys: readonly Pick<Row, "partitionKey" | "rowKey">[],
): Promise<void> {
  for (let at = 0; at < keys.length; at += TRANSACTION) {
    const some = keys.slice(at, at + TRANSACTION);
    const actions = some.map(
      ({ partitionKey, rowKey }): RowAction => ({ do: "delete", partitionKey, rowKey }),
    );
    if ((await table.transact(actions)).done) continue;
    // Another host deletes the same.
    for (const { partitionKey, rowKey } of some) await table.delete(partitionKey, rowKey);
  }
}
