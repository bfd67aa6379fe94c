/** A person who can be told by mail: their token proves both. */
export interface Watcher {
  /** Names the person in the rows of their subscription, and nobody to who reads it. */
  readonly person: string;
  readonly email: string;
}

/** What a person wants mail about: one client, or every client of their subscription. */
export const EVERY_CLIENT = "all";

export interface Watch extends Watcher {
  readonly subscription: string;
  /** The id of a client, or `EVERY_CLIENT`. */
  readonly of: string;
  /** IANA name; absent where the person has not said it. */
  readonly timeZone?: string | undefined;
  readonly since: Date;
  /** `person`: asked for it. `create`: made the client, and so is told of it until they say otherwise. */
  readonly by: "person" | "create";
}
