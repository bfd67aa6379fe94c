import { createRequire } from "node:module";
import * as z from "zod";

/**
 * Starts the worker that `FUNCTIONS_WORKER` names, in this process. Its own entry, `nodejsWorker.js`, does the same after it has
 * looked at Node's version, which may be newer here than any it has heard of.
 */
const Worker = z.object({ startNodeWorker: z.custom<(args: readonly string[]) => void>() });
const file = process.env["FUNCTIONS_WORKER"] ?? "";
Worker.parse(createRequire(import.meta.url)(file)).startNodeWorker(process.argv);
