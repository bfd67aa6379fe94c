import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { problemsPage } from "./problems-page.ts";
import { settingsPage } from "./settings-page.ts";

/** `npm run docs`: writes the pages whose source is code. */

const DOCS = join(import.meta.dirname, "../../../docs");
await writeFile(join(DOCS, "settings.md"), settingsPage());
await writeFile(join(DOCS, "problems.md"), problemsPage());
