import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
/** What a run leaves in a clone, and what must not be shared with it. */
const OWN = new Set([".git", ".local", ".azure", "local.settings.json", "tenant.env"]);

/** All fenced blocks of a page in one language, in order, as they stand there. */
export async function fences(page: string, language: string): Promise<string[]> {
  const text = await readFile(join(ROOT, page), "utf8");
  const found = [...text.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"))];
  return found.map(([, code = ""]) => code);
}

export interface Ran {
  readonly code: number;
  /** Both outputs, as a terminal shows them. */
  readonly output: string;
}

export interface DocsBench {
  readonly folder: string;
  /** Types the blocks into one shell, one after the other, and stops at the first command that fails. */
  type(blocks: readonly string[], environment?: Readonly<Record<string, string>>): Promise<Ran>;
  remove(): Promise<void>;
}

/**
 * A folder that is a clone of this repository to whoever works in it, with stand-ins on its path for the tools of Azure
 * (`tools/`): pages are typed there as they stand.
 */
export async function openDocsBench(): Promise<DocsBench> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-docs-"));
  for (const name of await readdir(ROOT)) {
    if (!OWN.has(name)) await symlink(join(ROOT, name), join(folder, name));
  }
  const tools = join(folder, ".tools");
  await mkdir(tools);
  for (const name of ["azd", "az", "func", "npm"]) {
    const file = join(tools, name);
    const script = join(import.meta.dirname, "tools", `${name}.ts`);
    await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${script}" "$@"\n`);
    await chmod(file, 0o755);
  }
  const { PATH = "", HOME = "" } = process.env;
  return {
    folder,
    type: (blocks, environment = {}) =>
      new Promise((done) => {
        const path = [tools, join(ROOT, "node_modules/.bin"), PATH].join(delimiter);
        const env = { PATH: path, HOME, REAL_PATH: PATH, ...environment };
        execFile(
          "bash",
          ["-euo", "pipefail", "-c", `exec 2>&1\n${blocks.join("\n")}`],
          { cwd: folder, env },
          (error, output) => {
            const code = typeof error?.code === "number" ? error.code : error ? -1 : 0;
            done({ code, output });
          },
        );
      }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
