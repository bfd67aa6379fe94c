import { sep } from "node:path";
import type { Metafile } from "esbuild";

/** A package of which something is in the bundle. */
export interface BundledPackage {
  /** Where it was taken from, as the lockfile names it: `node_modules/cloudevents/node_modules/ajv-formats`. */
  readonly folder: string;
  /** Folders of the bundled packages that its bundled files import. */
  readonly requires: readonly string[];
}

export interface Bundled {
  readonly packages: readonly BundledPackage[];
  /** What our own files import. */
  readonly required: readonly string[];
}

/** Stands for our own files among the importers. */
const OURS = "";

/** The folder of the package that a file belongs to, or undefined for a file of ours. */
export function packageFolder(file: string): string | undefined {
  const path = file.split(sep).join("/");
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/** What esbuild took, from its own account of it. */
export function bundledPackages(metafiles: readonly Metafile[]): Bundled {
  const imports = new Map<string, Set<string>>();
  for (const metafile of metafiles) {
    const bundled = bundledFiles(metafile);
    for (const file of bundled) {
      const importer = packageFolder(file) ?? OURS;
      const required = imports.get(importer) ?? new Set();
      imports.set(importer, required);
      for (const { path } of metafile.inputs[file]?.imports ?? []) {
        const folder = bundled.has(path) ? packageFolder(path) : undefined;
        if (folder !== undefined && folder !== importer) required.add(folder);
      }
    }
  }
  const sorted = (names: Iterable<string> = []) => [...names].sort();
  return {
    packages: sorted(imports.keys())
      .filter((folder) => folder !== OURS)
      .map((folder) => ({ folder, requires: sorted(imports.get(folder)) })),
    required: sorted(imports.get(OURS)),
  };
}

/** The files of which something is left in the output, and those that only hand on what others have (`lit` is nothing else). */
function bundledFiles({ inputs, outputs }: Metafile): ReadonlySet<string> {
  const importers = Map.groupBy(
    Object.entries(inputs).flatMap(([importer, { imports }]) =>
      imports.flatMap(({ path, external }) => (external ? [] : [{ importer, path }])),
    ),
    ({ path }) => path,
  );
  const bundled = new Set<string>();
  const add = (file: string): void => {
    if (bundled.has(file)) return;
    bundled.add(file);
    for (const { importer } of importers.get(file) ?? []) add(importer);
  };
  for (const output of Object.values(outputs)) {
    for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
      if (bytesInOutput > 0) add(file);
    }
  }
  return bundled;
}
