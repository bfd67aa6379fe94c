import type * as z from "zod";
import { note } from "../../base/observation.ts";
import { Illegible, IllegibleRow, type Unread } from "../../base/unavailable.ts";
import type { Row, RowPage, RowQuery, StoredRow, Table } from "./table.ts";

/** What a row holds. @throws IllegibleRow */
export function readRow<T extends z.ZodType>(shape: T, row: Row): z.infer<T> {
  try {
    return shape.parse(row);
  } catch {
    // What it was that is wrong with it would quote the row.
    throw new IllegibleRow(`${row.partitionKey} ${row.rowKey}`);
  }
}

/**
 * What can be read of a row that stands among others: nothing of one that another version has written, or a hand. It stays as it is
 * and holds up none of the others; the note has somebody look.
 *
 * @param what the note names
 */
export function legible<T>(what: string, read: () => T, unread?: () => void): readonly T[] {
  try {
    return [read()];
  } catch {
    note(`${what}-row-illegible`);
    unread?.();
    return [];
  }
}

/** The same of the one row that somebody has asked for. */
export function legibleOne<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    note(`${what}-row-illegible`);
    throw new Illegible({ cause });
  }
}

export interface LegiblePage<T> {
  readonly items: readonly T[];
  readonly more: boolean;
  /** Rows were passed by. */
  readonly illegible: boolean;
}

/** One that is not the last holds at least one item: whoever asks goes on behind the last one that they were given. */
export async function legiblePage<T>(
  table: Table,
  query: RowQuery,
  limit: number,
  what: string,
  read: (stored: StoredRow) => T,
  unread?: Unread,
): Promise<LegiblePage<T>> {
  let illegible = false;
  let cursor: string | undefined;
  for (;;) {
    const { rows, next }: RowPage = await table.page(query, limit, cursor);
    const items = rows.flatMap((stored) =>
      legible(
        what,
        () => read(stored),
        () => unread?.(stored.row.rowKey),
      ),
    );
    illegible ||= items.length < rows.length;
    if (items.length > 0 || next === undefined)
      return { items, more: next !== undefined, illegible };
    cursor = next;
  }
}
