/**
 * The one place where a test or the fault endpoint can stand between a caller and a stand-in service.
 *
 * Each stand-in (directory, tables, bus) calls its tap around every remote call it serves: once before it looks at the
 * request, once after the change is durable and before the answer leaves. A tap may wait (latency, a held request) and may
 * order the connection to be cut, so that the caller never learns whether the change was made.
 */

export type Service = "directory" | "tables" | "bus";

/** One remote call as the stand-in sees it. */
export interface RemoteCall {
  readonly service: Service;
  /** What is done, without ids: `POST /applications`, `insert clients`, `send consent`, `complete consent`. */
  readonly name: string;
}

/** `cut` closes the connection without an answer; anything else lets the call go on. */
export type Verdict = "cut" | "pass";

export interface Tap {
  /** Runs before anything is changed. `cut` here means that nothing was done. */
  before(call: RemoteCall): Promise<Verdict>;
  /** Runs after the change is durable. `cut` here means done, but the answer is lost. */
  after(call: RemoteCall): Promise<Verdict>;
}

/** The tap of a cloud in which nothing goes wrong. */
export const openTap: Tap = {
  before: async () => "pass",
  after: async () => "pass",
};
