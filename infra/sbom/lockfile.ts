import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Bundled } from "./bundled-packages.ts";

const LockedPackage = z.object({
  version: z.string(),
  /** `sha512-…`, of the package's archive. */
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
});
const Lockfile = z.object({ packages: z.record(z.string(), z.unknown()) });

export type LockedPackage = z.infer<typeof LockedPackage>;
/** What the lockfile says of a package's folder. @throws when it does not know it */
export type Lock = (folder: string) => LockedPackage;

export function readLockfile(root: string): Lock {
  const text = readFileSync(join(root, "package-lock.json"), "utf8");
  const { packages } = Lockfile.parse(JSON.parse(text));
  return (folder) => {
    const locked = LockedPackage.safeParse(packages[folder]);
    if (!locked.success) throw new Error(`${folder} is bundled and not in package-lock.json`);
    return locked.data;
  };
}

/**
 * `npm audit --omit=dev` asks about everything but development packages: were one of them bundled, nobody would hear of its faults.
 *
 * @throws with the name of each that is
 */
export function refuseDevelopmentPackages({ packages }: Bundled, lock: Lock): void {
  const found = packages.filter(({ folder }) => lock(folder).dev).map(({ folder }) => folder);
  if (found.length > 0) {
    throw new Error(
      `Development packages are bundled; make them dependencies: ${found.join(", ")}`,
    );
  }
}
