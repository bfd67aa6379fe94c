import {
  odata,
  RestError,
  type TableClient,
  type TableEntity,
  type TableEntityResult,
  type TransactionAction,
} from "@azure/data-tables";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { Cell, Row, RowAction, RowPage, RowQuery, StoredRow, Table } from "./table.ts";

/** Azure Table Storage (or Azurite) behind the `Table` port. */
export function azureTable(client: TableClient): Table {
  const get = (partitionKey: string, rowKey: string): Promise<StoredRow | undefined> =>
    answering(async () => {
      try {
        return stored(await client.getEntity(partitionKey, rowKey));
      } catch (error) {
        if (status(error) === 404) return undefined;
        throw error;
      }
    });

  /** After "not as expected": was it our own write whose answer was lost? */
  const isAsMeant = async (row: Row): Promise<{ etag: string } | undefined> => {
    const found = await get(row.partitionKey, row.rowKey);
    return found && sameCells(found.row, row) ? { etag: found.etag } : undefined;
  };

  const write = async (row: Row, send: () => Promise<{ etag?: string }>) =>
    answering(async () => {
      try {
        const { etag } = await send();
        return { etag: etag ?? "*" };
      } catch (error) {
        if ([404, 409, 412].includes(status(error) ?? 0)) return isAsMeant(row);
        throw error;
      }
    });

  return {
    get,
    insert: (row) => write(row, () => client.createEntity(entity(row))),
    replace: (row, etag) =>
      write(row, () =>
        etag
          ? client.updateEntity(entity(row), "Replace", { etag })
          : client.upsertEntity(entity(row), "Replace"),
      ),
    delete: (partitionKey, rowKey, etag) =>
      answering(async () => {
        try {
          await client.deleteEntity(partitionKey, rowKey, etag ? { etag } : {});
          return "done";
        } catch (error) {
          if (status(error) === 404) return "missing";
          if (status(error) === 412) return "changed";
          throw error;
        }
      }),
    page: (query, limit, cursor) => answering(() => page(client, query, limit, cursor)),
    transact: (actions) =>
      answering(async () => {
        try {
          const { subResponses } = await client.submitTransaction(actions.map(transactionAction));
          return subResponses.map(({ etag }) => etag);
        } catch (error) {
          if (![404, 409, 412].includes(status(error) ?? 0)) throw error;
          const outcomes = await Promise.all(
            actions.map(async (action) =>
              action.do === "delete"
                ? (await get(action.partitionKey, action.rowKey)) === undefined && {
                    etag: undefined,
                  }
                : isAsMeant(action.row),
            ),
          );
          const found = outcomes.filter((outcome) => outcome !== undefined && outcome !== false);
          return found.length === actions.length ? found.map(({ etag }) => etag) : undefined;
        }
      }),
  };
}

async function page(
  client: TableClient,
  query: RowQuery,
  limit: number,
  cursor: string | undefined,
): Promise<RowPage> {
  const filter = odataFilter(query);
  const pages = client
    .listEntities(filter ? { queryOptions: { filter } } : {})
    .byPage({ maxPageSize: limit, ...(cursor ? { continuationToken: cursor } : {}) });
  for await (const entities of pages) {
    const next = entities.continuationToken;
    return { rows: entities.map(stored), ...(next ? { next } : {}) };
  }
  return { rows: [] };
}

function odataFilter(query: RowQuery): string {
  const terms: string[] = [];
  if (query.partition !== undefined) terms.push(odata`PartitionKey eq ${query.partition}`);
  if (query.from !== undefined) terms.push(odata`RowKey ge ${query.from}`);
  if (query.before !== undefined) terms.push(odata`RowKey lt ${query.before}`);
  // Column names are ours, values are not: only the values go through the escaping tag.
  for (const [column, text] of Object.entries(query.equal ?? {}))
    terms.push(`${column}${odata` eq ${text}`}`);
  for (const [column, text] of Object.entries(query.below ?? {}))
    terms.push(`${column}${odata` lt ${text}`}`);
  return terms.join(" and ");
}

const entity = (row: Row): TableEntity => ({ ...row });

function transactionAction(action: RowAction): TransactionAction {
  switch (action.do) {
    case "insert":
      return ["create", entity(action.row)];
    case "replace":
      return action.etag
        ? ["update", entity(action.row), "Replace", { etag: action.etag }]
        : ["upsert", entity(action.row), "Replace"];
    case "delete":
      return ["delete", { partitionKey: action.partitionKey, rowKey: action.rowKey }];
  }
}

function stored(result: TableEntityResult<Record<string, unknown>>): StoredRow {
  const { etag, partitionKey, rowKey, timestamp: _, ...rest } = result;
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith("odata.")) continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      cells[name] = value;
  }
  return { row: { ...cells, partitionKey: partitionKey ?? "", rowKey: rowKey ?? "" }, etag };
}

const sameCells = (found: Row, meant: Row): boolean => {
  const present = (row: Row) => Object.entries(row).filter(([, cell]) => cell !== undefined);
  return (
    present(found).length === present(meant).length &&
    present(meant).every(([name, cell]) => found[name] === cell)
  );
};

const status = (error: unknown): number | undefined =>
  error instanceof RestError ? error.statusCode : undefined;

/** Turns what only waiting can mend into `RemoteUnavailable`; anything else is a defect and stays as it is. */
async function answering<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    const code = error.statusCode;
    if (code !== undefined && code !== 408 && code !== 429 && code < 500) throw error;
    throw new RemoteUnavailable(
      "records",
      { executed: "unknown", throttled: code === 429 || code === 503 },
      { cause: error },
    );
  }
}
