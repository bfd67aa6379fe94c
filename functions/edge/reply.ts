/** For caches of the caller's own, and no other. */
export const keptFor = (seconds: number): string => `private, max-age=${seconds}`;

/** What a route answers, before it becomes an HTTP response. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Becomes JSON; absent for 204. */
  readonly body?: unknown;
  /** Sent as it is, with the content type that the headers name. */
  readonly text?: string;
  /** What a change can be bound to with `If-Match`: the ETag begins with it. */
  readonly revision?: string;
  /** An earlier request under the same key was given this answer. */
  readonly replayed?: boolean | undefined;
}
