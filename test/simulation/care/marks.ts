import type { Row, Table } from "../../../shared/adapters/records/table.ts";

/** That people were told something of a secret, as its record says. */
export interface Mark {
  readonly keyId: string;
  readonly kind?: "certificate";
  /** The last of those that were told together. */
  readonly mark: string;
  readonly at: Date;
  readonly expiresAt: Date;
  /** When the next one came, or this one counted as not told. */
  over?: Date;
}

/** A table, and what comes to be marked in it. */
export function marking(table: Table, now: () => Date): { table: Table; marks: readonly Mark[] } {
  const marks: Mark[] = [];
  const known = new Map<string, readonly string[]>();
  const see = (row: Row): void => {
    if (!row.rowKey.startsWith("secret:") || row["told"] === undefined) return;
    const keyId = String(row["keyId"]);
    const told: string[] = JSON.parse(String(row["told"]));
    const before = known.get(keyId) ?? [];
    known.set(keyId, told);
    const mark = told.filter((one) => !before.includes(one)).at(-1);
    const last = marks.findLast((one) => one.keyId === keyId);
    if (last && !last.over && (mark || !told.includes(last.mark))) last.over = now();
    if (!mark) return;
    const kind = row["kind"] === "certificate" ? ({ kind: "certificate" } as const) : {};
    const expiresAt = new Date(String(row["expiresAt"]));
    marks.push({ keyId, ...kind, mark, at: now(), expiresAt });
  };
  return {
    marks,
    table: {
      ...table,
      replace: async (row, etag) => {
        const answer = await table.replace(row, etag);
        if (answer) see(row);
        return answer;
      },
      transact: async (actions) => {
        const answer = await table.transact(actions);
        for (const action of answer.done ? actions : []) if ("row" in action) see(action.row);
        return answer;
      },
    },
  };
}
