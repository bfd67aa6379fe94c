import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import type { Alert, AlertChannel } from "../../shared/consent/alerts/alert.ts";

export interface MemoryChannel extends AlertChannel {
  readonly taken: readonly Alert[];
  /** Whether the receiver takes nothing. */
  refuse(refuses: boolean): void;
}

/** A way to reach operators that is a list, for tests of rules. The contract test holds it against the real channels. */
export function memoryChannel(name: AlertChannel["name"] = "webhook"): MemoryChannel {
  const taken: Alert[] = [];
  let refuses = false;
  return {
    name,
    taken,
    refuse: (next) => {
      refuses = next;
    },
    send: async (alert) => {
      if (refuses) throw new RemoteUnavailable("alerts", { executed: "unknown" });
      taken.push(alert);
    },
  };
}
