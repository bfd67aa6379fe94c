import type { ConsentState } from "../../consent/consent.ts";
import type { VersionedCase } from "../../consent/consent-case.ts";
import type { ConsentCases } from "../../consent/ports.ts";
import { caseKey, caseRow, DECIDING, decisionRow, readCase, readDecision } from "./consent-rows.ts";
import { eachRow, type StoredRow, type Table } from "./table.ts";

const STATES: readonly ConsentState[] = ["pending", "granted", "rejected", "revoked"];

const versioned = ({ row, etag }: StoredRow): VersionedCase => ({
  found: readCase(row),
  version: etag,
});

/** The `ConsentCases` port on the table `consents`. */
export function consentCases(table: Table): ConsentCases {
  const get: ConsentCases["get"] = async (state, clientId) => {
    const found = await table.get(state, clientId);
    return found && versioned(found);
  };

  return {
    get,
    open: async (pending) => {
      const inserted = await table.insert(caseRow(pending));
      return inserted && { found: pending, version: inserted.etag };
    },
    find: async (clientId) => {
      const found = await Promise.all(STATES.map((state) => get(state, clientId)));
      return found.filter((listed) => listed !== undefined);
    },
    all: async function* (state) {
      for await (const stored of eachRow(table, { partition: state })) yield versioned(stored);
    },
    page: async (state, limit, after) => {
      const from = after === undefined ? {} : { from: `${after}\u0001` };
      const { rows, next } = await table.page({ partition: state, ...from }, limit);
      return { cases: rows.map(({ row }) => readCase(row)), more: next !== undefined };
    },
    put: async (listed) => {
      await table.replace(caseRow(listed));
    },
    replace: async (listed, version) =>
      (await table.replace(caseRow(listed), version)) !== undefined,
    remove: async (state, clientId) => {
      const { partitionKey, rowKey } = caseKey(state, clientId);
      await table.delete(partitionKey, rowKey);
    },
    begin: async (decision) => (await table.insert(decisionRow(decision))) !== undefined,
    decision: async (clientId) => {
      const found = await table.get(DECIDING, clientId);
      return found && readDecision(found.row);
    },
    decisions: async function* () {
      for await (const { row } of eachRow(table, { partition: DECIDING })) yield readDecision(row);
    },
    end: async (decision) => {
      const found = await table.get(DECIDING, decision.of.clientId);
      if (!found || readDecision(found.row).id !== decision.id) return;
      await table.delete(DECIDING, decision.of.clientId, found.etag);
    },
  };
}
