import { join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

/** Where a rule of the product can be wrong without anything going down: what unit tests are there to notice. */
export const MUTATED: readonly string[] = [
  "shared/operations",
  "shared/clients",
  "shared/consent",
  "functions/edge",
];

export interface Mutation {
  /** Files and folders, from the root. */
  readonly paths: readonly string[];
  /** Where the report, and while it runs everything else it writes, goes. */
  readonly folder: string;
  /** Also what is worked out once, when a file is loaded: every test that loads the file has to be run for each of these. */
  readonly constants: boolean;
  /** How many changes are tried side by side; two when left out. */
  readonly workers?: number;
}

export const reportIn = (folder: string) => join(folder, "report.json");
/** What an interrupted run has found out so far; the next run goes on from there. */
export const progressIn = (folder: string) => join(folder, "progress.json");

/** Stryker's settings. It takes paths from the root only. */
export function strykerSettings({ paths, folder, constants, workers = 2 }: Mutation) {
  const place = (path: string) => relative(ROOT, path).replaceAll("\\", "/");
  return {
    mutate: paths.map((path) => (path.endsWith(".ts") ? path : `${path}/**/*.ts`)),
    testRunner: "vitest",
    plugins: [import.meta.resolve("@stryker-mutator/vitest-runner")],
    vitest: { configFile: "test/mutation/vitest.config.ts" },
    // A mutant is shown the tests that reach it, and no others.
    coverageAnalysis: "perTest",
    ignoreStatic: !constants,
    concurrency: workers,
    // Longer than a busy machine is late: a test that is only slow has noticed nothing. Most endless loops are counted, not timed.
    timeoutMS: 15_000,
    // Stryker would rewrite the paths in tsconfig.json with an interface that TypeScript has had until version 6. Ours has none.
    tsconfigFile: "test/mutation/none.json",
    ignorePatterns: ["/dist", "/.local", "/coverage", "/docs/images"],
    tempDirName: place(join(folder, "sandbox")),
    cleanTempDir: "always",
    incremental: true,
    incrementalFile: place(progressIn(folder)),
    reporters: ["json", "clear-text", "progress-append-only"],
    jsonReporter: { fileName: place(reportIn(folder)) },
    clearTextReporter: { reportMutants: false, reportTests: false, logTests: false },
    allowConsoleColors: false,
    warnings: { slow: false },
  };
}
