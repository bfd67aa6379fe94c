import { randomUUID } from "node:crypto";
import type { TableEntity, TransactionAction } from "@azure/data-tables";
import * as z from "zod";
import {
  AFTER_CLIENTS,
  accountKey,
  accountRow,
  CLIENT,
  clientKey,
  clientRow,
  deletedRow,
} from "../../shared/adapters/records/client-rows.ts";
import { busyRow, keyRow, madeRow } from "../../shared/adapters/records/operation-rows.ts";
import type { Row } from "../../shared/adapters/records/table.ts";
import { ResourceRole } from "../../shared/clients/client.ts";
import { newKey } from "../../shared/operations/admission/key.ts";
import type { Operation } from "../../shared/operations/admission/operation.ts";
import { anOperation, aRecord } from "../support/samples.ts";
import type { BareSdk } from "./bare-sdk.ts";

const Made = z.looseObject({ id: z.guid(), appId: z.guid() });
const Password = z.looseObject({ keyId: z.guid() });
const SELECT = "id,appId,displayName,createdDateTime,passwordCredentials";
/** When the message of a create comes, and the check of a change that nobody calls off, in milliseconds. */
const ANNOUNCE_AFTER_MS = 1_000;
const CHECK_AFTER_MS = 120_000;

const entity = (row: Row): TableEntity => ({
  ...Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== undefined)),
  partitionKey: row.partitionKey,
  rowKey: row.rowKey,
});

/**
 * Of each operation only the remote calls that it cannot avoid, in as few rounds as their order allows: docs/performance.md
 * says which and why. Nothing is checked, parsed beyond an id, refused, logged or repeated.
 */
export function bareCalls({ clients, graph, sender, settings }: BareSdk) {
  const subscription = `bare-${randomUUID()}`;
  const { partitionKey } = accountKey(subscription);
  const record = (id: string) => aRecord({ subscription, id });
  const account = { subscription, clients: 1, minute: 0, writes: 1 };
  const charged = (): TransactionAction => [
    "update",
    entity(accountRow(account, randomUUID())),
    "Replace",
    { etag: "*" },
  ];
  const schedule = (afterMs: number) =>
    sender.scheduleMessages(message(), new Date(Date.now() + afterMs));
  const own = (id: string) => clients.getEntity(partitionKey, clientKey(subscription, id).rowKey);

  /** One round of reads beside the message that outlives this process, and the transaction that admits the operation. */
  const begin = async (operation: Operation, scheduledMs: number, keyHash?: string) => {
    const entry = anOperation(operation, { subscription });
    const id = operation.kind === "create" ? undefined : operation.clientId;
    const [scheduled] = await Promise.all([
      schedule(scheduledMs),
      clients.getEntity(partitionKey, "account"),
      id && own(id),
    ]);
    const key = keyHash && newKey({ keyHash, fingerprint: keyHash }, randomUUID(), new Date());
    const busy = entity(busyRow(entry));
    await clients.submitTransaction([
      charged(),
      ...actions(key && ["create", entity(keyRow(subscription, key))]),
      ...actions(id && ["update", { ...clientKey(subscription, id) }, "Merge", { etag: "*" }]),
      ["create", busy],
    ]);
    const { rowKey } = busy;
    return {
      /** The one transaction that ends it. What was scheduled is called off while the caller is answered. */
      end: async (...ending: TransactionAction[]): Promise<void> => {
        await clients.submitTransaction([["delete", { partitionKey, rowKey }], ...ending]);
        if (id) sender.cancelScheduledMessages(scheduled).catch(() => undefined);
      },
      keyed: actions(
        key && ["update", entity(keyRow(subscription, key)), "Replace", { etag: "*" }],
      ),
    };
  };

  return {
    partitionKey,
    open: async (): Promise<void> => {
      await clients.createEntity(entity(accountRow(account, randomUUID())));
      await sender.createMessageBatch();
    },
    create: async (): Promise<string> => {
      const { end, keyed } = await begin(
        { kind: "create", displayName: "Bench", roles: ResourceRole.options, requestedBy: "Ann" },
        ANNOUNCE_AFTER_MS,
        randomUUID(),
      );
      const { id } = Made.parse(
        await graph.api("/applications").post({
          displayName: "Bench",
          signInAudience: settings.clientSignInAudience,
          api: { requestedAccessTokenVersion: 2 },
          requiredResourceAccess: [
            {
              resourceAppId: settings.resource.appId,
              resourceAccess: ResourceRole.options.map((role) => ({
                id: settings.resource.roleIds[role],
                type: "Role",
              })),
            },
          ],
          tags: ["bench"],
        }),
      );
      const made = { record: record(id), requestedBy: "Ann" };
      await end(
        ["create", entity(clientRow(made.record))],
        ["create", entity(madeRow(made, new Date()))],
        ...keyed,
      );
      return id;
    },
    list: async (limit: number): Promise<number> => {
      const filter = `PartitionKey eq '${partitionKey}' and RowKey ge '${CLIENT}' and RowKey lt '${AFTER_CLIENTS}'`;
      const pages = clients.listEntities({ queryOptions: { filter } });
      const { value = [] } = await pages.byPage({ maxPageSize: limit }).next();
      await graph.api("/$batch").post({
        requests: value.map((found: { rowKey?: string }) => {
          const id = found.rowKey?.slice(CLIENT.length);
          return { id, method: "GET", url: `/applications/${id}?$select=${SELECT}` };
        }),
      });
      return value.length;
    },
    get: async (id: string): Promise<void> => {
      await own(id);
      await graph.api(`/applications/${id}`).select(SELECT).get();
    },
    rename: async (id: string): Promise<void> => {
      const displayName = `Bench ${randomUUID()}`;
      const { end } = await begin({ kind: "rename", clientId: id, displayName }, CHECK_AFTER_MS);
      await graph.api(`/applications/${id}`).patch({ displayName });
      await sender.sendMessages(message());
      await end(["update", entity(clientRow(record(id))), "Replace", { etag: "*" }]);
    },
    remove: async (id: string): Promise<void> => {
      const { end } = await begin({ kind: "delete", clientId: id }, CHECK_AFTER_MS);
      await graph.api(`/applications/${id}`).delete();
      // The event, and what has its consent taken off its list.
      await Promise.all([sender.sendMessages(message()), sender.sendMessages(message())]);
      await end(
        ["delete", { ...clientKey(subscription, id) }],
        ["upsert", entity(deletedRow(record(id), new Date())), "Replace"],
        charged(),
      );
    },
    addSecret: async (id: string): Promise<string> => {
      const at = new Date().toISOString();
      const { end, keyed } = await begin(
        { kind: "add-secret", clientId: id, displayName: "Bench", createdAt: at, expiresAt: at },
        CHECK_AFTER_MS,
        randomUUID(),
      );
      const passwordCredential = { displayName: "Bench" };
      const { keyId } = Password.parse(
        await graph.api(`/applications/${id}/addPassword`).post({ passwordCredential }),
      );
      await sender.sendMessages(message());
      await end(...keyed);
      return keyId;
    },
    removeSecret: async (id: string, keyId: string): Promise<void> => {
      const { end } = await begin({ kind: "remove-secret", clientId: id, keyId }, CHECK_AFTER_MS);
      await graph.api(`/applications/${id}/removePassword`).post({ keyId });
      await sender.sendMessages(message());
      await end();
    },
  };
}

const message = () => ({
  messageId: randomUUID(),
  contentType: "application/json",
  subject: "bench",
  body: { type: "bench", version: 1, operationId: randomUUID(), clientId: randomUUID() },
});

/** None or one: a part of a transaction that not every operation has. */
const actions = (action: TransactionAction | "" | undefined): TransactionAction[] =>
  action ? [action] : [];
