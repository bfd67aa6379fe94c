import { randomUUID } from "node:crypto";
import type { TableEntity } from "@azure/data-tables";
import * as z from "zod";
import {
  accountKey,
  accountRow,
  CLIENT,
  clientKey,
  clientRow,
  reservedKey,
} from "../../shared/adapters/records/client-rows.ts";
import { Role } from "../../shared/clients/client.ts";
import { aRecord } from "../support/samples.ts";
import type { BareSdk } from "./bare-sdk.ts";

const Made = z.looseObject({ id: z.guid(), appId: z.guid() });
const Password = z.looseObject({ keyId: z.guid() });
const SELECT = "id,appId,displayName,createdDateTime,passwordCredentials";

/**
 * Of each operation only the remote calls that it cannot avoid, in as few rounds as their order allows: docs/performance.md
 * says which and why. Nothing is checked, parsed beyond an id, refused, logged or repeated.
 */
export function bareCalls({ clients, journal, idempotency, graph, sender, settings }: BareSdk) {
  const subscription = `bare-${randomUUID()}`;
  const { partitionKey } = accountKey(subscription);
  const row = (id: string): TableEntity => ({ ...clientRow(aRecord({ subscription, id })) });
  const account = (): TableEntity => ({
    ...accountRow({ subscription, clients: 1, minute: 0, writes: 1 }, randomUUID()),
  });
  const entry = (key: string): TableEntity => ({
    partitionKey: "0",
    rowKey: key,
    operationId: randomUUID(),
    subscription,
    operation: JSON.stringify({ kind: "bench", clientId: key, displayName: "Bench" }),
    startedAt: new Date().toISOString(),
    touchedAt: new Date().toISOString(),
    looks: 0,
  });
  const key = (hash: string): TableEntity => ({
    partitionKey,
    rowKey: hash,
    subscription,
    keyHash: hash,
    fingerprint: hash,
    operationId: hash,
    startedAt: new Date().toISOString(),
    expiresAt: new Date().toISOString(),
  });
  const send = () =>
    sender.sendMessages({
      messageId: randomUUID(),
      contentType: "application/json",
      subject: "bench",
      body: { type: "bench", version: 1, operationId: randomUUID(), clientId: randomUUID() },
    });
  const own = (id: string) => clients.getEntity(partitionKey, clientKey(subscription, id).rowKey);
  const charged = () => clients.updateEntity(account(), "Replace", { etag: "*" });

  /** Before the directory is asked: whose client it is, then the charge, the lock and the key at once. */
  const begin = async (id: string, keyHash?: string): Promise<void> => {
    await Promise.all([own(id), clients.getEntity(partitionKey, "account")]);
    await Promise.all([
      charged(),
      journal.createEntity(entry(id)),
      keyHash && idempotency.createEntity(key(keyHash)),
    ]);
  };
  const end = (id: string) => journal.deleteEntity("0", id);

  return {
    open: async (): Promise<void> => {
      await clients.createEntity(account());
      await sender.createMessageBatch();
    },
    create: async (): Promise<string> => {
      const operationId = randomUUID();
      const place = reservedKey(subscription, operationId);
      await Promise.all([
        journal.createEntity(entry(operationId)),
        clients.getEntity(partitionKey, "account"),
        idempotency.createEntity(key(operationId)),
      ]);
      await clients.submitTransaction([
        ["update", account(), "Replace", { etag: "*" }],
        ["create", { ...place, operationId }],
      ]);
      const { id } = Made.parse(
        await graph.api("/applications").post({
          displayName: "Bench",
          signInAudience: settings.clientSignInAudience,
          api: { requestedAccessTokenVersion: 2 },
          requiredResourceAccess: [
            {
              resourceAppId: settings.resource.appId,
              resourceAccess: Role.options.map((role) => ({
                id: settings.resource.roleIds[role],
                type: "Role",
              })),
            },
          ],
          tags: ["bench"],
        }),
      );
      await Promise.all([
        clients.submitTransaction([
          ["delete", { ...place }],
          ["create", row(id)],
        ]),
        send(),
        idempotency.updateEntity(key(operationId), "Replace", { etag: "*" }),
      ]);
      return id;
    },
    list: async (limit: number): Promise<number> => {
      const filter = `PartitionKey eq '${partitionKey}' and RowKey ge '${CLIENT}' and RowKey lt 'client;'`;
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
      await begin(id);
      await graph.api(`/applications/${id}`).patch({ displayName: `Bench ${randomUUID()}` });
      await Promise.all([clients.updateEntity(row(id), "Replace", { etag: "*" }), send()]);
      await end(id);
    },
    remove: async (id: string): Promise<void> => {
      await begin(id);
      await graph.api(`/applications/${id}`).delete();
      await Promise.all([
        clients.submitTransaction([
          ["update", account(), "Replace", { etag: "*" }],
          ["delete", { partitionKey, rowKey: clientKey(subscription, id).rowKey }],
          ["upsert", { ...row(id), rowKey: `deleted:${id}` }, "Replace"],
        ]),
        send(),
      ]);
      await end(id);
    },
    addSecret: async (id: string): Promise<string> => {
      const keyHash = randomUUID();
      await begin(id, keyHash);
      const passwordCredential = { displayName: "Bench" };
      const { keyId } = Password.parse(
        await graph.api(`/applications/${id}/addPassword`).post({ passwordCredential }),
      );
      await Promise.all([idempotency.updateEntity(key(keyHash), "Replace", { etag: "*" }), send()]);
      await end(id);
      return keyId;
    },
    removeSecret: async (id: string, keyId: string): Promise<void> => {
      await begin(id);
      await graph.api(`/applications/${id}/removePassword`).post({ keyId });
      await send();
      await end(id);
    },
  };
}
