import { keySafe } from "../../shared/adapters/key-safe.ts";
import type { Activity } from "../../shared/clients/activity.ts";
import type { ClientRecord } from "../../shared/clients/client.ts";
import type {
  ClientGlance,
  DeletedClient,
  Requested,
  VersionedClient,
} from "../../shared/clients/ports.ts";
import type { ConsentRecords } from "../../shared/consent/ports.ts";

const glance = (client: VersionedClient): ClientGlance => ({
  id: client.record.id,
  operationId: client.record.operationId,
  state: client.record.consent.state,
  read: () => client,
});

/** The client records as consents see them, in memory. One call is one request to the tables, as the port says. */
export function memoryRecords() {
  const clients = new Map<string, VersionedClient>();
  const gone = new Map<string, DeletedClient>();
  const made = new Map<string, Requested>();
  const underWay = new Set<string>();
  /** What was left on record, oldest first. */
  const entries: Activity[] = [];
  const counts = { requests: 0 };
  let writes = 0;
  const put = (record: ClientRecord): void => {
    writes += 1;
    clients.set(record.id, { record, version: String(writes) });
  };
  const records: ConsentRecords = {
    at: async ({ clientId, subscriptionKey }) => {
      counts.requests += 1;
      const found = clients.get(clientId)?.record;
      return found && keySafe(found.subscription) === subscriptionKey ? found : undefined;
    },
    client: async (subscription, clientId) => {
      counts.requests += 1;
      const found = clients.get(clientId);
      return found?.record.subscription === subscription ? found : undefined;
    },
    deleted: async (subscription, clientId) => {
      counts.requests += 1;
      const found = gone.get(clientId);
      return found?.record.subscription === subscription ? found : undefined;
    },
    owned: async (subscription, most) => {
      counts.requests += 1;
      const own = [...clients.values()]
        .filter(({ record }) => record.subscription === subscription)
        .toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1));
      return { clients: own.slice(0, most).map(glance), more: own.length > most };
    },
    requested: async (_subscription, operationId) => {
      counts.requests += 1;
      return made.get(operationId) ?? { state: "nothing" };
    },
    underWay: async (_subscription, clientId) => {
      counts.requests += 1;
      return underWay.has(clientId);
    },
    save: async (record, version, activity) => {
      counts.requests += 1;
      if (clients.get(record.id)?.version !== version) return false;
      put(record);
      if (activity) entries.push(activity);
      return true;
    },
    remove: async ({ id }, deletedAt, activity) => {
      counts.requests += 1;
      const found = clients.get(id);
      if (found) gone.set(id, { ...found, deletedAt });
      if (clients.delete(id) && activity) entries.push(activity);
    },
  };
  return { records, counts, put, made, underWay, entries, has: (id: string) => clients.has(id) };
}
