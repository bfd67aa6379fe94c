import { Resolver } from "node:dns/promises";

/** Each question, and both together: a name server that never answers is a stranger's as well. */
const TIMEOUT_MS = 2_000;

/** Answers that say there is nothing of this kind. */
const NOTHING = ["ENODATA", "ENOTFOUND"];

/**
 * Every address of a name, of both kinds, asked of the name servers themselves: neither the machine's own list of names counts
 * nor its threads, of which a few slow name servers would take all.
 *
 * @param servers others than the machine's
 * @throws when a question got no answer
 */
export async function resolveName(
  name: string,
  servers?: readonly string[],
): Promise<readonly string[]> {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: 1 });
  if (servers) resolver.setServers(servers);
  const late = setTimeout(() => resolver.cancel(), TIMEOUT_MS);
  const none = (error: unknown): string[] => {
    if (error instanceof Error && "code" in error && NOTHING.includes(String(error.code)))
      return [];
    throw error;
  };
  try {
    const [v4, v6] = await Promise.all([
      resolver.resolve4(name).catch(none),
      resolver.resolve6(name).catch(none),
    ]);
    return [...v4, ...v6];
  } finally {
    clearTimeout(late);
  }
}
