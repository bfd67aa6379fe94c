import { inject } from "vitest";
import type { SharedTables } from "../../infra/local/tables/start.ts";

let accounts = 0;

/** A storage account in the project's Azurite (`start-azurite.ts`) that no other cloud has, nor will have in this run. */
export function ownAccount(): SharedTables {
  accounts += 1;
  return { port: inject("azuritePort"), account: `p${process.pid}n${accounts}` };
}
