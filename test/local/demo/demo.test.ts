import { describe, expect, test } from "vitest";
import { runNode } from "../../support/run-node.ts";

/** A cloud of its own: a flavour that is named is never looked for in one that runs already. */
const tell = (environment: Readonly<Record<string, string>>) =>
  runNode("infra/local/demo/demo.ts", [], { NO_COLOR: "1", ...environment });

describe("npm run demo", () => {
  test.each(["b2c", "entra"])(
    "tells the whole story with tokens as of %s, and shows nothing that anybody could use",
    async (FLAVOUR) => {
      const { code, stdout } = await tell({ FLAVOUR });

      expect(stdout).toContain("All of it was as told.");
      expect(stdout).not.toContain("✗");
      expect(stdout).toMatch(/"secretText": "\S{3}•+"/);
      expect(stdout).not.toMatch(/eyJ[\w-]{20,}/);
      expect(code).toBe(0);
    },
  );

  test("ends with 1 and the sentence that is not true, when something is not as told", async () => {
    const { code, stdout } = await tell({
      FLAVOUR: "b2c",
      RESOURCE_SCOPE: "https://elsewhere.example/.default",
    });

    expect(stdout).toContain("✗ A token was issued");
    expect(code).toBe(1);
  });
});
