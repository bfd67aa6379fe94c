import type { TestProject } from "vitest/node";
import { startSharedAzurite } from "../../infra/local/tables/start.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Of the one Azurite that all files of the project share. */
    azuritePort: number;
  }
}

/** Most of what a table request costs Azurite it costs only at first: one that all clouds use does their work for half of the processor time. */
export default async function startAzurite(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startSharedAzurite();
  void azurite.died.then(console.error);
  project.provide("azuritePort", azurite.port);
  return azurite.stop;
}
