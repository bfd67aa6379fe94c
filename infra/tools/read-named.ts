import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import * as z from "zod";

const LocalSettings = z.object({ Values: z.record(z.string(), z.string()) });

/** The service's settings by their names: of a file (`.env`, or `local.settings.json`), or of the environment. */
export async function readNamed(
  file: string | undefined,
): Promise<Readonly<Record<string, string | undefined>>> {
  if (!file) return process.env;
  const text = await readFile(file, "utf8");
  return file.endsWith(".json") ? LocalSettings.parse(JSON.parse(text)).Values : parseEnv(text);
}
