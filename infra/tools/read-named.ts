import { readFile } from "node:fs/promises";
import { parseEnv } from "node:util";
import * as z from "zod";

const LocalSettings = z.object({ Values: z.record(z.string(), z.string()) });

type Named = Readonly<Record<string, string | undefined>>;

/**
 * The service's settings by their names: of a file (`.env`, or `local.settings.json`), or of the environment. An empty one is not
 * set, as for the service.
 */
export async function readNamed(file: string | undefined): Promise<Named> {
  const named = file ? fileValues(await readFile(file, "utf8"), file) : process.env;
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ""));
}

const fileValues = (text: string, file: string): Named =>
  file.endsWith(".json") ? LocalSettings.parse(JSON.parse(text)).Values : parseEnv(text);
