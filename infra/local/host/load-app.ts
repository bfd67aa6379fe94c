import { readFile } from "node:fs/promises";
import Module from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { FunctionApp } from "./function-app.ts";

const CORE = "@azure/functions-core";

/** What the worker says of itself unless the app changes it (`src/eventHandlers/getWorkerCapabilities.ts`). */
const WORKER_CAPABILITIES = {
  RawHttpBodyBytes: "true",
  RpcHttpTriggerMetadataRemoved: "true",
  RpcHttpBodyOnly: "true",
  IgnoreEmptyValuedRpcHttpHeaders: "true",
  UseNullableValueDictionaryForHttp: "true",
  WorkerStatus: "true",
  TypedDataCollection: "true",
  HandlesWorkerTerminateMessage: "true",
};

const PackageJson = z.looseObject({ main: z.string().min(1) });

/** Answers `require("@azure/functions-core")` in the very way the Node worker does (`src/setupCoreModule.ts`). */
function supplyCoreModule(app: FunctionApp): void {
  const load = Module.prototype.require;
  Module.prototype.require = Object.assign(function (this: Module, id: string) {
    return id === CORE ? app.coreModule : load.call(this, id);
  }, load);
}

/**
 * Loads the application that `package.json#main` of the folder names and runs its `appStart` hooks.
 *
 * @throws with the worker's wording when the entry point is missing or throws: since Node 20 that blocks the whole app.
 */
export async function loadApp(app: FunctionApp, folder: string): Promise<void> {
  supplyCoreModule(app);
  const { main } = PackageJson.parse(
    JSON.parse(await readFile(join(folder, "package.json"), "utf8")),
  );
  try {
    await import(pathToFileURL(join(folder, main)).href);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Worker was unable to load entry point "${main}": ${reason}`, { cause });
  }
  if (app.functions.size === 0) {
    throw new Error(`No job functions found: "${main}" registered none with @azure/functions.`);
  }
  const hookContext = { hookData: {}, appHookData: app.hookData, functionAppDirectory: folder };
  for (const hook of app.hooks.appStart) await hook(hookContext);
  const capabilities = await app.model().getCapabilities?.({ ...WORKER_CAPABILITIES });
  if (capabilities?.["HttpUri"]) {
    throw new Error("HTTP streams (enableHttpStream) are not offered by this host.");
  }
  app.lock();
}
