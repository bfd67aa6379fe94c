import { randomUUID } from "node:crypto";
import type { TableEntity, TransactionAction } from "@azure/data-tables";
import * as z from "zod";
import { accountRow, clientRow } from "../../shared/adapters/records/client-rows.ts";
import { openTable } from "../../shared/adapters/records/connect.ts";
import { tableJournal } from "../../shared/adapters/records/journal.ts";
import { busyRow } from "../../shared/adapters/records/operation-rows.ts";
import type { Row } from "../../shared/adapters/records/table.ts";
import type { Operation } from "../../shared/operations/admission/operation.ts";
import { anOperation, aRecord } from "../support/samples.ts";
import { bareSdk } from "./bare-sdk.ts";
import { childInput } from "./run-child.ts";

/**
 * Leaves operations behind as a host does that dies between admitting one and asking the directory, with the bus away: the
 * clients are in the directory and in the records, their operations under way, and the checks in the journal.
 */
const { subscriptions, each, startedAt } = childInput(
  z.object({ subscriptions: z.int(), each: z.int(), startedAt: z.coerce.date() }),
);
/** Requests in one call of the directory. */
const PER_CALL = 20;
const Made = z.looseObject({
  responses: z.array(
    z.looseObject({
      status: z.literal(201),
      body: z.looseObject({ id: z.guid(), appId: z.guid() }),
    }),
  ),
});

const sdk = bareSdk();
const journal = tableJournal(openTable(sdk.settings.records, "journal"));
const entity = (row: Row): TableEntity => ({
  ...Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== undefined)),
  partitionKey: row.partitionKey,
  rowKey: row.rowKey,
});

async function register(count: number): Promise<{ id: string; appId: string }[]> {
  const requests = Array.from({ length: count }, (_, index) => ({
    id: `${index}`,
    method: "POST",
    url: "/applications",
    headers: { "Content-Type": "application/json" },
    body: { displayName: "Abandoned", signInAudience: sdk.settings.clientSignInAudience },
  }));
  const answer = Made.parse(await sdk.graph.api("/$batch").post({ requests }));
  return answer.responses.map(({ body }) => body);
}

/** Every kind that changes a client, one after the other. */
function operationOn(clientId: string, index: number): Operation {
  const at = startedAt.toISOString();
  const kinds: readonly Operation[] = [
    { kind: "rename", clientId, displayName: "Renamed" },
    { kind: "add-secret", clientId, displayName: "Lost", createdAt: at, expiresAt: at },
    { kind: "remove-secret", clientId, keyId: randomUUID() },
    { kind: "delete", clientId },
  ];
  const operation = kinds[index % kinds.length];
  if (!operation) throw new Error("No kind");
  return operation;
}

for (let number = 0; number < subscriptions; number += 1) {
  const subscription = `abandoned-${number}`;
  const actions: TransactionAction[] = [
    [
      "create",
      entity(accountRow({ subscription, clients: each, minute: 0, writes: 0 }, randomUUID())),
    ],
  ];
  const checks: Promise<void>[] = [];
  const made: { id: string; appId: string }[] = [];
  while (made.length < each) made.push(...(await register(Math.min(PER_CALL, each - made.length))));
  for (const [index, ids] of made.entries()) {
    const record = aRecord({ ...ids, subscription, createdAt: startedAt });
    const granted = { ...record.consent, state: "granted" as const };
    const entry = anOperation(operationOn(record.id, index), {
      subscription,
      startedAt,
      touchedAt: startedAt,
    });
    actions.push(
      ["create", entity(clientRow({ ...record, consent: granted }))],
      ["create", entity(busyRow(entry))],
    );
    const { operationId } = entry;
    checks.push(
      journal.adrift(
        { type: "operation.check", version: 1, operationId, subscription, clientId: record.id },
        startedAt,
      ),
    );
  }
  await sdk.clients.submitTransaction(actions);
  await Promise.all(checks);
}
process.send?.({ left: subscriptions * each });
await sdk.close();
