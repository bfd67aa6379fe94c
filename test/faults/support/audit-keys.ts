import type { Ask } from "./asks.ts";
import type { State } from "./state-of.ts";
import { MadeKey, succeeded, type Wish } from "./wish.ts";

/** Certificates and federated credentials: nothing in them is secret, so whoever asks again is told of what was made. */
export interface KeysDamage {
  /** In the directory, and nobody who has asked was told of them. */
  readonly keysLeft: readonly string[];
  /** Answered as made, not removed since, and not in the directory. */
  readonly keysLost: readonly string[];
}

export const noKeysDamage: KeysDamage = { keysLeft: [], keysLost: [] };

const MAKING: readonly Ask[] = [
  "add-certificate",
  "rotate-certificate",
  "rotate-self-certificate",
  "add-federated",
];
const REMOVING: readonly Ask[] = ["remove-certificate", "remove-federated"];

export function auditKeys({ keys }: State, wishes: readonly Wish[]): KeysDamage {
  const given = new Set(
    wishes
      .filter(({ ask, answer }) => MAKING.includes(ask) && succeeded(answer))
      .map(({ answer }) => MadeKey.parse(answer?.body)),
  );
  const removed = new Set(
    wishes.filter(({ ask }) => REMOVING.includes(ask)).map(({ keyId }) => keyId),
  );
  return {
    keysLeft: [...keys.keys()].filter((id) => !given.has(id)),
    keysLost: [...given].filter((id) => !keys.has(id) && !removed.has(id)),
  };
}
