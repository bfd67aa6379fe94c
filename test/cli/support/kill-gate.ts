/** Requests that a run sends in a row, to whomever; it dies with one of them. */
export interface Death {
  /** Which request of the run, from 0. */
  readonly at: number;
  /** Whether what was asked has been done. */
  readonly done: boolean;
  kill(): Promise<unknown>;
}

/** Passed by every request of a run, whoever serves it. */
export interface KillGate {
  /** For the next run. */
  set(next?: Death): void;
  /** @returns whether the run has been killed before anything is done */
  before(): Promise<boolean>;
  /** @returns whether it has been killed when everything is done, and before it is told */
  after(): Promise<boolean>;
}

export function killGate(): KillGate {
  let death: Death | undefined;
  let count = 0;
  const dies = async (done: boolean): Promise<boolean> => {
    if (death?.done !== done || death.at !== count) return false;
    await death.kill();
    return true;
  };
  return {
    set: (next) => {
      death = next;
      count = 0;
    },
    before: () => dies(false),
    after: async () => {
      const died = await dies(true);
      if (!died) count += 1;
      return died;
    },
  };
}
