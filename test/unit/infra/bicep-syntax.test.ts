import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bicepFiles } from "./bicep-files.ts";
import { INFRA, readBicep, syntaxErrors } from "./bicep-tree.ts";

test.each(bicepFiles())("%s is Bicep", async (path) => {
  expect(syntaxErrors(await readBicep(path))).toEqual([]);
});

function bicepVersion(): string | undefined {
  try {
    return execFileSync("bicep", ["--version"], { encoding: "utf8", stdio: "pipe" }).trim();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

test("the compiler builds and lints it, where the compiler is installed", () => {
  const version = bicepVersion();
  if (version === undefined) {
    console.log("bicep is not on the path: only the grammar has read these files here.");
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "latchkey-bicep-"));
  try {
    const main = join(INFRA, "main.bicep");
    execFileSync("bicep", ["build", main, "--outfile", join(folder, "main.json")]);
    const findings = execFileSync("bicep", ["lint", main], { encoding: "utf8", stdio: "pipe" });
    expect(findings).not.toMatch(/Warning|Error/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
