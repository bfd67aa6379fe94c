/**
 * What the records need of a table service, and no more: single rows under etags, pages in key order, and transactions
 * within one partition. `azure-table.ts` is the real one; tests of rules have one in memory.
 *
 * Every answer may be lost after the change was made, and is asked for again then. A write that was asked for again and is
 * refused counts as done when the row is found as it was meant to be; rows whose content does not tell whose write it was
 * (counters) carry the id of the write. A write that is refused at once was not done, however the row looks.
 *
 * All methods throw `RemoteUnavailable`, within 5 s a request, 10 s in all and the deadline; `RecordsMissing` when there is no
 * such table.
 */

export type Cell = string | number | boolean;

export interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly [column: string]: Cell | undefined;
}

export interface StoredRow {
  readonly row: Row;
  /** Changes with every write of the row. */
  readonly etag: string;
}

export interface RowQuery {
  readonly partition?: string;
  /** First row key of the range, included. */
  readonly from?: string;
  /** Row key that the range comes after, excluded (`RowKey gt`). */
  readonly after?: string;
  /** End of the range, excluded. */
  readonly before?: string;
  /** Columns that must equal a text. */
  readonly equal?: Readonly<Record<string, string>>;
  /** Columns whose text must sort before another. */
  readonly below?: Readonly<Record<string, string>>;
}

export interface RowPage {
  readonly rows: readonly StoredRow[];
  /** Opaque; absent on the last page. */
  readonly next?: string;
}

export type RowAction =
  | { readonly do: "insert"; readonly row: Row }
  /** Without an etag the row is written whatever was there. */
  | { readonly do: "replace"; readonly row: Row; readonly etag?: string }
  | {
      readonly do: "delete";
      readonly partitionKey: string;
      readonly rowKey: string;
      readonly etag?: string;
    }
  /** Changes no cell: the row has to be there, under this etag if one is given. It gets a new etag. */
  | {
      readonly do: "check";
      readonly partitionKey: string;
      readonly rowKey: string;
      readonly etag?: string;
    };

/**
 * `at`: which of the actions was not as expected, counted from 0, where the service says so; nothing was done.
 */
export type Transacted =
  | { readonly done: true; readonly etags: readonly (string | undefined)[] }
  | { readonly done: false; readonly at?: number };

export interface Table {
  get(partitionKey: string, rowKey: string): Promise<StoredRow | undefined>;
  /** The etag of the new row, or nothing if another row has its key. */
  insert(row: Row): Promise<{ readonly etag: string } | undefined>;
  /** The new etag, or nothing if the row has changed or gone since `etag`. Without `etag` it always succeeds. */
  replace(row: Row, etag?: string): Promise<{ readonly etag: string } | undefined>;
  /** `changed`: the row is there under another etag. `missing`: it was not there (any more). */
  delete(
    partitionKey: string,
    rowKey: string,
    etag?: string,
  ): Promise<"done" | "changed" | "missing">;
  /** Rows in key order, at most `limit` (1–1000) of them; fewer say nothing of whether there are more, none that there are not. */
  page(query: RowQuery, limit: number, cursor?: string): Promise<RowPage>;
  /**
   * All or nothing, at most 100 actions of one partition; the new etag of each row that was written.
   *
   * A transaction whose answer was lost counts as done when every row is as it was meant to be; a `check` says nothing of that,
   * so a transaction must hold at least one row whose content tells whose write it was.
   */
  transact(actions: readonly RowAction[]): Promise<Transacted>;
}

/** Every row of a query, page by page. For sets whose size is bounded by design. */
export async function* eachRow(table: Table, query: RowQuery): AsyncGenerator<StoredRow> {
  for await (const rows of eachPage(table, query)) yield* rows;
}

/** The pages of a query; the last one may be without rows. */
export async function* eachPage(
  table: Table,
  query: RowQuery,
): AsyncGenerator<readonly StoredRow[]> {
  let cursor: string | undefined;
  do {
    const page: RowPage = await table.page(query, 1000, cursor);
    yield page.rows;
    if (page.next !== undefined && page.next === cursor)
      throw new Error("The table service goes in circles: a page is followed by itself");
    cursor = page.next;
  } while (cursor !== undefined);
}
