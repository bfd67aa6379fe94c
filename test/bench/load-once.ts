import Module from "node:module";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { createFunctionApp } from "../../infra/local/host/function-app.ts";

/**
 * Loads the app once, in this fresh process, and tells how long that took: until its import settles, which is when a host can
 * register its functions, and until the parts that are loaded after it are there too. Both in milliseconds.
 */
const app = createFunctionApp({ write: () => undefined });
const load = Module.prototype.require;
Module.prototype.require = Object.assign(function (this: Module, id: string) {
  return id === "@azure/functions-core" ? app.coreModule : load.call(this, id);
}, load);

const startedAt = performance.now();
await import(pathToFileURL(path.resolve(process.argv[2] ?? "")).href);
const registered = performance.now() - startedAt;

/** Parts are loaded back to back from the first turn of the event loop on; it is idle once a timer fires on time. */
const TICK_MS = 5;
let complete = performance.now() - startedAt;
for (let quiet = 0; quiet < 10; ) {
  const before = performance.now();
  await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  if (performance.now() - before > TICK_MS + 5) {
    quiet = 0;
    complete = performance.now() - startedAt;
  } else quiet += 1;
}
process.send?.({ registered, complete, functions: app.functions.size });
process.exit();
