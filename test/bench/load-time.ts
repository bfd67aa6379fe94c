import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import * as z from "zod";
import { median, spread } from "./statistics.ts";

const ROOT = join(import.meta.dirname, "../..");
const Loaded = z.object({ registered: z.number(), complete: z.number(), functions: z.int() });
type Loaded = z.infer<typeof Loaded>;

/** Milliseconds, medians of all runs. */
export interface LoadFigures {
  readonly bundle: number;
  readonly source: number;
  readonly ratio: number;
  /** Until the parts that are loaded after the registration are there too. */
  readonly bundleComplete: number;
  readonly sourceComplete: number;
  readonly noise: number;
}

async function loadOnce(
  entry: string,
  environment: Readonly<Record<string, string>>,
): Promise<Loaded> {
  const child = fork(join(import.meta.dirname, "load-once.ts"), [join(ROOT, entry)], {
    env: { ...process.env, ...environment },
  });
  const [message] = await once(child, "message");
  if (child.exitCode === null) await once(child, "exit");
  return Loaded.parse(message);
}

/** Both are loaded in fresh processes, in turn, so that both have the files in the machine's cache. */
export async function measureLoadTime(
  environment: Readonly<Record<string, string>>,
  runs: number,
): Promise<LoadFigures> {
  const bundles: Loaded[] = [];
  const sources: Loaded[] = [];
  for (let run = -1; run < runs; run += 1) {
    const bundle = await loadOnce("dist/main.js", environment);
    const source = await loadOnce("functions/main.ts", environment);
    if (bundle.functions !== source.functions) throw new Error("dist/ is not built from here");
    if (run < 0) continue;
    bundles.push(bundle);
    sources.push(source);
  }
  const middle = (all: readonly Loaded[], figure: "registered" | "complete") =>
    median(all.map((one) => one[figure]));
  return {
    bundle: middle(bundles, "registered"),
    source: middle(sources, "registered"),
    ratio: middle(bundles, "registered") / middle(sources, "registered"),
    bundleComplete: middle(bundles, "complete"),
    sourceComplete: middle(sources, "complete"),
    noise: spread(bundles.map(({ registered }) => registered)),
  };
}
