import * as z from "zod";
import type { Drift } from "../../consent/drift.ts";
import { caseRow, readCase } from "./consent-rows.ts";
import { json } from "./json-column.ts";
import { readRow } from "./legible.ts";
import type { Row } from "./table.ts";

/** In the table `consents`: partition `drifted`, one row for each client that has more than it asked for. */

export const DRIFTED = "drifted";

const instant = z.iso.datetime().transform((value) => new Date(value));
const DriftRow = z.object({
  excess: json(z.array(z.object({ resource: z.string(), role: z.string(), own: z.boolean() }))),
  foundAt: instant,
  driftTold: json(z.array(z.string())),
  driftOwner: z.string().optional(),
  driftClaimedAt: instant.optional(),
});

export const driftRow = ({ subject, excess, foundAt, told, claim }: Drift): Row => ({
  ...caseRow(subject),
  partitionKey: DRIFTED,
  excess: JSON.stringify(excess),
  foundAt: foundAt.toISOString(),
  driftTold: JSON.stringify(told),
  driftOwner: claim?.owner,
  driftClaimedAt: claim?.claimedAt.toISOString(),
});

export function readDrift(row: Row): Drift {
  const { excess, foundAt, driftTold, driftOwner: owner, driftClaimedAt } = readRow(DriftRow, row);
  return {
    subject: readCase(row),
    excess,
    foundAt,
    told: driftTold,
    ...(owner !== undefined && driftClaimedAt && { claim: { owner, claimedAt: driftClaimedAt } }),
  };
}
