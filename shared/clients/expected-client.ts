import type { ClientRecord } from "./client.ts";
import type { ClientRecords, DeletedClient, Expected } from "./ports.ts";

/** A client that was recorded a moment ago. Another request may be deleting it: then no wait for the directory will help. */
export const expectedClient = (
  records: Pick<ClientRecords, "client">,
  { id, subscription, createdAt }: Pick<ClientRecord, "id" | "subscription" | "createdAt">,
): Required<Expected> => ({
  createdAt,
  recorded: async () => (await records.client(subscription, id)) !== undefined,
});

/** One that was deleted a moment ago: the directory may not show it among what it has deleted yet. */
export const expectedDeleted = (
  records: Pick<ClientRecords, "deleted">,
  { record, deletedAt }: DeletedClient,
): Required<Expected> => ({
  createdAt: deletedAt,
  recorded: async () => (await records.deleted(record.subscription, record.id)) !== undefined,
});
