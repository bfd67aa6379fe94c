import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { promisify } from "node:util";
import { build as bundle } from "esbuild";
import * as z from "zod";

const ROOT = join(import.meta.dirname, "..");
const SOURCE = join(ROOT, "portal/package");
const ENTRIES = ["index", "latchkey-clients", "latchkey-consents", "react"] as const;

const Own = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()),
  devDependencies: z.record(z.string(), z.string()),
});

/** What a host page may touch; the analyzer lists whatever is no `#private`. */
const ATTRIBUTES = new Set(["api", "lang", "theme", "show", "request", "customer"]);
const FIELDS = new Set(["api", "lang", "getAccessToken", "show", "request", "customer"]);
const METHODS = new Set(["refresh"]);
/** As the elements' own events are called. */
const EVENT = /^[a-z]+(-[a-z]+)+$/;

const run = promisify(execFile);

/**
 * Makes `@latchkey/elements`: modules that leave Lit to the host's own bundler, types, a manifest for editors, and a wrapper for
 * React. It is packed and published like any package: `npm pack ./dist-elements`.
 */
export async function buildElements(
  outputFolder: string = join(ROOT, "dist-elements"),
): Promise<string> {
  await rm(outputFolder, { recursive: true, force: true });
  await mkdir(outputFolder, { recursive: true });
  await bundle({
    entryPoints: {
      index: join(SOURCE, "index.ts"),
      "latchkey-clients": join(ROOT, "portal/elements/latchkey-clients.ts"),
      "latchkey-consents": join(ROOT, "portal/elements/latchkey-consents.ts"),
      react: join(SOURCE, "react.ts"),
    },
    outdir: outputFolder,
    chunkNames: "parts/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    target: "es2024",
    // The host has one Lit, React and lit-localize, whichever elements it uses.
    packages: "external",
    sourcemap: true,
    logLevel: "warning",
  });
  for (const name of await readdir(SOURCE)) {
    if (!name.endsWith(".d.ts")) continue;
    await copyFile(join(SOURCE, name), join(outputFolder, name));
  }
  await writeFile(join(outputFolder, "custom-elements.json"), await manifest());
  await copyFile(join(ROOT, "docs/portal.md"), join(outputFolder, "README.md"));
  await writeFile(join(outputFolder, "package.json"), await packageFile());
  return outputFolder;
}

async function packageFile(): Promise<string> {
  const own = Own.parse(JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")));
  const versionOf = (name: string) => `^${own.dependencies[name] ?? own.devDependencies[name]}`;
  const exported = ENTRIES.map((name) => [
    name === "index" ? "." : `./${name}`,
    { types: `./${name}.d.ts`, default: `./${name}.js` },
  ]);
  const content = {
    name: "@latchkey/elements",
    version: own.version,
    license: "UNLICENSED",
    description: "Latchkey's clients and consents as custom elements",
    type: "module",
    exports: {
      ...Object.fromEntries(exported),
      "./custom-elements.json": "./custom-elements.json",
    },
    types: "./index.d.ts",
    customElements: "custom-elements.json",
    // Loading one of these defines its element.
    sideEffects: [...ENTRIES.map((name) => `./${name}.js`), "./parts/*.js"],
    dependencies: {
      "@lit/localize": versionOf("@lit/localize"),
      "@lit/react": versionOf("@lit/react"),
      asn1js: versionOf("asn1js"),
      lit: versionOf("lit"),
      pkijs: versionOf("pkijs"),
    },
    peerDependencies: { react: ">=18" },
    peerDependenciesMeta: { react: { optional: true } },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

const Named = z.looseObject({ name: z.string(), kind: z.string().optional() });
const Declaration = z.looseObject({
  name: z.string(),
  tagName: z.string().optional(),
  customElement: z.boolean().optional(),
  members: z.array(Named).default([]),
  attributes: z.array(Named).default([]),
  events: z.array(Named).default([]),
});
const Manifest = z.looseObject({
  schemaVersion: z.string(),
  modules: z.array(z.looseObject({ path: z.string(), declarations: z.array(Declaration) })),
});

/** The custom-elements manifest, by the analyzer of the standard's own makers: the two elements and what is for their hosts. */
async function manifest(): Promise<string> {
  const cem = join(
    createRequire(import.meta.url).resolve("@custom-elements-manifest/analyzer"),
    "../cem.js",
  );
  const folder = await mkdtemp(join(tmpdir(), "latchkey-manifest-"));
  try {
    const config = {
      globs: ["portal/elements/*/latchkey-*.ts"],
      outdir: relative(ROOT, folder),
      litelement: true,
      // Else it writes into this repository's own package.json; no flag of its command line says no.
      packagejson: false,
    };
    const file = join(folder, "config.mjs");
    await writeFile(file, `export default ${JSON.stringify(config)};`);
    await run(process.execPath, [cem, "analyze", "--config", relative(ROOT, file)], { cwd: ROOT });
    const text = await readFile(join(folder, "custom-elements.json"), "utf8");
    const { schemaVersion, modules } = Manifest.parse(JSON.parse(text));
    // The analyzer lists files as the disk answers, which is not always the same.
    const elements = modules
      .flatMap(({ declarations }) => declarations.filter(({ tagName }) => tagName !== undefined))
      .toSorted((a, b) => a.name.localeCompare(b.name));
    return `${JSON.stringify({ schemaVersion, modules: elements.map(moduleOf) }, null, 1)}\n`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function moduleOf({ members, attributes, events, ...element }: z.infer<typeof Declaration>) {
  const path = `${element.tagName}.js`;
  const declaration = {
    ...element,
    members: members.filter(({ name, kind }) => (kind === "method" ? METHODS : FIELDS).has(name)),
    attributes: attributes.filter(({ name }) => ATTRIBUTES.has(name)),
    events: events.filter(({ name }) => EVENT.test(name)),
  };
  const reference = { name: element.name, module: path };
  return {
    kind: "javascript-module",
    path,
    declarations: [declaration],
    exports: [
      { kind: "js", name: element.name, declaration: reference },
      { kind: "custom-element-definition", name: element.tagName, declaration: reference },
    ],
  };
}

if (import.meta.main) console.log(`Built ${await buildElements()}`);
