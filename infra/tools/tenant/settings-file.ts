import { chmod, readFile, rename, writeFile } from "node:fs/promises";
import { parseEnv } from "node:util";

/**
 * Puts settings into a file of `NAME=value` lines, for `azd env set --file` and for `tenant:check`. What the file has besides
 * stays: a secret that was shown once in an earlier run, and lines of one's own. Only its owner may read it.
 *
 * @returns everything that the file names now
 */
export async function writeSettings(
  file: string,
  settings: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, string | undefined>>> {
  const before = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const text = mergeSettings(before, settings);
  // Beside it first: a death in between must not take the secret that is in the file.
  const beside = `${file}.new`;
  await writeFile(beside, text, { mode: 0o600 });
  await chmod(beside, 0o600);
  await rename(beside, file);
  return parseEnv(text);
}

/** Of these people name more than the set-up can know: without theirs, whoever signs in by them would be refused. */
const LISTS = ["CUSTOMER_POLICIES", "OPERATOR_CLIENTS"];

function withOwn(before: string | undefined, value: string): string {
  const kept = (before ?? "").split(",").map((item) => item.trim());
  const others = kept.filter((item) => item !== "" && item.toLowerCase() !== value.toLowerCase());
  return [value, ...others].join(",");
}

function mergeSettings(text: string, settings: Readonly<Record<string, string>>): string {
  const kept = text
    .split(/\r?\n/)
    .filter((line) => line !== "" && !((/^\s*([^=\s#]+)\s*=/.exec(line)?.[1] ?? "") in settings));
  const before = parseEnv(text);
  const added = Object.entries(settings).map(
    ([name, value]) => `${name}=${LISTS.includes(name) ? withOwn(before[name], value) : value}`,
  );
  return `${[...kept, ...added].join("\n")}\n`;
}
