import type { Plugin } from "esbuild";

/** SDKs that ship every module twice, as ESM and as CommonJS, and that need each other. */
const SDKS = /^@(azure|microsoft|opentelemetry|typespec)\//;

/** Marks our own question to esbuild, which asks this plugin again. */
const ASKED = Symbol("asked");

/**
 * Has every SDK resolved as CommonJS, whoever asks. `@azure/service-bus` is CommonJS and requires the packages that the others
 * import: left alone, each of those would be bundled and loaded twice, with two states. As CommonJS they also reach Node's own
 * modules by `require`.
 */
export const oneCopy: Plugin = {
  name: "one-copy",
  setup: (build) => {
    build.onResolve({ filter: SDKS }, async ({ path, kind, pluginData, importer, resolveDir }) => {
      if (kind === "require-call" || pluginData === ASKED) return undefined;
      const resolved = await build.resolve(path, {
        kind: "require-call",
        importer,
        resolveDir,
        pluginData: ASKED,
      });
      // Whatever has no CommonJS form is left as it is.
      return resolved.errors.length > 0 ? undefined : resolved;
    });
  },
};

/**
 * Has files of our own reach `node:http` by `require`, too: an import touches each of its exports, and so loads all of undici before
 * a function is registered.
 */
export const requiredHttp: Plugin = {
  name: "required-http",
  setup: (build) => {
    build.onResolve({ filter: /^node:https?$/ }, ({ path, kind }) =>
      kind === "import-statement" ? { path, namespace: "required" } : undefined,
    );
    build.onLoad({ filter: /./, namespace: "required" }, ({ path }) => ({
      contents: `module.exports = require("${path}");`,
    }));
  },
};
