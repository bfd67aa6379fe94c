const VERBS: Readonly<Record<string, string>> = {
  POST: "insert",
  PUT: "update",
  PATCH: "update",
  MERGE: "update",
  DELETE: "delete",
};

/** A path such as `/devstoreaccount1/clients(PartitionKey='a',RowKey='b')`: account, then table, then perhaps the keys. */
const ENTITY_PATH = /^\/[^/?]+\/([A-Za-z0-9]+)(?:\(([^?]*)\))?(?:\?|$)/;

const BATCH_PATH = /^\/[^/?]+\/\$batch(?:\?|$)/;

export const isBatch = (path: string): boolean => BATCH_PATH.test(path);

/**
 * Names one request to the table service without its keys: `insert clients`, `update journal`, `upsert journal` (no
 * `If-Match`), `delete clients`, `get clients`, `query clients`; anything about tables themselves is `manage tables`.
 */
export function nameOperation(method: string, path: string, conditional: boolean): string {
  const [, table, keys] = ENTITY_PATH.exec(path) ?? [];
  if (table === undefined || table === "Tables") return "manage tables";
  if (method === "GET") return `${keys ? "get" : "query"} ${table}`;
  const verb = VERBS[method] ?? method.toLowerCase();
  return `${verb === "update" && !conditional ? "upsert" : verb} ${table}`;
}

/** An entity group transaction touches one table only: the first address in its body tells which. */
export function nameBatch(body: string): string {
  const table = /https?:\/\/[^/]+\/[^/]+\/([A-Za-z0-9]+)/.exec(body)?.[1];
  return `batch ${table ?? "nothing"}`;
}
