import type { ConsentState } from "./consent.ts";
import type { Owned } from "./ports.ts";

/** What a subscription has besides one of its clients, by the state of their consents. */
export interface Standing extends Readonly<Record<ConsentState, number>> {
  readonly clients: number;
  /** It has more than were counted. */
  readonly more: boolean;
}

export function standingOf({ clients, more }: Owned, clientId: string): Standing {
  const others = clients.filter(({ id }) => id !== clientId);
  const count = (state: ConsentState): number =>
    others.filter((other) => other.state === state).length;
  return {
    clients: others.length,
    pending: count("pending"),
    granted: count("granted"),
    rejected: count("rejected"),
    revoked: count("revoked"),
    more,
  };
}
