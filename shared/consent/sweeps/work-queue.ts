/** Work that is done some at a time, none of it waiting for a list to be complete. */
export interface WorkQueue {
  /**
   * @param owner whose it is
   * @param work catches what it throws: nobody hears of it here
   */
  add(owner: string, work: () => Promise<void>): void;
  /** Resolves when everything that was added is done; throws nothing. */
  done(): Promise<void>;
}

/**
 * A queue that takes from each owner in turn, and never more at once than the owner's share: those of one who has it already
 * wait, and others do not wait for them. It holds functions: what they close over is what it keeps in memory.
 *
 * @param lanes how many run at once
 * @param share how many of them one owner may have at once
 */
export function workQueue(lanes: number, share: number): WorkQueue {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  const running = new Map<string, number>();
  let busy = 0;
  const idle: (() => void)[] = [];

  const begin = (): void => {
    for (const [owner, entries] of waiting) {
      if (busy >= lanes) return;
      if ((running.get(owner) ?? 0) >= share) continue;
      waiting.delete(owner);
      const work = entries.shift();
      // Behind the others.
      if (entries.length > 0) waiting.set(owner, entries);
      if (work) run(owner, work);
    }
  };
  const run = (owner: string, work: () => Promise<void>): void => {
    busy += 1;
    running.set(owner, (running.get(owner) ?? 0) + 1);
    const end = (): void => {
      busy -= 1;
      const left = (running.get(owner) ?? 1) - 1;
      if (left === 0) running.delete(owner);
      else running.set(owner, left);
      begin();
      if (busy === 0) for (const resolve of idle.splice(0)) resolve();
    };
    void work().then(end, end);
  };

  return {
    add: (owner, work) => {
      const entries = waiting.get(owner);
      if (entries) entries.push(work);
      else waiting.set(owner, [work]);
      begin();
    },
    done: () => (busy === 0 ? Promise.resolve() : new Promise((resolve) => idle.push(resolve))),
  };
}
