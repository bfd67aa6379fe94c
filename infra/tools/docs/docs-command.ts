import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../../command.ts";
import { problemsPage } from "./problems-page.ts";
import { settingsPage } from "./settings-page.ts";
import { whoCallsPage } from "./who-calls-page.ts";

/** `npm run docs`: writes the pages whose source is code. */

const DOCS = join(import.meta.dirname, "../../../docs");

await runCommand({
  usage:
    "npm run docs\n\n  Writes docs/settings.md, docs/problems.md and docs/who-calls.md from the code.",
  run: async () => {
    await writeFile(join(DOCS, "settings.md"), settingsPage());
    await writeFile(join(DOCS, "problems.md"), problemsPage());
    await writeFile(join(DOCS, "who-calls.md"), whoCallsPage());
  },
});
