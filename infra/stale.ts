import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "..");

/** What the folder that is deployed is made from, and what makes it. */
const SOURCES = [
  ...["functions", "shared", "portal", "host.json", "package-lock.json"],
  ...["build.ts", "build-node.ts", "build-portal.ts", "one-copy.ts", "sbom"].map(
    (name) => `infra/${name}`,
  ),
].map((name) => join(ROOT, name));

/** The last file that a build writes. */
export const STAMP = ".funcignore";

/** When something in it was last written, removed or renamed, in milliseconds since the epoch. */
async function changedAt(path: string): Promise<number> {
  const own = await stat(path);
  if (!own.isDirectory()) return own.mtimeMs;
  const within = (await readdir(path)).map((name) => changedAt(join(path, name)));
  return Math.max(own.mtimeMs, ...(await Promise.all(within)));
}

/**
 * Whether a build would make anything else of the sources than what is there.
 *
 * @param stamp a file that the build left, with the time at which that build began
 */
export async function isStale(
  stamp = join(ROOT, "dist", STAMP),
  sources: readonly string[] = SOURCES,
): Promise<boolean> {
  const built = await stat(stamp).catch(() => undefined);
  if (!built) return true;
  return Math.max(...(await Promise.all(sources.map(changedAt)))) >= built.mtimeMs;
}
