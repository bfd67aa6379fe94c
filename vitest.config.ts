import { defineConfig } from "vitest/config";
import { LongestFirst } from "./test/support/longest-first.ts";

/**
 * Most files work with a cloud, whose host and Azurite are processes of their own: as many at once as keep two cores busy and leave
 * each of them its turn within the product's own deadlines. (`npm run test:browser` measures times, and runs one after another.)
 */
const AT_ONCE = 3;
/** Most of these wait for deadlines, leases and locks. */
const FAULTS_AT_ONCE = 4;

const project = (
  name: string,
  testTimeout: number,
  globalSetup: string[] = [],
  folders: readonly string[] = [name],
) => ({
  test: {
    name,
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    testTimeout,
    hookTimeout: 60_000,
    // What is awaited comes when it comes; a second, as vitest has it, is a guess about the machine.
    expect: { poll: { timeout: 15_000 } },
    globalSetup,
    setupFiles: ["test/support/each-file.ts"],
    // A worker loads the SDKs once and not for each of its files, which is most of what a file costs. Nothing a module keeps may
    // therefore be of one file: what has been started is ended by `afterFile`.
    isolate: false,
  },
});

const TRUST = ["test/support/trust-local-directory.ts"];
const AZURITE = ["test/support/start-azurite.ts"];

/**
 * Processes that are killed and servers that are silent are told from ones that got no turn by their times: these files run when
 * the others are done.
 */
const last = ({ test }: ReturnType<typeof project>) => ({
  test: { ...test, maxWorkers: FAULTS_AT_ONCE, sequence: { groupOrder: 1 } },
});

/**
 * What a page is to show comes when it comes, on a machine that stands still for half a minute, too. What is a bound is measured by
 * the test that promises it.
 */
const patient = ({ test }: ReturnType<typeof project>) => ({
  test: { ...test, hookTimeout: 180_000, expect: { poll: { timeout: 60_000 } } },
});

export default defineConfig({
  test: {
    maxWorkers: AT_ONCE,
    sequence: { sequencer: LongestFirst },
    // `npm run coverage`: where the rules and their adapters branch, and both ways are to be gone by unit and contract tests.
    coverage: {
      provider: "v8",
      include: ["shared/**/*.ts"],
      reporter: ["text", "json-summary"],
      reportsDirectory: ".local/coverage",
      thresholds: { branches: 87 },
    },
    projects: [
      project("unit", 30_000, [], ["unit", "simulation"]),
      // What `npm test` runs of the next three: as one they share workers, each with one set of SDKs and one shared cloud.
      project("service", 120_000, [...TRUST, ...AZURITE], ["contract", "integration", "security"]),
      project("contract", 30_000, [...TRUST, ...AZURITE]),
      project("integration", 60_000, AZURITE),
      last(project("faults", 120_000, AZURITE)),
      project("security", 120_000, AZURITE),
      patient(project("browser", 600_000, AZURITE)),
      // What stands in for Azure, and the tools: `npm run test:infra`.
      project("infra", 120_000, [...TRUST, ...AZURITE], ["local", "tools"]),
      project("languages", 120_000, AZURITE),
      project("mutation", 60_000),
      project("docs", 120_000, AZURITE),
      project("cli", 120_000, AZURITE),
    ],
  },
});
