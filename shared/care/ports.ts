import type { Watch } from "../clients/watch.ts";

/** A mail to a person of a customer's: never to operators, whose alerts come first (`fair-mail.ts`). */
export interface Letter {
  /** Stable across repeats: under the same id the mail service sends it once. */
  readonly id: string;
  /** Whose person it is: customers share the channel by it. */
  readonly subscription: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Of the mail itself, such as `List-Unsubscribe`. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface PersonMail {
  /**
   * `taken`: the mail service has it. `refused`: it never will take it, whoever asks again.
   *
   * @throws RemoteUnavailable when later it may, and after which pause
   */
  send(letter: Letter): Promise<"taken" | "refused">;
}

/** What one person watches in one subscription. */
export interface PersonWatches {
  readonly watches: readonly Watch[];
  /** When they wanted no more mail at all; what they ask for later counts again. */
  readonly silentSince?: Date;
}

/** Who is to be told, in the partition of the subscription. All methods throw `RemoteUnavailable`; all are safe to repeat. */
export interface WatchRecords {
  /** One request. */
  ofPerson(subscription: string, person: string): Promise<PersonWatches>;
  /** By person, of everybody in the subscription: one request for each thousand watches. */
  ofSubscription(subscription: string): Promise<ReadonlyMap<string, PersonWatches>>;
  /** Whoever asks to be told is silent no more. One request. */
  watch(watch: Watch): Promise<void>;
  unwatch(subscription: string, person: string, watched: string): Promise<void>;
  /** Ends all of a person's watches: no mail until they ask for it again. Two requests. */
  silence(subscription: string, person: string, at: Date): Promise<void>;
}
