import { careRows } from "./care-rows.ts";
import { clientRows } from "./client-rows.ts";
import { keyRows } from "./key-rows.ts";
import { operatorRows, wholeRows } from "./operator-rows.ts";
import type { CostRow } from "./row.ts";
import { secretRows } from "./secret-rows.ts";

/** All rows, in the order in which they are asked. */
export const costRows = (): readonly CostRow[] => [
  ...clientRows,
  ...secretRows,
  ...keyRows,
  ...careRows,
  ...operatorRows,
  ...wholeRows,
];

/** Routes that no row is about, and why. */
export const COUNTED_APART: Readonly<
  Record<string, { readonly path: string; readonly why: string }>
> = {
  "self-get": {
    path: "GET /self",
    why: "one call, 2 where federated credentials are taken, and two requests to the tables: one of them finds whose it is.",
  },
  "self-rotate": {
    path: "POST /self/rotate",
    why: "as a customer's rotation, and the read that finds whose it is; a call more where it is not said which one.",
  },
  lookup: {
    path: "GET /lookup/{appId}",
    why: "one call and one request; what has been found is remembered for a while.",
  },
  "admin-consents-grant": {
    path: "POST /admin/consents/{id}/grant",
    why: "asks the directory until it shows what it has made.",
  },
  "admin-operations-retry": {
    path: "POST /admin/operations/{id}/retry",
    why: "as the operation that is tried again.",
  },
  "admin-operations-give-up": {
    path: "POST /admin/operations/{id}/give-up",
    why: "as the operation that is undone.",
  },
};
