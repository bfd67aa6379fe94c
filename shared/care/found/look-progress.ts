import type { Lead } from "../../clients/ports.ts";

/**
 * How far one pass over the secrets of all clients has come. Durable after every page, so that a pass that dies is gone on with
 * and not begun again.
 */
export interface LookPass {
  readonly startedAt: Date;
  readonly phase: "listing" | "done";
  /** The directory's mark of the next page; from the first one when left out. */
  readonly from?: string;
  /**
   * Whether a pass has ended before: until then what is found was there before anybody looked, is recorded, and told to nobody.
   */
  readonly filled: boolean;
  /** A client could not be filled in: the next pass does it, and none before counts as the one that filled the records. */
  readonly lacking?: true;
  /** The host that works on it, and when it last said so. */
  readonly owner: string;
  readonly touchedAt: Date;
}

export interface VersionedLook {
  readonly pass: LookPass;
  readonly version: string;
}

/** A client that differs from its records: to be looked at once more, when neither side can be late. */
export interface LookAgain {
  readonly lead: Lead;
  /** Of its row, for `seen`. */
  readonly version: string;
}

/** Digests of clients' secrets, as they were read and changed since by whoever has read them. */
export interface Digests {
  get(clientId: string): string | undefined;
  /**
   * What clients have now; nothing: the next pass looks, whatever it finds. A pass and the index write them at the same time: of a
   * client that stands among others one of which somebody else has written meanwhile none is kept.
   *
   * A hundred rows to a request, of which each holds 25 clients of 100,000.
   */
  save(
    changes: readonly (readonly [clientId: string, digest: string | undefined])[],
  ): Promise<void>;
}

/** All methods throw `RemoteUnavailable`. */
export interface LookProgress {
  current(): Promise<VersionedLook | undefined>;
  /** Nothing: another host has taken it. */
  save(pass: LookPass, version: string | undefined): Promise<VersionedLook | undefined>;
  /** What each client had when it was last looked at: about a request for each 24,000. */
  digests(): Promise<Digests>;
  /** To be looked at again from `at` on. */
  lookAgain(leads: readonly Lead[], at: Date): Promise<void>;
  /** Those whose time has come: a request for each thousand. */
  again(now: Date): AsyncIterable<readonly LookAgain[]>;
  /** Takes it off, if nobody has put it off meanwhile. */
  seen(again: LookAgain): Promise<void>;
}
