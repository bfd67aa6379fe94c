import type { ClientRecord } from "../../clients/client.ts";
import type { Owned } from "../../clients/ports.ts";
import { type Standing, standingOf } from "../../clients/standing.ts";
import type { ConsentDeps } from "../consent-deps.ts";

/** What a table gives at once. */
const ONE_REQUEST = 1000;

/** A client's record with what its customer has besides. */
export interface OwnedClient {
  readonly record: ClientRecord;
  readonly standing: Standing;
}

/**
 * Clients as they are shown together: one request for each subscription, however many of its clients are asked for; one more
 * for a client beyond the first thousand of its subscription.
 */
export function customers({ records }: Pick<ConsentDeps, "records">) {
  const known = new Map<string, Promise<Owned>>();
  const ownedBy = (subscription: string): Promise<Owned> => {
    const owned = known.get(subscription) ?? records.owned(subscription, ONE_REQUEST);
    known.set(subscription, owned);
    return owned;
  };
  return {
    client: async (subscription: string, clientId: string): Promise<OwnedClient | undefined> => {
      const owned = await ownedBy(subscription);
      const among = owned.clients.find(({ id }) => id === clientId);
      const found = among?.read() ?? (owned.more && (await records.client(subscription, clientId)));
      return found ? { record: found.record, standing: standingOf(owned, clientId) } : undefined;
    },
  };
}
