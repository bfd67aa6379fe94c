import { chmod, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build as bundle } from "esbuild";
import { REQUIRE } from "../infra/build-node.ts";
import packageJson from "./package.json" with { type: "json" };

/**
 * `npm run build -w @latchkey/cli`: makes `dist/`, the package as it is published: one file that asks for nothing, so that `npx` has
 * one package to fetch and Node one file to read.
 */

const HERE = import.meta.dirname;

/** Renamed into place: whoever runs it meanwhile reads the old one or the new one. */
async function put(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, content);
  await chmod(draft, mode);
  await rename(draft, file);
}

export async function buildCommand(folder = join(HERE, "dist")): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { outputFiles } = await bundle({
    entryPoints: [join(HERE, "source/main.ts")],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node22",
    // Of what some sinks need each has a package of its own, which whoever uses it installs.
    external: Object.keys(packageJson.peerDependencies),
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
    write: false,
    outfile: join(folder, "latchkey.js"),
  });
  for (const { path, contents } of outputFiles) await put(path, contents, 0o755);
  const { name, version, description, license, type, engines } = packageJson;
  const { peerDependencies, peerDependenciesMeta } = packageJson;
  const manifest = {
    ...{ name, version, description, license, type },
    bin: { latchkey: "latchkey.js" },
    ...{ engines, peerDependencies, peerDependenciesMeta },
  };
  await put(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await put(join(folder, "README.md"), await readFile(join(HERE, "README.md")));
  return join(folder, "latchkey.js");
}

if (import.meta.main) console.log(`Built ${await buildCommand()}`);
