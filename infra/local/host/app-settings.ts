import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod";

const LocalSettings = z.looseObject({ Values: z.record(z.string(), z.string()).default({}) });

/** @returns the `Values` of the folder's `local.settings.json`; none when there is no such file. */
export async function readLocalSettings(folder: string): Promise<Record<string, string>> {
  const file = join(folder, "local.settings.json");
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
  const result = LocalSettings.safeParse(JSON.parse(text));
  if (!result.success) throw new Error(`${file}: ${z.prettifyError(result.error)}`);
  return result.data.Values;
}

/**
 * Replaces `%NAME%` by the setting of that name, as Azure does in schedules and in names of queues, topics and subscriptions.
 *
 * @throws when there is no such setting.
 */
export function substituteSettings(text: string): string {
  return text.replaceAll(/%([^%]+)%/g, (_whole, name: string) => {
    const value = process.env[name];
    if (value === undefined) throw new Error(`'%${name}%' does not resolve to a value.`);
    return value;
  });
}
