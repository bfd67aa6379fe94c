/** Something that was started and can be stopped again. */
interface Started {
  stop(): Promise<unknown>;
}

export type Starter = ReturnType<typeof createStarter>;

/**
 * Starts services one by one or several at once, and stops them in the opposite order. Whoever fails to start one stops all
 * the others with `stopAll`, so that nothing is left behind.
 */
export function createStarter() {
  const started: Started[] = [];
  return {
    start: async <T extends Started>(starting: Promise<T>): Promise<T> => {
      const service = await starting;
      started.push(service);
      return service;
    },
    /** Waits for every one, so that none comes up after the others have been stopped; then throws the first failure. */
    together: async <const T extends readonly Promise<unknown>[]>(starting: T) => {
      await Promise.allSettled(starting);
      return Promise.all(starting);
    },
    stopAll: async (): Promise<void> => {
      for (const service of started.splice(0).reverse()) await service.stop();
    },
  };
}
