import { runCommand } from "../../command.ts";
import { runHostProcess } from "./host-process.ts";
import { startInProcess } from "./in-process.ts";

/**
 * `npm run host`: one Functions host, as `func start` would be. Settings come from the environment and, where it is silent,
 * from `local.settings.json`.
 *
 * - `PORT_API`: its port, 0 for any free one. Without it 7071 or the next free one, so that several hosts serve one cloud.
 * - `AzureWebJobsScriptRoot`: the app's folder (that of host.json and package.json); the current one by default.
 */
const USAGE = `npm run host

  One more Functions host for the local cloud of npm start, until Ctrl-C. Its settings are the environment's and, where that is
  silent, those of local.settings.json. PORT_API: its port; without it 7071 or the next free one.`;

await runCommand({ usage: USAGE, run: () => runHostProcess(startInProcess) });
