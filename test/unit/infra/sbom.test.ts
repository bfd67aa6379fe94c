import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import {
  type Bundled,
  bundledPackages,
  packageFolder,
} from "../../../infra/sbom/bundled-packages.ts";
import { readLockfile, refuseDevelopmentPackages } from "../../../infra/sbom/lockfile.ts";
import { billOfMaterials } from "../../../infra/sbom/sbom.ts";

const ROOT = join(import.meta.dirname, "../../..");

async function bundling(contents: string): Promise<Bundled> {
  const { metafile } = await build({
    stdin: { contents, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    format: "esm",
    absWorkingDir: ROOT,
  });
  return bundledPackages([metafile]);
}

test("a package is bundled when something of it is left in the output", async () => {
  const { packages, required } = await bundling(`
    import { Webhook } from "standardwebhooks";
    import { z } from "zod";
    console.log(Webhook);
  `);
  expect(packages).toEqual([
    { folder: "node_modules/@stablelib/base64", requires: [] },
    { folder: "node_modules/fast-sha256", requires: [] },
    {
      folder: "node_modules/standardwebhooks",
      requires: ["node_modules/@stablelib/base64", "node_modules/fast-sha256"],
    },
  ]);
  expect(required).toEqual(["node_modules/standardwebhooks"]);
});

test("a package that only hands on what others have is bundled with them", async () => {
  const { packages, required } = await bundling(`import { css } from "lit"; console.log(css);`);
  expect(required).toEqual(["node_modules/lit"]);
  expect(packages).toContainEqual({
    folder: "node_modules/lit",
    requires: expect.arrayContaining(["node_modules/@lit/reactive-element"]),
  });
});

test("the folder of a package is the innermost one", () => {
  expect(packageFolder("node_modules/a/node_modules/@b/c/dist/x.js")).toBe(
    "node_modules/a/node_modules/@b/c",
  );
  expect(packageFolder("shared/base/outcome.ts")).toBeUndefined();
});

test("a development package in the bundle is refused by name, and an unknown one too", async () => {
  const lock = readLockfile(ROOT);
  const bundled = await bundling(`import react from "react"; console.log(react);`);
  expect(() => refuseDevelopmentPackages(bundled, lock)).toThrow(
    "Development packages are bundled; make them dependencies: node_modules/react",
  );
  expect(() => lock("node_modules/of-nobody")).toThrow(
    "node_modules/of-nobody is bundled and not in package-lock.json",
  );
});

test("copies of one version are one component, other versions another, and nothing in it changes from run to run", () => {
  const root = installed({
    "": "app@1.0.0",
    "node_modules/a": "a@1.0.0",
    "node_modules/b": "b@2.0.0",
  });
  installed(
    { "node_modules/a/node_modules/b": "b@3.0.0", "node_modules/c/node_modules/b": "b@2.0.0" },
    root,
  );
  const bundled: Bundled = {
    packages: [
      { folder: "node_modules/a", requires: ["node_modules/a/node_modules/b"] },
      { folder: "node_modules/a/node_modules/b", requires: [] },
      { folder: "node_modules/b", requires: [] },
      { folder: "node_modules/c/node_modules/b", requires: [] },
    ],
    required: ["node_modules/a", "node_modules/b"],
  };
  const lock = (folder: string) => ({
    version:
      { "node_modules/a": "1.0.0", "node_modules/a/node_modules/b": "3.0.0" }[folder] ?? "2.0.0",
    integrity: `sha512-${Buffer.alloc(64, 1).toString("base64")}`,
  });
  const text = billOfMaterials(bundled, lock, root);
  expect(JSON.parse(text)).toMatchObject({
    metadata: { component: { name: "app", type: "application" } },
    components: [
      { purl: "pkg:npm/a@1.0.0", hashes: [{ alg: "SHA-512", content: "01".repeat(64) }] },
      { purl: "pkg:npm/b@2.0.0" },
      { purl: "pkg:npm/b@3.0.0", licenses: [{ license: { id: "MIT" } }] },
    ],
    dependencies: [
      { ref: "app", dependsOn: ["pkg:npm/a@1.0.0", "pkg:npm/b@2.0.0"] },
      { ref: "pkg:npm/a@1.0.0", dependsOn: ["pkg:npm/b@3.0.0"] },
      { ref: "pkg:npm/b@2.0.0" },
      { ref: "pkg:npm/b@3.0.0" },
    ],
  });
  expect(billOfMaterials(bundled, lock, root)).toBe(text);
});

test("what is installed must be what the lockfile has", () => {
  const root = installed({ "": "app@1.0.0", "node_modules/a": "a@1.0.1" });
  const bundled: Bundled = { packages: [{ folder: "node_modules/a", requires: [] }], required: [] };
  expect(() => billOfMaterials(bundled, () => ({ version: "1.0.0" }), root)).toThrow(
    "node_modules/a is 1.0.1; package-lock.json has 1.0.0",
  );
});

/** A folder with these packages in it. */
function installed(packages: Readonly<Record<string, string>>, root = fresh()): string {
  for (const [folder, nameAndVersion] of Object.entries(packages)) {
    const [name, version] = nameAndVersion.split("@");
    mkdirSync(join(root, folder), { recursive: true });
    const manifest = JSON.stringify({ name, version, license: "MIT" });
    writeFileSync(join(root, folder, "package.json"), manifest);
  }
  return root;
}

function fresh(): string {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-sbom-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
