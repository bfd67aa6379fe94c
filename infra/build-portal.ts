import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { type BuildOptions, build as bundle, type Metafile, type Plugin } from "esbuild";

/** One file of the portal as it is served; `portal/files.json` lists them by their path. */
interface PortalFile {
  readonly type: string;
  /** Where its bytes are below `portal/`; with `.br` and `.gz` beside it. */
  readonly file: string;
  readonly etag: string;
  /** `hashed`: the name changes with the content. `shared`: a fixed name for other people's pages. `page`: asked for each time. */
  readonly kind: "hashed" | "shared" | "page";
}

type Put = (file: string, content: string | Uint8Array) => Promise<void>;

const TYPES: Readonly<Record<string, string>> = {
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  html: "text/html; charset=utf-8",
};

/** The elements are for any host page; the rest is the portal's own. */
const ELEMENTS = ["latchkey-clients.js", "latchkey-consents.js"] as const;
const PAGES = [
  { path: "", audience: "customers", element: ELEMENTS[0] },
  { path: "consents", audience: "operators", element: ELEMENTS[1] },
] as const;

/** Loaded when somebody reads the language. They keep their names: an element of yesterday finds today's texts by their ids. */
const LOCALE = /\/locales\/(\w+)\.ts$/;
const localeFile = (language: string) => `latchkey-${language}.js`;

/** What few open on a visit; it is loaded when it is wanted. */
const PARTS = [
  { name: "latchkey-clients-care", entry: "care/care.ts" },
  { name: "latchkey-clients-keys", entry: "keys/keys.ts" },
  { name: "latchkey-key-pair", entry: "keys/key-pair.ts" },
] as const;
const PART = new RegExp(`/(${PARTS.map(({ entry }) => entry.replace(/^.*\//, "")).join("|")})$`);
const partAt = (path: string) =>
  PARTS.find(({ entry }) => entry.endsWith(path.replace(/^.*\//, "")));

/** Browsers that know `light-dark()` and `@container`: all current ones since May 2024. */
const TARGET = ["chrome123", "firefox120", "safari17.5"];

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);
const hashOf = (content: Uint8Array) => createHash("sha256").update(content).digest("hex");

/** What is loaded later is imported by its own name beside the element, and is in none of the bundles. */
const loadedLater: Plugin = {
  name: "loaded-later",
  setup: ({ onResolve }) => {
    onResolve({ filter: LOCALE }, ({ path, kind }) =>
      kind === "dynamic-import"
        ? { path: `./${localeFile(LOCALE.exec(path)?.[1] ?? "")}`, external: true }
        : undefined,
    );
    onResolve({ filter: PART }, ({ path, kind }) =>
      kind === "dynamic-import"
        ? { path: `./${partAt(path)?.name}.js`, external: true }
        : undefined,
    );
  },
};

/** A part writes templates and renders none: it brings no second Lit, for a page may allow one policy of Trusted Types. */
const withoutLit = (source: string): Plugin => ({
  name: "without-lit",
  setup: ({ onResolve }) =>
    onResolve({ filter: /^lit$/ }, () => ({ path: join(source, "elements/shared/templates.ts") })),
});

/** What has a hash in its name is one folder further down. */
const below = (content: Uint8Array): Uint8Array =>
  Buffer.from(
    Buffer.from(content)
      .toString()
      .replaceAll(/import\("\.\/(latchkey-[\w-]+\.js)"\)/g, 'import("../$1")'),
  );

const COMMON: BuildOptions = {
  bundle: true,
  format: "esm",
  platform: "browser",
  target: TARGET,
  conditions: ["production"],
  minify: true,
  // The licences stay with the code they are of.
  legalComments: "eof",
  logLevel: "warning",
};

async function compile(
  source: string,
): Promise<{ made: Map<string, Uint8Array>; metafile: Metafile }> {
  const locales = await readdir(join(source, "elements/locales"));
  const elements = bundle({
    ...COMMON,
    entryPoints: {
      page: join(source, "page/main.ts"),
      ...Object.fromEntries(
        ELEMENTS.map((name) => [
          name.slice(0, -3),
          join(source, `elements/${name.slice(0, -3)}.ts`),
        ]),
      ),
      ...Object.fromEntries(
        locales.map((name) => [
          localeFile(name.slice(0, -3)).slice(0, -3),
          join(source, "elements/locales", name),
        ]),
      ),
      "page-style": join(source, "page/page.css"),
    },
    outdir: "/",
    write: false,
    plugins: [loadedLater],
    metafile: true,
    absWorkingDir: dirname(source),
  });
  const part = bundle({
    ...COMMON,
    entryPoints: Object.fromEntries(
      PARTS.map(({ name, entry }) => [name, join(source, "elements/clients", entry)]),
    ),
    outdir: "/",
    write: false,
    plugins: [loadedLater, withoutLit(source)],
    metafile: true,
    absWorkingDir: dirname(source),
  });
  const { outputFiles, metafile } = await elements;
  const later = await part;
  const made = new Map(
    [...outputFiles, ...later.outputFiles].map(({ path, contents }) => [
      path.replace(/^.*[\\/]/, ""),
      contents,
    ]),
  );
  made.set("icon.svg", await readFile(join(source, "page/icon.svg")));
  const inputs = { ...metafile.inputs, ...later.metafile.inputs };
  const outputs = { ...metafile.outputs, ...later.metafile.outputs };
  return { made, metafile: { inputs, outputs } };
}

/**
 * Builds the portal into `<outputFolder>/portal`: bundles, pages, and each of them compressed once and for all.
 *
 * @returns what went into the bundles
 */
export async function buildPortal(
  source: string,
  outputFolder: string,
  put: Put,
): Promise<Metafile> {
  const folder = join(outputFolder, "portal");
  await mkdir(folder, { recursive: true });
  const files: Record<string, PortalFile> = {};

  const add = async (
    path: string,
    kind: PortalFile["kind"],
    content: Uint8Array,
    extension: string,
  ) => {
    const hash = hashOf(content);
    const file = `${hash.slice(0, 16)}.${extension}`;
    files[path] = { type: TYPES[extension] ?? "", file, etag: `"${hash.slice(0, 32)}"`, kind };
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } };
    await Promise.all([
      put(join(folder, file), content),
      toBrotli(content, quality).then((bytes) => put(join(folder, `${file}.br`), bytes)),
      toGzip(content, { level: 9 }).then((bytes) => put(join(folder, `${file}.gz`), bytes)),
    ]);
  };

  const hashed = new Map<string, string>();
  const { made: compiled, metafile } = await compile(source);
  await Promise.all(
    [...compiled].map(async ([name, made]) => {
      const [stem = "", extension = ""] = name.split(".");
      if (/^latchkey-/.test(name)) await add(name, "shared", made, extension);
      if (/^latchkey-\w\w\.js$/.test(name) || PARTS.some((part) => name === `${part.name}.js`))
        return;
      const content = extension === "js" ? below(made) : made;
      const path = `assets/${stem}-${hashOf(content).slice(0, 12)}.${extension}`;
      hashed.set(name, `/${path}`);
      await add(path, "hashed", content, extension);
    }),
  );
  const template = await readFile(join(source, "page/page.html"), "utf8");
  for (const { path, audience, element } of PAGES) {
    const page = template.replaceAll(/\{\{([\w.-]+)\}\}/g, (_, name: string) => {
      if (name === "audience") return audience;
      if (name === "home") return `/${path}`;
      const target = hashed.get(name === "element" ? element : name);
      if (!target) throw new Error(`page.html names ${name}, which is not built`);
      return target;
    });
    await add(path, "page", Buffer.from(page), "html");
  }
  await put(join(folder, "files.json"), `${JSON.stringify(files, null, 1)}\n`);
  await tidy(folder, Object.values(files));
  return metafile;
}

/** What earlier builds left would be deployed for ever. */
async function tidy(folder: string, files: readonly PortalFile[]): Promise<void> {
  const named = new Set(files.flatMap(({ file }) => [file, `${file}.br`, `${file}.gz`]));
  const old = (await readdir(folder)).filter(
    (name) => /^[\da-f]{16}\./.test(name) && !named.has(name),
  );
  await Promise.all(old.map((name) => rm(join(folder, name), { force: true })));
}
