import { copyFile, mkdir, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build as bundle, type Metafile } from "esbuild";
import { buildHost } from "./build-host.ts";
import { OLDEST_NODE, REFUSE_OLDER_NODE, REQUIRE } from "./build-node.ts";
import { buildPortal } from "./build-portal.ts";
import { oneCopy, requiredHttp } from "./one-copy.ts";
import { bundledPackages } from "./sbom/bundled-packages.ts";
import { readLockfile, refuseDevelopmentPackages } from "./sbom/lockfile.ts";
import { billOfMaterials } from "./sbom/sbom.ts";
import { STAMP } from "./stale.ts";

/** The repository; everything that is built and everything that is built from lies in it. */
const ROOT = join(import.meta.dirname, "..");

/** What the host brings, and what a package asks for and does without: `debug` would colour lines that nobody sees. */
const EXTERNAL = ["@azure/functions-core", "supports-color"];

/**
 * What azd leaves out of the package it makes of the output folder. The maps are two thirds of it and nothing reads them there:
 * they stay beside the bundle, for whoever looks a stack trace up.
 */
const NOT_DEPLOYED = "*.map\n";

/** A CycloneDX document, by the name under which tools look for one. */
const SBOM = "sbom.cdx.json";

/** Folder of the parts that are loaded after the entry. */
const CHUNKS = "chunks";
const KEEP_CHUNKS_MS = 60 * 60_000;

export interface BuildOptions {
  /** The module whose import registers every function. */
  readonly entry?: string;
  readonly outputFolder?: string;
}

/** Renamed into place, so that a host which starts meanwhile loads the old file or the new one, never half of one. */
async function put(file: string, content: string | Uint8Array): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await rename(draft, file);
}

async function bundleFunctions(entry: string, outputFolder: string): Promise<Metafile> {
  const { outputFiles, metafile } = await bundle({
    entryPoints: { main: entry },
    outdir: outputFolder,
    bundle: true,
    format: "esm",
    platform: "node",
    target: `node${OLDEST_NODE}`,
    external: EXTERNAL,
    plugins: [oneCopy, requiredHttp],
    // What is imported dynamically is loaded when it is needed, or never (docs/performance.md).
    splitting: true,
    chunkNames: `${CHUNKS}/[name]-[hash]`,
    banner: { js: `${REFUSE_OLDER_NODE}\n${REQUIRE}` },
    sourcemap: true,
    // Names stay for stack traces; shorter ones load no faster, and `keepNames` costs more than they save.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
    metafile: true,
    absWorkingDir: ROOT,
  });
  const chunks = join(outputFolder, CHUNKS);
  await mkdir(chunks, { recursive: true });
  // The entry comes last: whoever finds it finds all that it names.
  const entryLast = outputFiles.toSorted(
    (a, b) => Number(dirname(b.path) === chunks) - Number(dirname(a.path) === chunks),
  );
  for (const { path, contents } of entryLast) await put(path, contents);
  await sweep(
    chunks,
    outputFiles.map(({ path }) => path),
  );
  return metafile;
}

/** Removes the chunks of earlier builds, but for those that a host started a while ago may yet ask for. */
async function sweep(folder: string, current: readonly string[]): Promise<void> {
  const old = Date.now() - KEEP_CHUNKS_MS;
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (current.includes(file)) continue;
    const written = await stat(file).catch(() => undefined);
    if (written && written.mtimeMs < old) await rm(file, { force: true });
  }
}

/**
 * Makes the folder that is deployed as it is and needs no `npm install`: `main.js` with its chunks, `host.json`,
 * a `package.json`, the portal's files, and the bill of materials of all that was bundled.
 *
 * @throws when anything does not resolve or parse, or a development package is bundled; the previous output then stays.
 */
export async function build(options: BuildOptions = {}): Promise<{ outputFolder: string }> {
  const outputFolder = options.outputFolder ?? join(ROOT, "dist");
  const began = new Date();
  await mkdir(outputFolder, { recursive: true });
  const functions = await bundleFunctions(
    options.entry ?? join(ROOT, "functions/main.ts"),
    outputFolder,
  );
  // Another entry is another app: it has no portal, and nobody deploys it.
  if (!options.entry) {
    const portal = await buildPortal(join(ROOT, "portal"), outputFolder, put);
    const bundled = bundledPackages([functions, portal]);
    const lock = readLockfile(ROOT);
    refuseDevelopmentPackages(bundled, lock);
    await put(join(outputFolder, SBOM), billOfMaterials(bundled, lock, ROOT));
  }
  await copyFile(join(ROOT, "host.json"), join(outputFolder, "host.json"));
  const manifest = {
    name: "latchkey",
    private: true,
    type: "module",
    main: "main.js",
    engines: { node: `>=${OLDEST_NODE}` },
  };
  await put(join(outputFolder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await put(join(outputFolder, STAMP), NOT_DEPLOYED);
  // Whatever is changed while this goes on may be in it or not.
  await utimes(join(outputFolder, STAMP), began, began);
  return { outputFolder };
}

if (import.meta.main) {
  const started = performance.now();
  const [{ outputFolder }] = await Promise.all([build(), buildHost()]);
  console.log(`Built ${outputFolder} in ${Math.round(performance.now() - started)} ms`);
}
