import type { SecretRecord } from "../clients/secret-record.ts";
import type { Claim } from "../consent/claim.ts";

/** One thing that a person is to be told: that a secret ends soon, or has ended. */
export interface LetterLine {
  readonly person: string;
  readonly clientId: string;
  readonly keyId: string;
  /** A secret where it is left out. */
  readonly kind?: "certificate";
  /** What it tells: a reminder's name (`P7D`), or `expired`. */
  readonly mark: string;
  readonly clientName: string;
  readonly secretName: string;
  readonly expiresAt: Date;
  /** When it came to be told. */
  readonly since: Date;
}

/** Names a line among those of its person. */
export const lineId = ({ keyId, mark }: LetterLine): string => `${keyId}:${mark}`;

/** A person's letters: the one that is on its way, and when the last one went. */
export interface LetterState {
  readonly person: string;
  /** The letter that is on its way, sealed: whoever sends it sends these lines under this id. */
  readonly sealed?: {
    readonly id: string;
    /** By `lineId`. */
    readonly lines: readonly string[];
    /** Who is sending it now. */
    readonly claim?: Claim | undefined;
    /** The mail service asked to be left alone until then. */
    readonly notBefore?: Date | undefined;
  };
  readonly sentAt?: Date | undefined;
}

export interface PersonLetters {
  readonly person: string;
  readonly lines: readonly LetterLine[];
  readonly state?: { readonly now: LetterState; readonly version: string };
}

export interface Waiting {
  readonly subscription: string;
  readonly since: Date;
  readonly version: string;
}

/**
 * What people are to be told by mail, from when a secret says that they were told until the mail service has the letter. All
 * methods throw `RemoteUnavailable`.
 */
export interface LetterBox {
  /**
   * Saves a secret with what has been told of it, and the lines that tell it, in one transaction: no line is lost, and none is
   * written twice. False: the secret has changed or gone meanwhile, and nothing was written. Two requests.
   *
   * A hundred lines and more take another request for each 99, and go before the secret says so: some of them may be there when it
   * never does, and are written again by whoever tells it then.
   */
  tell(
    secret: SecretRecord,
    version: string,
    lines: readonly LetterLine[],
    now: Date,
  ): Promise<boolean>;
  /** Subscriptions with letters to send: it is noted before a line is written, so that none is overlooked. */
  waiting(): AsyncIterable<Waiting>;
  /** One request for each thousand rows. */
  ofSubscription(subscription: string): Promise<readonly PersonLetters[]>;
  /** The new version; nothing: somebody else has written it meanwhile. Without a version: there is none yet. */
  save(subscription: string, state: LetterState, version?: string): Promise<string | undefined>;
  /** The letter has gone: takes its lines away and notes when. False: somebody else has it. */
  sent(
    subscription: string,
    state: LetterState,
    version: string,
    lines: readonly LetterLine[],
  ): Promise<boolean>;
  /** Nothing waits there any more. Left alone if something was noted meanwhile. */
  forget(waiting: Waiting): Promise<void>;
}
