import * as z from "zod";
import { type LetterLine, type LetterState, lineId } from "../../care/letter-box.ts";
import { keySafe } from "../key-safe.ts";
import { json } from "./json-column.ts";
import type { Row } from "./table.ts";

/**
 * In a subscription's partition of the table `clients`:
 *
 *     letter:<person>:line:<key id>:<mark>    what a person is to be told
 *     letter:<person>:state                   the letter that is on its way, and when the last one went
 *
 * And in the table `journal`:
 *
 *     letters, <subscription>                 there may be lines in its partition
 */

export const LETTER = "letter:";
export const LETTERS = "letters";

const instant = z.iso.datetime().transform((value) => new Date(value));
const LineRow = z.object({
  person: z.string(),
  clientId: z.guid(),
  keyId: z.guid(),
  kind: z.literal("certificate").optional(),
  mark: z.string(),
  clientName: z.string(),
  secretName: z.string(),
  expiresAt: instant,
  since: instant,
});
const StateRow = z.object({
  person: z.string(),
  id: z.string().optional(),
  lines: json(z.array(z.string())).optional(),
  owner: z.string().optional(),
  claimedAt: instant.optional(),
  notBefore: instant.optional(),
  sentAt: instant.optional(),
});

const at = (subscription: string, rowKey: string) => ({
  partitionKey: keySafe(subscription),
  rowKey,
});
export const lineKey = (subscription: string, line: LetterLine) =>
  at(subscription, `${LETTER}${line.person}:line:${lineId(line)}`);

export const lineRow = (subscription: string, line: LetterLine): Row => ({
  ...lineKey(subscription, line),
  ...line,
  expiresAt: line.expiresAt.toISOString(),
  since: line.since.toISOString(),
});

/** @param writeId makes the row's content tell whose write it was */
export const stateRow = (
  subscription: string,
  { person, sealed, sentAt }: LetterState,
  writeId: string,
): Row => ({
  ...at(subscription, `${LETTER}${person}:state`),
  person,
  id: sealed?.id,
  lines: sealed && JSON.stringify(sealed.lines),
  owner: sealed?.claim?.owner,
  claimedAt: sealed?.claim?.claimedAt.toISOString(),
  notBefore: sealed?.notBefore?.toISOString(),
  sentAt: sentAt?.toISOString(),
  writeId,
});

/** One row, of either kind. */
export function readLetterRow(row: Row): { line: LetterLine } | { state: LetterState } {
  if (!row.rowKey.endsWith(":state")) {
    const { kind, ...line } = LineRow.parse(row);
    return { line: { ...line, ...(kind && { kind }) } };
  }
  const { person, id, lines, owner, claimedAt, notBefore, sentAt } = StateRow.parse(row);
  const claim = owner !== undefined && claimedAt ? { owner, claimedAt } : undefined;
  return {
    state: {
      person,
      ...(id !== undefined && lines && { sealed: { id, lines, claim, notBefore } }),
      ...(sentAt && { sentAt }),
    },
  };
}
