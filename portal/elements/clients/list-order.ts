import { nextExpiry } from "../shared/ending.ts";
import type { Client } from "../shared/shapes.ts";

export const ORDERS = ["newest", "name", "expiry"] as const;
export type Order = (typeof ORDERS)[number];

/** Those found by name, or by the beginning of their client id, in the order asked for; equals by id, so that none jumps. */
export function found(
  items: readonly Client[],
  filter: string,
  order: Order,
  language: string,
): readonly Client[] {
  const { compare } = new Intl.Collator(language, { numeric: true });
  const by: Readonly<Record<Order, (a: Client, b: Client) => number>> = {
    newest: (a, b) => b.createdAt.localeCompare(a.createdAt),
    name: (a, b) => compare(a.displayName, b.displayName),
    // Without a secret and a certificate nothing expires.
    expiry: (a, b) => (nextExpiry(a) ?? "9").localeCompare(nextExpiry(b) ?? "9"),
  };
  const wanted = filter.trim().toLocaleLowerCase(language);
  return items
    .filter(
      ({ displayName, appId }) =>
        displayName.toLocaleLowerCase(language).includes(wanted) || appId.startsWith(wanted),
    )
    .toSorted((a, b) => by[order](a, b) || a.id.localeCompare(b.id));
}
