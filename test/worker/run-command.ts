import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

/**
 * The integration tests with Microsoft's own Node worker behind the local host's front:
 * `FUNCTIONS_WORKER=<its Worker.js> node test/worker/run-command.ts [test files]`. docs/local-host.md says how to get one.
 */

const ROOT = join(import.meta.dirname, "../..");
const worker = process.env["FUNCTIONS_WORKER"];
if (!worker) {
  console.error("Set FUNCTIONS_WORKER to Worker.js of a built azure-functions-nodejs-worker.");
  process.exit(2);
}
const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
const tests = spawn(
  process.execPath,
  [vitest, "run", "--project", "integration", ...process.argv.slice(2)],
  {
    cwd: ROOT,
    stdio: "inherit",
    env: {
      ...process.env,
      FUNCTIONS_WORKER: resolve(worker),
      LOCAL_HOST_ENTRY: join(import.meta.dirname, "host-process.ts"),
    },
  },
);
tests.on("exit", (code) => process.exit(code ?? 1));
