import {
  odata,
  type TableClient,
  type TableEntity,
  type TableEntityResult,
  type TransactionAction,
} from "@azure/data-tables";
import { refusedAction, Unreadable } from "./answer.ts";
import { ask } from "./ask.ts";
import { deleteEtagsPolicy, withDeleteEtags } from "./delete-etags.ts";
import type { Cell, Row, RowAction, RowPage, RowQuery, StoredRow, Table } from "./table.ts";

/** More of them in a row say that something is wrong. */
const EMPTY_PAGES = 100;

/**
 * Azure Table Storage (or Azurite) behind the `Table` port. The client must not repeat requests by itself: `ask` does, and has to
 * know. A refusal is looked into (by reading) only when an earlier attempt may have done the change.
 */
export function azureTable(client: TableClient): Table {
  client.pipeline.addPolicy(deleteEtagsPolicy, { phase: "Serialize" });
  const asked = <T>(send: (signal: AbortSignal) => Promise<T>) => ask(client.tableName, send);

  const get = async (partitionKey: string, rowKey: string): Promise<StoredRow | undefined> => {
    const heard = await asked(async (abortSignal) =>
      stored(
        await client.getEntity(partitionKey, rowKey, {
          abortSignal,
          onResponse: demand((body) => typeof body === "object" && body !== null),
        }),
      ),
    );
    if ("answer" in heard) return heard.answer;
    if (heard.refusal.statusCode === 404) return undefined;
    throw heard.refusal;
  };

  /** After "not as expected": was it our own write whose answer was lost? */
  const isAsMeant = async (row: Row): Promise<{ etag: string } | undefined> => {
    const found = await get(row.partitionKey, row.rowKey);
    return found && sameCells(found.row, row) ? { etag: found.etag } : undefined;
  };

  const isGone = async (partitionKey: string, rowKey: string) =>
    (await get(partitionKey, rowKey)) ? undefined : { etag: undefined };

  const write = async (
    row: Row,
    send: (abortSignal: AbortSignal) => Promise<{ etag?: string }>,
  ) => {
    const heard = await asked(async (abortSignal) => ({
      etag: known((await send(abortSignal)).etag),
    }));
    if ("answer" in heard) return heard.answer;
    return heard.mayBeDone ? isAsMeant(row) : undefined;
  };

  /** Where each row stands after a transaction whose answer may have been lost. A check leaves nothing to see. */
  const found = (action: RowAction): Promise<{ etag: string | undefined } | undefined> => {
    switch (action.do) {
      case "check":
        return Promise.resolve({ etag: undefined });
      case "delete":
        return isGone(action.partitionKey, action.rowKey);
      default:
        return isAsMeant(action.row);
    }
  };

  return {
    get,
    insert: (row) => write(row, (abortSignal) => client.createEntity(entity(row), { abortSignal })),
    replace: (row, etag) =>
      write(row, (abortSignal) =>
        etag
          ? client.updateEntity(entity(row), "Replace", { etag, abortSignal })
          : client.upsertEntity(entity(row), "Replace", { abortSignal }),
      ),
    delete: async (partitionKey, rowKey, etag) => {
      const heard = await asked((abortSignal) =>
        client.deleteEntity(partitionKey, rowKey, { abortSignal, ...(etag && { etag }) }),
      );
      if ("answer" in heard) return "done";
      if (heard.refusal.statusCode === 404) return heard.mayBeDone ? "done" : "missing";
      if (heard.refusal.statusCode === 412) return "changed";
      throw heard.refusal;
    },
    page: async (query, limit, cursor) => {
      let at = cursor;
      // The service may give a page without rows that is not the last one, when it has looked for long enough.
      for (let empty = 0; empty < EMPTY_PAGES; empty += 1) {
        const heard = await asked((signal) => page(client, query, limit, at, signal));
        if ("refusal" in heard) throw heard.refusal;
        const { rows, next } = heard.answer;
        if (rows.length > 0 || next === undefined) return heard.answer;
        at = next;
      }
      throw new Error("The table service gives pages without rows only");
    },
    transact: async (actions) => {
      const heard = await asked((signal) => transact(client, actions, signal));
      if ("answer" in heard) return { done: true, etags: heard.answer };
      const at = refusedAction(heard.refusal, actions.length);
      const refused = { done: false, ...(at !== undefined && { at }) } as const;
      if (!heard.mayBeDone) return refused;
      const rows = await Promise.all(actions.map(found));
      const etags = rows.flatMap((row) => (row ? [row.etag] : []));
      return etags.length === actions.length ? { done: true, etags } : refused;
    },
  };
}

async function transact(
  client: TableClient,
  actions: readonly RowAction[],
  abortSignal: AbortSignal,
): Promise<(string | undefined)[]> {
  const etags = actions.map((action) => (action.do === "delete" ? action.etag : undefined));
  const { subResponses } = await withDeleteEtags(etags, () =>
    client.submitTransaction(actions.map(transactionAction), { abortSignal }),
  );
  if (subResponses.length !== actions.length || subResponses.some(({ status }) => status >= 300))
    throw new Unreadable("The answer to a transaction is not one of the table service");
  return subResponses.map(({ etag }) => etag);
}

async function page(
  client: TableClient,
  query: RowQuery,
  limit: number,
  cursor: string | undefined,
  abortSignal: AbortSignal,
): Promise<RowPage> {
  const filter = odataFilter(query);
  const pages = client
    .listEntities({
      abortSignal,
      onResponse: demand((body) => Array.isArray(body?.value)),
      ...(filter && { queryOptions: { filter } }),
    })
    .byPage({ maxPageSize: limit, ...(cursor ? { continuationToken: cursor } : {}) });
  for await (const entities of pages) {
    const next = entities.continuationToken;
    return { rows: entities.map(stored), ...(next ? { next } : {}) };
  }
  return { rows: [] };
}

type OnResponse = NonNullable<NonNullable<Parameters<TableClient["getEntity"]>[2]>["onResponse"]>;

/** To the SDK a page of rows without rows in it is an empty one, whoever has given it. */
const demand =
  (isAnswer: (body: Parameters<OnResponse>[0]["parsedBody"]) => boolean): OnResponse =>
  ({ status, parsedBody }) => {
    if (status === 200 && !isAnswer(parsedBody))
      throw new Unreadable("The answer is not one of the table service");
  };

function odataFilter(query: RowQuery): string {
  const terms: string[] = [];
  if (query.partition !== undefined) terms.push(odata`PartitionKey eq ${query.partition}`);
  if (query.from !== undefined) terms.push(odata`RowKey ge ${query.from}`);
  if (query.after !== undefined) terms.push(odata`RowKey gt ${query.after}`);
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
    case "check":
      return [
        "update",
        { partitionKey: action.partitionKey, rowKey: action.rowKey },
        "Merge",
        { etag: action.etag ?? "*" },
      ];
  }
}

function stored(result: TableEntityResult<Record<string, unknown>>): StoredRow {
  const { etag, partitionKey, rowKey, timestamp: _, ...rest } = result;
  if (partitionKey === undefined || rowKey === undefined)
    throw new Unreadable("An answer with a row that has no keys");
  const cells: Record<string, Cell> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith("odata.")) continue;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      cells[name] = value;
  }
  return { row: { ...cells, partitionKey, rowKey }, etag: known(etag) };
}

const sameCells = (found: Row, meant: Row): boolean => {
  const present = (row: Row) => Object.entries(row).filter(([, cell]) => cell !== undefined);
  return (
    present(found).length === present(meant).length &&
    present(meant).every(([name, cell]) => found[name] === cell)
  );
};

/** Every answer about a row has its etag; without it there is no telling what the row is. */
function known(etag: string | undefined): string {
  if (!etag) throw new Unreadable("An answer without an etag");
  return etag;
}
