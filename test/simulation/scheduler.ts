/** Lets one remote call at a time go on, in an order that only its random numbers decide: the same ones give the same run. */
export interface Scheduler {
  /** Resolved when whoever asks may go on. */
  turn(): Promise<void>;
  /** Lets one of them go on once all have come to their next call. False: nobody waits. */
  step(): Promise<boolean>;
}

export function scheduler(random: () => number): Scheduler {
  const waiting: (() => void)[] = [];
  return {
    turn: () => new Promise((resolve) => waiting.push(resolve)),
    step: async () => {
      // Until every promise that is settled has been heard of.
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = waiting.splice(Math.floor(random() * waiting.length), 1);
      next?.();
      return next !== undefined;
    },
  };
}
