/** Time, ids, chance and waiting, passed in so that rules can be tested without them. */
export interface Runtime {
  now(): Date;
  /** A new random id (UUID). */
  newId(): string;
  /** Resolves after so many milliseconds. */
  pause(milliseconds: number): Promise<void>;
  /** At least 0, less than 1: spreads attempts apart. */
  random(): number;
}

export const systemRuntime: Runtime = {
  now: () => new Date(),
  newId: () => crypto.randomUUID(),
  pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};
