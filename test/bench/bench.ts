import { readFile, writeFile } from "node:fs/promises";
import { loadavg } from "node:os";
import { join } from "node:path";
import { measureGrowth } from "./growth.ts";
import { measureLoadTime } from "./load-time.ts";
import { measureOperations } from "./operations.ts";
import { report } from "./report.ts";
import { openStage } from "./stage.ts";
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
const load = await measureLoadTime(await settings(), quick ? 3 : 15);
begin("Operations");
const operations = await measureOperations({ latencyMs: LATENCY_MS, rounds: quick ? 10 : 60 });
begin("Throughput and memory");
const throughput = await measureThroughput(quick ? 64 : 160);
begin("Growth");
const growth = await measureGrowth({ latencyMs: LATENCY_MS, rounds: quick ? 5 : 30 });
begin("Done");

const machineLoad = loads.reduce((sum, value) => sum + value, 0) / loads.length;
const figures = report({ load, operations, throughput, growth, machineLoad });
console.log(figures);
if (process.argv.includes("--write")) {
  const page = await readFile(PAGE, "utf8");
  if (!FIGURES.test(page)) throw new Error("docs/performance.md has no place for figures");
  await writeFile(
    PAGE,
    page.replace(FIGURES, (_, before, after) => `${before}\n${figures}\n${after}`),
  );
}
