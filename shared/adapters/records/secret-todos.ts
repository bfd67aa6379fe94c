import type { SecretTodo, SecretTodos } from "../../care/due-index.ts";
import { keySafe } from "../key-safe.ts";
import { legible } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { removeUnchanged } from "./purge-rows.ts";
import { readTodo, UNINDEXED } from "./secret-rows.ts";
import { eachRow, type Table } from "./table.ts";

/** Most actions of one transaction. */
const TRANSACTION = 100;

/** The `SecretTodos` port on the table `clients`. */
export const secretTodos = (table: Table): SecretTodos => ({
  todos: async (subscription) => {
    const found: SecretTodo[] = [];
    const query = {
      partition: keySafe(subscription),
      from: UNINDEXED,
      before: afterPrefix(UNINDEXED),
    };
    for await (const { row, etag: version } of eachRow(table, query))
      found.push(...legible("todo", () => ({ what: readTodo(row), rowKey: row.rowKey, version })));
    return found;
  },
  done: async (subscription, todos) => {
    const partitionKey = keySafe(subscription);
    for (let at = 0; at < todos.length; at += TRANSACTION)
      await removeUnchanged(
        table,
        todos
          .slice(at, at + TRANSACTION)
          .map(({ rowKey, version }) => ({ do: "delete", partitionKey, rowKey, etag: version })),
      );
  },
});
