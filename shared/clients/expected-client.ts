import type { ClientRecord } from "./client.ts";
import type { ClientRecords, DeletedClient, Expected } from "./ports.ts";

/** Since when the directory has it: one that was restored a moment ago is as late there as one that was made then. */
export const presentSince = ({
  createdAt,
  restoredAt,
}: Pick<ClientRecord, "createdAt" | "restoredAt">): Date => restoredAt ?? createdAt;

/** A client that was recorded a moment ago. Another request may be deleting it: then no wait for the directory will help. */
export const expectedClient = (
  records: Pick<ClientRecords, "client">,
  client: Pick<ClientRecord, "id" | "subscription" | "createdAt" | "restoredAt">,
): Required<Expected> => ({
  createdAt: presentSince(client),
  recorded: async () => (await records.client(client.subscription, client.id)) !== undefined,
});

/** One that was deleted a moment ago: the directory may not show it among what it has deleted yet. */
export const expectedDeleted = (
  records: Pick<ClientRecords, "deleted">,
  { record, deletedAt }: DeletedClient,
): Required<Expected> => ({
  createdAt: deletedAt,
  recorded: async () => (await records.deleted(record.subscription, record.id)) !== undefined,
});
