import { runHostProcess } from "../../infra/local/host/host-process.ts";
import { startWorker } from "./worker-engine.ts";

/** What the local host's processes run instead of `infra/local/host/start.ts` when Microsoft's worker is on the path. */
await runHostProcess(startWorker);
