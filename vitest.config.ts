import { defineConfig } from "vitest/config";

/** Projects that start a cloud of their own run their files one after another: two cores, and counts must not mix. */
const project = (
  name: string,
  alone: boolean,
  testTimeout: number,
  globalSetup: string[] = [],
) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout,
    hookTimeout: 60_000,
    fileParallelism: !alone,
    globalSetup,
  },
});

export default defineConfig({
  test: {
    projects: [
      project("unit", false, 10_000),
      project("contract", false, 30_000, ["test/support/trust-local-directory.ts"]),
      project("integration", true, 60_000),
      project("faults", true, 120_000),
      project("security", true, 120_000),
      project("browser", true, 120_000),
    ],
  },
});
