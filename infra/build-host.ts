import { mkdir, rename, utimes } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build as bundle } from "esbuild";
import { REQUIRE } from "./build-node.ts";
import { HOST_BUNDLE } from "./host-bundle.ts";
import { oneCopy } from "./one-copy.ts";

/**
 * The local Functions host as one file: it is started some eighty times in a run of the tests, and finding and reading the modules
 * of its SDK one by one is half of what its start costs.
 */
export async function buildHost(): Promise<void> {
  const began = new Date();
  const draft = `${HOST_BUNDLE}.${process.pid}.tmp`;
  await mkdir(dirname(HOST_BUNDLE), { recursive: true });
  await bundle({
    entryPoints: [join(import.meta.dirname, "local/host/start.ts")],
    outfile: draft,
    bundle: true,
    format: "esm",
    platform: "node",
    // The Node of this repository, whatever the one is that the product runs on.
    target: `node${process.versions.node}`,
    external: ["@azure/functions-core", "supports-color"],
    plugins: [oneCopy],
    banner: { js: REQUIRE },
    legalComments: "none",
    logLevel: "warning",
  });
  // Whatever is changed while this goes on may be in it or not.
  await utimes(draft, began, began);
  await rename(draft, HOST_BUNDLE);
}
