import { EventEmitter, once } from "node:events";
import type { RemoteCall, Tap } from "../../infra/local/tap.ts";

/** Changes nothing; tells a test when a remote call has been served. */
export interface WatchTap extends Tap {
  /** Settles when the next call of that name (`complete consent`, `insert clients`) is done. */
  next(name: string): Promise<void>;
}

export function createWatchTap(): WatchTap {
  const calls = new EventEmitter().setMaxListeners(0);
  return {
    before: async () => "pass",
    after: async ({ name }: RemoteCall) => {
      calls.emit(name);
      return "pass";
    },
    next: async (name) => {
      await once(calls, name);
    },
  };
}
