import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Version } from "@cyclonedx/cyclonedx-library/Spec";
import { JsonStrictValidator } from "@cyclonedx/cyclonedx-library/Validation";
import { describe, expect, test } from "vitest";
import * as z from "zod";

const ROOT = join(import.meta.dirname, "../..");
const read = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), "utf8"));

const Versions = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  scripts: Versions,
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  allowScripts: z.record(z.string(), z.boolean()).default({}),
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
      dev: z.boolean().optional(),
    }),
  ),
});

const Sbom = z.object({
  specVersion: z.literal("1.6"),
  metadata: z.object({ component: z.object({ name: z.literal("latchkey") }) }),
  components: z.array(
    z.object({
      "bom-ref": z.string(),
      name: z.string(),
      group: z.string().optional(),
      version: z.string(),
      purl: z.string(),
      hashes: z.array(z.object({ alg: z.literal("SHA-512"), content: z.string() })).length(1),
      licenses: z.array(z.unknown()).min(1),
    }),
  ),
  dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()).default([]) })),
});

const manifest = Manifest.parse(read("package.json"));
const { packages } = Lockfile.parse(read("package-lock.json"));
/** Folders of this repository that are packages of their own, and the links by which npm finds them. */
const WORKSPACES: Readonly<Record<string, string>> = { cli: "node_modules/@latchkey/cli" };
const installed = Object.entries(packages).filter(
  ([path]) => path !== "" && !(path in WORKSPACES) && !Object.values(WORKSPACES).includes(path),
);

test("the lockfile says what to install and proves it by digest, but not from where", () => {
  const unproven = installed.filter(
    ([, { integrity, inBundle }]) => !inBundle && !integrity?.startsWith("sha512-"),
  );

  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
  expect(installed.filter(([, { link }]) => link)).toEqual([]);
  expect(unproven.map(([path]) => path)).toEqual([]);
});

test("what is linked is a folder of this repository", () => {
  for (const [folder, link] of Object.entries(WORKSPACES))
    expect(packages[link]).toEqual({ resolved: folder, link: true });
});

test.each([".", ...Object.keys(WORKSPACES)])("every version of %s is exact", (folder) => {
  const { dependencies, devDependencies, optionalDependencies } = Manifest.parse(
    read(join(folder, "package.json")),
  );
  const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });

  expect(all.length).toBeGreaterThan(0);
  expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
});

test("no package runs code when it is installed, and each that would has been looked at", () => {
  const named = Object.keys(manifest.allowScripts);
  const running = installed
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ""));

  expect(readFileSync(join(ROOT, ".npmrc"), "utf8")).toMatch(/^ignore-scripts=true$/m);
  expect(Object.values(manifest.allowScripts)).not.toContain(true);
  expect(named.sort()).toEqual([...new Set(running)].filter((name) => name !== "fsevents").sort());
});

test("few packages reach production, and they can be audited", () => {
  expect(Object.keys(manifest.dependencies).length).toBeLessThanOrEqual(25);
  expect(manifest.scripts["audit"]).toBe("npm audit --omit=dev");
});

describe("the bill of materials of the bundle", () => {
  const text = readFileSync(join(ROOT, "dist/sbom.cdx.json"), "utf8");
  const { components, dependencies } = Sbom.parse(JSON.parse(text));
  const nameOf = ({ group, name }: (typeof components)[number]) =>
    group ? `${group}/${name}` : name;
  const names = components.map(nameOf);

  test("is CycloneDX to the letter", async () => {
    expect(await new JsonStrictValidator(Version.v1dot6).validate(text)).toBeNull();
  });

  test("names what is bundled, no development package, and what the lockfile has", () => {
    for (const name of [
      "@azure/msal-node",
      "@azure/msal-browser",
      "zod",
      "lit",
      "standardwebhooks",
    ])
      expect(names).toContain(name);
    for (const component of components) {
      const digest = `sha512-${Buffer.from(component.hashes[0]?.content ?? "", "hex").toString("base64")}`;
      const locked = installed.filter(
        ([path, { version, integrity }]) =>
          path.endsWith(`node_modules/${nameOf(component)}`) &&
          version === component.version &&
          integrity === digest,
      );
      expect(locked, component.purl).not.toEqual([]);
      expect(locked.filter(([, { dev }]) => dev)).toEqual([]);
    }
  });

  test("leads to each of them from what we import", () => {
    const byRef = new Map(dependencies.map(({ ref, dependsOn }) => [ref, dependsOn]));
    const reached = new Set<string>();
    const visit = (ref: string): void => {
      if (reached.has(ref)) return;
      reached.add(ref);
      for (const next of byRef.get(ref) ?? []) visit(next);
    };
    visit("latchkey");
    expect(
      components.map((component) => component["bom-ref"]).filter((ref) => !reached.has(ref)),
    ).toEqual([]);
  });

  test("has no package twice", () => {
    expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([
      // @azure/service-bus still asks for 1; the others have 2.
      "@azure/abort-controller",
    ]);
  });
});

describe("the workflows", () => {
  const folder = join(ROOT, ".github/workflows");
  const workflows = readdirSync(folder).map((name) => ({
    name,
    text: readFileSync(join(folder, name), "utf8"),
  }));

  test.each(workflows)("$name runs actions that cannot be exchanged", ({ text }) => {
    const used = [...text.matchAll(/uses: *(.*)$/gm)].map(([, action]) => action);
    expect(used).not.toEqual([]);
    for (const action of used)
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[\da-f]{40} # v\d+\.\d+\.\d+$/);
    for (const [, installed] of text.matchAll(/npm install --global (.*)$/gm))
      expect(installed).toMatch(/^[\w-]+@\d+\.\d+\.\d+$/);
  });

  test.each(workflows)(
    "$name may write nothing to the repository, and keeps no token of it",
    ({ text }) => {
      expect(text).toMatch(/^permissions:\n {2}contents: read\n$/m);
      expect(text).not.toMatch(/contents: write|pull_request_target/);
      const checkouts = text.match(/uses: actions\/checkout@/g)?.length;
      expect(text.match(/persist-credentials: false/g)).toHaveLength(checkouts ?? 0);
    },
  );

  test("what is deployed is the package that was signed for, and nothing is built beside it", () => {
    const [, deploy = ""] = (workflows.find(({ name }) => name === "ci.yml")?.text ?? "").split(
      "\n  deploy:\n",
    );
    expect(deploy).toContain("gh attestation verify latchkey.zip");
    expect(deploy).toContain("azd deploy api --from-package latchkey.zip");
    expect(deploy).not.toMatch(/npm |azd up/);
  });
});
