import * as z from "zod";
import type { LetterBox, LetterLine, PersonLetters } from "../../care/letter-box.ts";
import { keySafe } from "../key-safe.ts";
import { legible } from "./legible.ts";
import { LETTER, LETTERS, lineKey, lineRow, readLetterRow, stateRow } from "./letter-rows.ts";
import { afterPrefix } from "./operation-rows.ts";
import { secretRow } from "./secret-rows.ts";
import { eachRow, type RowAction, type Table } from "./table.ts";

/** Most actions of one transaction. */
const TRANSACTION = 100;

const Pointer = z.object({
  subscription: z.string(),
  since: z.iso.datetime().transform((value) => new Date(value)),
});

/**
 * The `LetterBox` port on the tables `clients` and `journal`.
 *
 * @param newId marks each write, so that one whose answer was lost is known again
 */
export function letterBox(clients: Table, journal: Table, newId: () => string): LetterBox {
  return {
    tell: async (secret, version, lines, now) => {
      const { subscription } = secret;
      if (lines.length > 0)
        await journal.replace({
          partitionKey: LETTERS,
          rowKey: keySafe(subscription),
          subscription,
          since: now.toISOString(),
        });
      const rows = lines.map(
        (line): RowAction => ({ do: "replace", row: lineRow(subscription, line) }),
      );
      const row = secretRow(secret, newId());
      let etag = version;
      // Before it and not after: once the secret says that they were told, nobody writes a line again.
      while (rows.length >= TRANSACTION) {
        const { partitionKey, rowKey } = row;
        const unchanged = { do: "check", partitionKey, rowKey, etag } as const;
        const some = await clients.transact([unchanged, ...rows.splice(0, TRANSACTION - 1)]);
        const next = some.done ? some.etags[0] : undefined;
        if (next === undefined) return false;
        etag = next;
      }
      return (await clients.transact([{ do: "replace", row, etag }, ...rows])).done;
    },
    waiting: async function* () {
      for await (const { row, etag } of eachRow(journal, { partition: LETTERS })) {
        yield* legible("letter", () => ({ ...Pointer.parse(row), version: etag }));
      }
    },
    ofSubscription: async (subscription) => {
      const people = new Map<string, PersonLetters>();
      const query = {
        partition: keySafe(subscription),
        from: LETTER,
        before: afterPrefix(LETTER),
      };
      for await (const { row, etag } of eachRow(clients, query)) {
        const [read] = legible("letter", () => readLetterRow(row));
        if (!read) continue;
        const { person } = "line" in read ? read.line : read.state;
        const { lines, ...rest } = people.get(person) ?? { person, lines: [] };
        people.set(
          person,
          "line" in read
            ? { ...rest, lines: [...lines, read.line] }
            : { ...rest, lines, state: { now: read.state, version: etag } },
        );
      }
      return [...people.values()];
    },
    save: async (subscription, state, version) => {
      const row = stateRow(subscription, state, newId());
      return (version ? await clients.replace(row, version) : await clients.insert(row))?.etag;
    },
    sent: async (subscription, state, version, lines) => {
      const row = stateRow(subscription, state, newId());
      const answer = await clients.transact([
        { do: "replace", row, etag: version },
        ...lines.map(
          (line: LetterLine): RowAction => ({ do: "delete", ...lineKey(subscription, line) }),
        ),
      ]);
      return answer.done;
    },
    forget: async ({ subscription, version }) => {
      await journal.delete(LETTERS, keySafe(subscription), version);
    },
  };
}
