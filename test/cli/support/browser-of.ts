import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";

const BROWSER = join(import.meta.dirname, "browser-process.ts");

/** @returns a program in that folder that signs in as that person, as `BROWSER` names one */
export async function browserOf(folder: string, who: string): Promise<string> {
  const file = join(folder, `browser-${who}`);
  await writeFile(file, `#!/bin/sh\nexec "${process.execPath}" "${BROWSER}" ${who} "$1"\n`);
  await chmod(file, 0o755);
  return file;
}
