export type RemoteService = "directory" | "records" | "bus" | "alerts" | "identity";

/**
 * A remote service did not do what was asked, and asking again later may help.
 *
 * `executed` says what is known of the change: `no` when the service refused before it did anything (429, connection
 * refused), `unknown` when the answer was lost. Only `no` may be repeated by code that could make a second object.
 */
export class RemoteUnavailable extends Error {
  readonly code = "REMOTE_UNAVAILABLE";
  readonly service: RemoteService;
  readonly executed: "no" | "unknown";
  /** Whole seconds to wait, as the service said or as our own bound has it. */
  readonly retryAfterSeconds: number;
  readonly throttled: boolean;

  constructor(
    service: RemoteService,
    known: { executed: "no" | "unknown"; retryAfterSeconds?: number; throttled?: boolean },
    options?: ErrorOptions,
  ) {
    super(`The ${service} is ${known.throttled ? "throttling" : "unavailable"}`, options);
    this.name = "RemoteUnavailable";
    this.service = service;
    this.executed = known.executed;
    this.retryAfterSeconds = known.retryAfterSeconds ?? 10;
    this.throttled = known.throttled ?? false;
  }
}

/** A row that another version has written, or a hand. */
export class IllegibleRow extends Error {
  constructor(row: string) {
    super(`The row ${row} cannot be read`);
    this.name = "IllegibleRow";
  }
}

/** Hears of each that is left out of what is read. */
export type Unread = (rowKey: string) => void;

/** The same where it is waited for: it says something to whoever comes when that version is back or the row is mended. */
export class Illegible extends RemoteUnavailable {
  constructor(options?: ErrorOptions) {
    super("records", { executed: "unknown", retryAfterSeconds: 60 }, options);
  }
}
