import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { INFRA } from "./bicep-tree.ts";

/** Every Bicep file of the deployment, by its path below `infra`. */
export const bicepFiles = (): string[] =>
  readdirSync(INFRA, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".bicep"))
    .map((entry) => relative(INFRA, join(entry.parentPath, entry.name)))
    .sort();
