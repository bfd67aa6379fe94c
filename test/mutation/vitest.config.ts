import { defineConfig } from "vitest/config";

/**
 * What may kill a mutant: the unit tests. Those of the tool's own fixture are among them, because a mutant is shown only the
 * tests that reach it; the test that runs this tool is not.
 */
export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/mutation/fixture/*.test.ts"],
    exclude: ["test/unit/mutation/**"],
    testTimeout: 10_000,
  },
});
