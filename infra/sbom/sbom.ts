import { readFileSync } from "node:fs";
import { join } from "node:path";
import { FromNodePackageJson, License } from "@cyclonedx/cyclonedx-library/Contrib";
import { ComponentType, HashAlgorithm } from "@cyclonedx/cyclonedx-library/Enums";
import { Bom, type Component } from "@cyclonedx/cyclonedx-library/Models";
import { JsonSerializer, JSON as ToJson } from "@cyclonedx/cyclonedx-library/Serialize";
import { Spec1dot6 } from "@cyclonedx/cyclonedx-library/Spec";
import { PackageURL } from "packageurl-js";
import parseLicense from "spdx-expression-parse";
import * as z from "zod";
import type { Bundled } from "./bundled-packages.ts";
import type { Lock } from "./lockfile.ts";

/** What is said of a package; the rest of its manifest does not matter here. */
const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  description: z.string().exactOptional(),
  license: z.string().exactOptional(),
});

const components = new FromNodePackageJson.Builders.ComponentBuilder(
  new FromNodePackageJson.Factories.ExternalReferenceFactory(),
  new License.Factories.LicenseFactory(parseLicense),
);

/**
 * The bill of materials of the bundle: CycloneDX 1.6, in JSON. It lists what is in the files that are deployed, and not what
 * happened to be installed beside it. It has no serial number and no time, so that the same sources give the same bytes.
 *
 * @param root the repository, with its `node_modules`
 */
export function billOfMaterials({ packages, required }: Bundled, lock: Lock, root: string): string {
  const bom = new Bom();
  const byName = new Map<string, Component>();
  const byFolder = new Map<string, Component>();
  for (const { folder } of packages) {
    const { name, component } = componentOf(folder, lock, root);
    // Two copies of one version are one thing to whoever looks for its faults.
    const known = byName.get(name) ?? component;
    byName.set(name, known);
    byFolder.set(folder, known);
    bom.components.add(known);
  }
  const link = (from: Component, folders: readonly string[]) => {
    for (const folder of folders) {
      const to = byFolder.get(folder);
      if (to && to !== from) from.dependencies.add(to.bomRef);
    }
  };
  for (const { folder, requires } of packages) {
    const from = byFolder.get(folder);
    if (from) link(from, requires);
  }
  const own = readManifest(join(root, "package.json"));
  const application = components.makeComponent(own, ComponentType.Application);
  if (!application) throw new Error("package.json has no name");
  application.bomRef.value = own.name;
  link(application, required);
  bom.metadata.component = application;
  return new JsonSerializer(new ToJson.Normalize.Factory(Spec1dot6)).serialize(bom, {
    sortLists: true,
    space: 1,
  });
}

function componentOf(folder: string, lock: Lock, root: string) {
  const manifest = readManifest(join(root, folder, "package.json"));
  const { version, integrity } = lock(folder);
  if (manifest.version !== version) {
    throw new Error(`${folder} is ${manifest.version}; package-lock.json has ${version}`);
  }
  const component = components.makeComponent(manifest, ComponentType.Library);
  if (!component) throw new Error(`${folder} has no name`);
  const name = new PackageURL(
    "npm",
    component.group,
    component.name,
    version,
    undefined,
    undefined,
  ).toString();
  component.purl = name;
  component.bomRef.value = name;
  const [algorithm, digest] = integrity?.split("-", 2) ?? [];
  if (algorithm === "sha512" && digest) {
    component.hashes.set(HashAlgorithm["SHA-512"], Buffer.from(digest, "base64").toString("hex"));
  }
  return { name, component };
}

const readManifest = (file: string) => Manifest.parse(JSON.parse(readFileSync(file, "utf8")));
