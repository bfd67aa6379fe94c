import { RemoteUnavailable } from "../../shared/base/unavailable.ts";
import type { Letter, PersonMail } from "../../shared/care/ports.ts";

export interface MemoryMail extends PersonMail {
  /** What has been taken, oldest first; what comes again under its id is there once. */
  readonly taken: readonly Letter[];
  /** How often anybody tried. */
  tries(): number;
  /** Whether the service is away. */
  away(isAway: boolean): void;
}

/** A mail service that is a list, for tests of rules. The contract test holds it against the real one. */
export function memoryMail(): MemoryMail {
  const taken: Letter[] = [];
  let isAway = false;
  let tries = 0;
  return {
    taken,
    tries: () => tries,
    away: (next) => {
      isAway = next;
    },
    send: async (letter) => {
      tries += 1;
      if (isAway) throw new RemoteUnavailable("alerts", { executed: "unknown" });
      if (!/^[^@\s]+@[^@\s]+$/.test(letter.to)) return "refused";
      if (!taken.some(({ id }) => id === letter.id)) taken.push(letter);
      return "taken";
    },
  };
}
