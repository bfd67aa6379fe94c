import type { ClientRecord } from "./client.ts";
import type { ClientRecords, Expected } from "./ports.ts";

/** A client that was recorded a moment ago. Another request may be deleting it: then no wait for the directory will help. */
export const expectedClient = (
  records: Pick<ClientRecords, "client">,
  { id, subscription, createdAt }: Pick<ClientRecord, "id" | "subscription" | "createdAt">,
): Required<Expected> => ({
  createdAt,
  recorded: async () => (await records.client(subscription, id)) !== undefined,
});
