import { readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { measureAbandoned } from "./abandoned.ts";
import { measureCrowd } from "./crowd.ts";
import { measureDue } from "./due.ts";
import { measureGrowth } from "./growth.ts";
import { measureLoadTime } from "./load-time.ts";
import { measureMemory } from "./memory.ts";
import { measureOperations } from "./operations.ts";
import { canCountUsage } from "./process-usage.ts";
import { measureProcessor } from "./processor.ts";
import { report } from "./report.ts";
import { openStage } from "./stage.ts";
import { measureSweep } from "./sweep.ts";
import { measureThroughput } from "./throughput.ts";

/**
 * `npm run bench`: measures everything in one run and prints it. With `--write` the figures go into docs/performance.md, with
 * the machine and the date. `--quick` makes few rounds: enough to see that it works, not to quote.
 */
const PAGE = join(import.meta.dirname, "../../docs/performance.md");
const FIGURES = /(<!-- figures -->\n)[\s\S]*(\n<!-- \/figures -->)/;
const LATENCY_MS = 50;

const quick = process.argv.includes("--quick");
const loads: number[] = [];
function begin(what: string): void {
  loads.push(loadavg()[0] ?? 0);
  console.error(`${new Date().toISOString().slice(11, 19)} ${what}`);
}

/** The settings of a local cloud: loading the app reads them, and calls nobody. */
async function settings(): Promise<Readonly<Record<string, string>>> {
  const stage = await openStage(0);
  await stage.stop();
  // Node complains of a file of certificates that has gone with the cloud, and nothing here is asked for over https.
  const { NODE_EXTRA_CA_CERTS: _, ...rest } = stage.cloud.settings;
  return rest;
}

begin("Load time");
const load = await measureLoadTime(await settings(), quick ? 3 : 9);
begin("Operations");
const operations = await measureOperations({ latencyMs: LATENCY_MS, rounds: quick ? 5 : 30 });
begin("Throughput");
const throughput = await measureThroughput(quick ? 64 : 160);
begin("One subscription");
const crowd = await measureCrowd(quick ? 64 : 160);
begin("Sweeps");
const sweeps = [await measureSweep(5_000, 50), await measureSweep(quick ? 5_000 : 20_000, 300)];
begin("Abandoned operations");
const abandoned = await measureAbandoned(quick ? 100 : 1_000, LATENCY_MS);
begin("What is due of secrets");
const due = [await measureDue(1_000, 50), await measureDue(quick ? 2_000 : 100_000, 50)];
begin("Processor time and memory");
const processor = canCountUsage ? await measureProcessor(quick ? 50 : 300) : undefined;
const memory = canCountUsage ? await measureMemory(quick ? 50 : 200) : undefined;
begin("Growth");
const growth = await measureGrowth({ latencyMs: LATENCY_MS, rounds: quick ? 5 : 12 });
begin("Done");

const machineLoad = loads.reduce((sum, value) => sum + value, 0) / loads.length;
const underLoad = { crowd, sweeps, abandoned, due, processor, memory };
const figures = report({ load, operations, throughput, ...underLoad, growth, machineLoad });
console.log(figures);
if (process.argv.includes("--write")) {
  const page = await readFile(PAGE, "utf8");
  if (!FIGURES.test(page)) throw new Error("docs/performance.md has no place for figures");
  await writeFile(
    PAGE,
    page.replace(FIGURES, (_, before, after) => `${before}\n${figures}\n${after}`),
  );
}
