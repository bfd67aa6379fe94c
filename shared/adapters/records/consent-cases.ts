import * as z from "zod";
import { RemoteUnavailable } from "../../base/unavailable.ts";
import type { ConsentState } from "../../clients/consent.ts";
import type { VersionedCase } from "../../consent/consent-case.ts";
import type { VersionedDecision } from "../../consent/decisions/decision.ts";
import type { VersionedDrift } from "../../consent/drift.ts";
import type { ConsentCases } from "../../consent/ports.ts";
import { caseRow, readCase } from "./consent-rows.ts";
import {
  DECIDED_ON,
  DECIDING,
  decidedOnKey,
  decidedOnRow,
  decisionRow,
  readDecision,
} from "./decision-rows.ts";
import { DRIFTED, driftRow, readDrift } from "./drift-rows.ts";
import { legible, legiblePage } from "./legible.ts";
import { afterPrefix } from "./operation-rows.ts";
import { eachRow, type StoredRow, type Table } from "./table.ts";

/** Of one decision that others are noting something on at the same time. */
const ATTEMPTS = 8;
const STATES: readonly ConsentState[] = ["pending", "granted", "rejected", "revoked"];

const versioned = ({ row, etag }: StoredRow): VersionedCase => ({
  found: readCase(row),
  version: etag,
});
const versionedDecision = ({ row, etag }: StoredRow): VersionedDecision => ({
  decision: readDecision(row),
  version: etag,
});

const versionedDrift = ({ row, etag }: StoredRow): VersionedDrift => ({
  drift: readDrift(row),
  version: etag,
});

const CONSENT = "consent";
const DecidedOnRow = z.object({ subscription: z.string() });
const decidedOn = (day: string) => ({
  partition: DECIDING,
  from: decidedOnKey(day),
  before: afterPrefix(decidedOnKey(day)),
});

/** The `ConsentCases` port on the table `consents`. */
export function consentCases(table: Table): ConsentCases {
  const get: ConsentCases["get"] = async (state, clientId) => {
    const found = await table.get(state, clientId);
    return found && versioned(found);
  };
  const decision: ConsentCases["decision"] = async (clientId) => {
    const found = await table.get(DECIDING, clientId);
    return found && versionedDecision(found);
  };

  return {
    get,
    open: async (listed) => {
      const inserted = await table.insert(caseRow(listed));
      return inserted && { found: listed, version: inserted.etag };
    },
    find: async (clientId) => {
      const found = await Promise.all(STATES.map((state) => get(state, clientId)));
      return found.filter((listed) => listed !== undefined);
    },
    all: async function* (state) {
      for await (const stored of eachRow(table, { partition: state }))
        yield* legible(CONSENT, () => versioned(stored));
    },
    page: async (state, limit, after) => {
      const query = { partition: state, ...(after !== undefined && { after }) };
      const { items, more } = await legiblePage(table, query, limit, CONSENT, versioned);
      return { cases: items, more };
    },
    replace: async (listed, version) => {
      const replaced = await table.replace(caseRow(listed), version);
      return replaced && { found: listed, version: replaced.etag };
    },
    remove: async (state, clientId, version) =>
      (await table.delete(state, clientId, version)) !== "changed",
    forget: async (state, clientId) => {
      await table.delete(state, clientId);
    },
    drift: async (clientId) => {
      const found = await table.get(DRIFTED, clientId);
      return found && versionedDrift(found);
    },
    drifts: async () => {
      const drifts: VersionedDrift[] = [];
      for await (const stored of eachRow(table, { partition: DRIFTED }))
        drifts.push(...legible(CONSENT, () => versionedDrift(stored)));
      return drifts;
    },
    keepDrift: async (drift, version) => {
      const row = driftRow(drift);
      const kept = version ? await table.replace(row, version) : await table.insert(row);
      return kept && { drift, version: kept.etag };
    },
    endDrift: async (clientId, version) => {
      await table.delete(DRIFTED, clientId, version);
    },
    begin: async (next) => {
      const answer = await table.transact([
        { do: "insert", row: decisionRow(next) },
        { do: "replace", row: decidedOnRow(next) },
      ]);
      return answer.done ? { decision: next, version: answer.etags[0] ?? "*" } : undefined;
    },
    decidedOn: async function* (day) {
      for await (const { row } of eachRow(table, decidedOn(day)))
        yield* legible(CONSENT, () => DecidedOnRow.parse(row).subscription);
    },
    forgetDecidedOn: async (day) => {
      for await (const { row } of eachRow(table, decidedOn(day)))
        await table.delete(row.partitionKey, row.rowKey);
    },
    decision,
    decisions: async function* () {
      for await (const stored of eachRow(table, {
        partition: DECIDING,
        before: DECIDED_ON,
      }))
        yield* legible(CONSENT, () => versionedDecision(stored));
    },
    keep: async (next, version) => {
      const kept = await table.replace(decisionRow(next), version);
      return kept && { decision: next, version: kept.etag };
    },
    end: async (ended) => {
      const { clientId } = ended.decision.subject;
      let at: VersionedDecision | undefined = ended;
      // What is noted on it meanwhile is noted by a few hosts, a few times.
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        if (at?.decision.id !== ended.decision.id) return;
        if ((await table.delete(DECIDING, clientId, at.version)) !== "changed") return;
        at = await decision(clientId);
      }
      throw new RemoteUnavailable("records", { executed: "unknown", retryAfterSeconds: 1 });
    },
    drop: async ({ decision: { subject }, version }) => {
      await table.delete(DECIDING, subject.clientId, version);
    },
  };
}
