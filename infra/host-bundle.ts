import { join } from "node:path";
import { isStale } from "./stale.ts";

const ROOT = join(import.meta.dirname, "..");

/** Where `npm run build` leaves the local host as one file; Node knows by the folder's package that it is a module. */
export const HOST_BUNDLE = join(ROOT, "node_modules/.cache/latchkey/host.mjs");

let found: Promise<string | undefined> | undefined;

/** The bundled host, unless something of infra is newer than it; looked for once in a process. */
export function freshHostBundle(): Promise<string | undefined> {
  const sources = ["infra", "package-lock.json"].map((name) => join(ROOT, name));
  found ??= isStale(HOST_BUNDLE, sources).then((stale) => (stale ? undefined : HOST_BUNDLE));
  return found;
}
