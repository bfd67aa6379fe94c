import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import * as z from "zod";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), "utf8"));

const Versions = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  scripts: Versions,
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  allowScripts: z.record(z.string(), z.boolean()),
});
const Lockfile = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      inBundle: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

const manifest = Manifest.parse(read("package.json"));
const { packages } = Lockfile.parse(read("package-lock.json"));
const installed = Object.entries(packages).filter(([path]) => path !== "");

test("the lockfile says what to install and proves it by digest, but not from where", () => {
  const unproven = installed.filter(
    ([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith("sha512-"),
  );

  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(installed.filter(([, { link }]) => link)).toEqual([]);
  expect(unproven.map(([path]) => path)).toEqual([]);
});

test("every version is exact and from the registry", () => {
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });

  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test("code that packages run when they are installed is allowed one by one", () => {
  const named = Object.keys(manifest.allowScripts).map((name) => name.replace(/@[^@]+$/, ""));
  const running = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ""));

  expect(running.filter((name) => !named.includes(name) && name !== "fsevents")).toEqual([]);
});

test("few packages reach production, and they can be audited", () => {
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(25);
  expect(manifest.scripts["audit"]).toBe("npm audit --omit=dev");
});
