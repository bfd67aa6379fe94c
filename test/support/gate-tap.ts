import type { RemoteCall, Tap } from "../../infra/local/tap.ts";

export interface Gate {
  /** Settles when the call has arrived and is being held. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  open(): void;
}

export interface GateTap extends Tap {
  /** Holds the next call of that name before anything is done, so that "meanwhile" can be tested without waiting. */
  hold(name: string): Gate;
}

export function createGateTap(): GateTap {
  let held: { name: string; arrive: () => void; opened: Promise<void> } | undefined;
  return {
    before: async ({ name }: RemoteCall) => {
      if (name !== held?.name) return "pass";
      const { arrive, opened } = held;
      held = undefined;
      arrive();
      await opened;
      return "pass";
    },
    after: async () => "pass",
    hold: (name) => {
      const reached = Promise.withResolvers<void>();
      const opened = Promise.withResolvers<void>();
      held = { name, arrive: reached.resolve, opened: opened.promise };
      return { reached: reached.promise, open: opened.resolve };
    },
  };
}
