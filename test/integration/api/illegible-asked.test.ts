import { beforeAll, expect, test } from "vitest";
import type { Cloud } from "../../../infra/local/cloud.ts";
import { openTable } from "../../../shared/adapters/records/connect.ts";
import { type Api, type Call, openApi, problemOf } from "../../support/api.ts";
import { eventually } from "../../support/eventually.ts";
import { makeClient, makeSecret } from "../../support/make.ts";
import { newId } from "../../support/samples.ts";
import { sharedCloud } from "../../support/shared-cloud.ts";

/** Whoever asks for the very thing that a row is about, and nobody can read the row: all are told the same, and the log says which it is. */

let cloud: Cloud;
let api: Api;
beforeAll(async () => {
  cloud = await sharedCloud();
  api = await openApi(cloud);
});

interface Victim {
  readonly subscription: string;
  readonly id: string;
  readonly deleted: string;
  readonly keyId: string;
  readonly operation: string;
}
type Ask = readonly [who: "customer" | "operator", method: string, path: string, json?: object];
interface Damage {
  readonly row: (victim: Victim) => readonly [table: string, partition: string, row: string];
  readonly asks: (victim: Victim) => readonly Ask[];
}
const DAMAGED: Readonly<Record<string, Damage>> = {
  client: {
    row: ({ subscription, id }) => ["clients", subscription, `client:${id}`],
    asks: ({ id }) => [
      ["customer", "GET", `/clients/${id}`],
      ["customer", "PATCH", `/clients/${id}`, { displayName: "Another" }],
      ["customer", "GET", `/clients/${id}/secrets`],
      ["operator", "GET", `/admin/consents/${id}`],
      ["operator", "POST", `/admin/clients/${id}/suspend`, { reason: "A leak" }],
      ["customer", "DELETE", `/clients/${id}`],
    ],
  },
  "deleted client": {
    row: ({ subscription, deleted }) => ["clients", subscription, `deleted:${deleted}`],
    asks: ({ deleted }) => [
      ["customer", "POST", `/clients/${deleted}/restore`],
      ["operator", "POST", `/admin/clients/${deleted}/purge`],
    ],
  },
  account: {
    row: ({ subscription }) => ["clients", subscription, "account"],
    asks: ({ subscription }) => [
      ["customer", "POST", "/clients", { displayName: "Another" }],
      ["operator", "GET", `/admin/subscriptions/${subscription}`],
    ],
  },
  secret: {
    row: ({ subscription, id, keyId }) => ["clients", subscription, `secret:${id}:${keyId}`],
    asks: ({ id, keyId }) => [
      ["customer", "PATCH", `/clients/${id}/secrets/${keyId}`, { retiresAt: null }],
    ],
  },
  webhook: {
    row: ({ subscription }) => ["clients", subscription, "webhook"],
    asks: () => [
      ["customer", "GET", "/webhook"],
      ["customer", "DELETE", "/webhook"],
    ],
  },
  consent: {
    row: ({ id }) => ["consents", "pending", id],
    asks: ({ id }) => [
      ["operator", "GET", `/admin/consents/${id}`],
      ["operator", "POST", `/admin/consents/${id}/verify`],
    ],
  },
  "operation set aside": {
    row: ({ operation }) => ["journal", "parked", operation],
    asks: ({ operation }) => [
      ["operator", "GET", `/admin/operations/${operation}`],
      ["operator", "POST", `/admin/operations/${operation}/retry`],
    ],
  },
  "operation on a whole subscription": {
    row: ({ operation }) => ["journal", "runs", operation],
    asks: ({ operation }) => [["operator", "GET", `/admin/operations/${operation}`]],
  },
};

test.concurrent.each(Object.entries(DAMAGED))(
  "of this nobody can read the row: %s",
  async (_, { row, asks }) => {
    const { call, subscription } = await api.customer();
    const { id } = await makeClient(call);
    const { keyId } = await makeSecret(call, id);
    await cloud.inbox.nextAlert(({ clientId }) => clientId === id);
    const { id: deleted } = await makeClient(call);
    await call("DELETE", `/clients/${deleted}`);
    const victim: Victim = { subscription, id, deleted, keyId, operation: newId() };
    const [table, partitionKey, rowKey] = row(victim);
    const connection = {
      kind: "connectionString",
      connectionString: cloud.addresses.tables,
    } as const;
    await openTable(connection, table).replace({ partitionKey, rowKey, taken: "from elsewhere" });
    const by: Readonly<Record<Ask[0], Call>> = { customer: call, operator: await api.olga() };

    for (const [who, method, path, json] of asks(victim)) {
      const answer = await by[who](method, path, { ...(json && { json }) });
      expect([answer.status, method, path]).toEqual([500, method, path]);
      const { type, detail, instance } = problemOf(answer);
      expect(type).toBe("/problems/internal-error");
      expect(detail).toMatch(/^What is recorded of it cannot be read\./);
      const invocation = instance.replace("urn:uuid:", "");
      const isNamed = (line: string) =>
        line.includes(invocation) &&
        line.includes(`The row ${partitionKey} ${rowKey} cannot be read`);
      const logged = () => cloud.hosts.flatMap((host) => host.logs()).filter(isNamed);
      expect(await eventually(logged, (lines) => lines.length > 0)).toHaveLength(1);
    }
  },
);
