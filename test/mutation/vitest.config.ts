import { defineConfig } from "vitest/config";

/**
 * What may kill a mutant: the unit tests. Those of the tool's own fixture are among them, because a mutant is shown only the
 * tests that reach it.
 */
export default defineConfig({
  test: {
    include: ["test/unit/**/*.test.ts", "test/mutation/fixture/*.test.ts"],
    testTimeout: 10_000,
  },
});
