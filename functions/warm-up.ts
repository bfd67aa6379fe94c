import { RemoteUnavailable } from "../shared/base/unavailable.ts";

type Steps = Readonly<Record<string, () => Promise<unknown>>>;

/**
 * Fetches ahead what the first request would otherwise wait for, one after the other: tokens, signing keys, connections. Begins
 * once the functions are registered and holds nothing up. What fails is fetched by whoever needs it, and they are told why.
 *
 * @param rounds steps by name; each may fail. What every request needs comes first: a cold processor does one thing at a time
 */
export function warmUp(rounds: readonly Steps[]): void {
  setImmediate(async () => {
    for (const steps of rounds)
      await Promise.all(Object.entries(steps).map(([name, step]) => step().catch(complain(name))));
  });
}

const complain =
  (name: string) =>
  (error: unknown): void => {
    // An outage of ours says which table, queue or topic it is; other messages may quote what was sent.
    const why = error instanceof RemoteUnavailable ? error.message : nameOf(error);
    console.warn(`Latchkey could not fetch ahead: ${name} (${why})`);
  };

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "unknown");
