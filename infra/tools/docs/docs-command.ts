import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { problemsPage } from "./problems-page.ts";
import { settingsPage } from "./settings-page.ts";

/** `npm run docs`: writes the pages whose source is code. */

const DOCS = join(import.meta.dirname, "../../../docs");

await runCommand({
  usage: "npm run docs\n\n  Writes docs/settings.md and docs/problems.md from the code.",
  run: async () => {
    await writeFile(join(DOCS, "settings.md"), settingsPage());
    await writeFile(join(DOCS, "problems.md"), problemsPage());
  },
});
