import { defineConfig } from "vitest/config";

/**
 * What may kill a mutant: the unit tests. Those of the tool's own fixture are among them, because a mutant is shown only the
 * tests that reach it. Those that hold the pages against the code read files, and would only say that a file was changed.
 */
export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/mutation/fixture/*.test.ts"],
    exclude: ["test/unit/docs/**", "test/unit/portal/**"],
    testTimeout: 10_000,
  },
});
