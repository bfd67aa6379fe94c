import { loadavg } from "node:os";
import { measureAbandoned } from "./abandoned.ts";
import { measureCrowd } from "./crowd.ts";
import { measureDue } from "./due.ts";
import { measureMemory } from "./memory.ts";
import { measureOperations } from "./operations.ts";
import { measureProcessor } from "./processor.ts";
import { measureSweep } from "./sweep.ts";

/** `node test/bench/one.ts <measurement> [size] [latency in ms]`: one of them alone, as JSON, while one works on it. */
const [name = "", size = "", latency = "50"] = process.argv.slice(2);
const measurements: Readonly<Record<string, () => Promise<unknown>>> = {
  abandoned: () => measureAbandoned(Number(size || 1_000), Number(latency)),
  crowd: () => measureCrowd(Number(size || 160)),
  due: () => measureDue(Number(size || 100_000), 50),
  memory: () => measureMemory(Number(size || 200)),
  operations: () => measureOperations({ latencyMs: Number(latency), rounds: Number(size || 20) }),
  processor: () => measureProcessor(Number(size || 300)),
  sweep: () => measureSweep(Number(size || 5_000), Number(latency)),
};
const measure = measurements[name];
if (!measure) throw new Error(`Name one of ${Object.keys(measurements).join(", ")}`);
const before = loadavg()[0];
console.log(JSON.stringify({ figures: await measure(), load: [before, loadavg()[0]] }, null, 1));
