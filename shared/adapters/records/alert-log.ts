import * as z from "zod";
import type {
  AlertClaim,
  AlertKey,
  AlertLog,
  VersionedClaim,
} from "../../consent/alerts/alert-log.ts";
import { keySafe } from "../key-safe.ts";
import { eachRow, type Row, type StoredRow, type Table } from "./table.ts";

/** Table `alerts`: one partition for each thing that is alerted, one row for each stage on each target. */

const instant = z.iso.datetime().transform((value) => new Date(value));
const ClaimRow = z.object({
  about: z.string(),
  stage: z.enum([
    "requested",
    "reminded",
    "breached",
    "escalated",
    "granted",
    "rejected",
    "revoked",
    "deleted",
    "poison",
  ]),
  mark: z.string(),
  target: z.string(),
  owner: z.string(),
  claimedAt: instant,
  released: z.boolean(),
  attempts: z.number(),
  sentAt: instant.optional(),
});

const keyOf = ({ about, stage, mark, target }: AlertKey) => ({
  partitionKey: keySafe(about),
  rowKey: `${stage}:${keySafe(mark)}:${target}`,
});

const toRow = ({ key, owner, claimedAt, released, attempts, sentAt }: AlertClaim): Row => ({
  ...keyOf(key),
  ...key,
  owner,
  claimedAt: claimedAt.toISOString(),
  released,
  attempts,
  sentAt: sentAt?.toISOString(),
});

function versioned({ row, etag }: StoredRow): VersionedClaim {
  const { about, stage, mark, target, sentAt, ...rest } = ClaimRow.parse(row);
  const claim = { key: { about, stage, mark, target }, ...rest, ...(sentAt && { sentAt }) };
  return { claim, version: etag };
}

/** The `AlertLog` port on the table `alerts`. */
export function alertLog(table: Table): AlertLog {
  return {
    of: async (about) => {
      const claims: VersionedClaim[] = [];
      for await (const stored of eachRow(table, { partition: keySafe(about) }))
        claims.push(versioned(stored));
      return claims;
    },
    claim: async (claim) => {
      const inserted = await table.insert(toRow(claim));
      return inserted && { claim, version: inserted.etag };
    },
    claimAll: async (claims) => {
      const claimed = await table.transact(
        claims.map((claim) => ({ do: "insert", row: toRow(claim) })),
      );
      if (!claimed.done) return undefined;
      return claims.map((claim, at) => ({ claim, version: claimed.etags[at] ?? "*" }));
    },
    change: async (next, version) => {
      const replaced = await table.replace(toRow(next), version);
      return replaced && { claim: next, version: replaced.etag };
    },
  };
}
