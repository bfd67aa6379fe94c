import type { Role } from "../clients/client.ts";
import type { Expected } from "../clients/ports.ts";
import type { ClientEvent } from "../events/client-event.ts";

/**
 * What is under way. An entry is written before anything is changed and removed when all of it is done, so that whoever
 * finds an old one knows what to finish or undo.
 *
 * A change of an existing client is journalled under the client's id: the entry is also the lock that keeps two changes of
 * one client apart, across hosts. A create has no client yet and is journalled under its own id.
 */
export type Operation =
  | {
      readonly kind: "create";
      readonly displayName: string;
      readonly roles: readonly Role[];
      /** Who asked, as administrators may know them. */
      readonly requestedBy: string;
      /** SHA-256 of the caller's idempotency key, if there was one. */
      readonly keyHash?: string | undefined;
    }
  | {
      readonly kind: "add-secret";
      readonly clientId: string;
      /** Name, start and end are set by us to the millisecond: together they tell this secret from any other. */
      readonly displayName: string;
      readonly createdAt: string;
      readonly expiresAt: string;
      readonly keyHash?: string | undefined;
    }
  | { readonly kind: "remove-secret"; readonly clientId: string; readonly keyId: string }
  | { readonly kind: "rename"; readonly clientId: string; readonly displayName: string }
  | { readonly kind: "delete"; readonly clientId: string }
  /** Done, but other systems have not been told: the bus was away. */
  | { readonly kind: "announce"; readonly event: ClientEvent };

export interface Entry<Kind extends Operation = Operation> {
  readonly operationId: string;
  readonly subscription: string;
  readonly operation: Kind;
  readonly startedAt: Date;
  /** When somebody last worked on it. */
  readonly touchedAt: Date;
  /** How often the reconciler has looked in vain for what it made. */
  readonly looks: number;
}

/** How often the reconciler asks a late directory before it believes "not there", each time `RECONCILE_AFTER` apart. */
export const LOOKS = 2;

/** Take "not there" as it comes. The reconciler looks twice instead of waiting once. */
export const NOT_LATE: Expected = { createdAt: new Date(0) };

export interface HeldEntry<Kind extends Operation = Operation> {
  readonly entry: Entry<Kind>;
  /** Changes hands with the entry: whoever holds the newest one works on it. */
  readonly version: string;
}

/** All methods throw `RemoteUnavailable`. */
export interface Journal {
  /** Nothing if another operation holds the same client. */
  open<Kind extends Operation>(entry: Entry<Kind>): Promise<HeldEntry<Kind> | undefined>;
  /**
   * Removes the entry. False: somebody else has taken it over, so nothing that this operation has made may be relied on.
   */
  close(held: HeldEntry): Promise<boolean>;
  /** Removes the entry of a create, whoever holds it: its work is known to be done. */
  settle(operationId: string): Promise<void>;
  find(key: string): Promise<HeldEntry | undefined>;
  /** Entries nobody has touched since `before`, oldest first within a partition. Its cost follows the entries there are. */
  abandoned(before: Date): AsyncIterable<HeldEntry>;
  /** Takes an entry over. Nothing: somebody else was faster. */
  take(held: HeldEntry, now: Date, looks: number): Promise<HeldEntry | undefined>;
}

/** The key an entry is stored under: its client where it must be alone with it, else the operation itself. */
export const entryKey = ({ operation, operationId }: Pick<Entry, "operationId" | "operation">) =>
  operation.kind === "create" || operation.kind === "announce" ? operationId : operation.clientId;
