import { runHostProcess } from "./host-process.ts";
import { startInProcess } from "./in-process.ts";

/**
 * `npm run host`: one Functions host, as `func start` would be. Settings come from the environment and, where it is silent,
 * from `local.settings.json`.
 *
 * - `PORT_API`: its port, 0 for any free one. Without it 7071 or the next free one, so that several hosts serve one cloud.
 * - `AzureWebJobsScriptRoot`: the app's folder (that of host.json and package.json); the current one by default.
 */
await runHostProcess(startInProcess);
