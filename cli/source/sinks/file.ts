import { chmod, open, readFile, realpath, rename, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import { EXIT, Fault } from "../fault.ts";
import type { Sink } from "./sink.ts";

const OWNER_ONLY = 0o600;
/** Beside the file: whatever is renamed has to be on the same disk. */
const DRAFT = ".latchkey-draft";

/** A file that holds the value and nothing else: `file:<path>`. */
export function fileSink(path: string): Sink {
  return inFile(`file://${hostname()}${resolve(path)}`, path, {
    valueIn: (text) => text.replace(/\r?\n$/, ""),
    with: (_, value) => value,
  });
}

/**
 * One entry of a `.env` file, whose other lines stay as they are: `env:<path>#<NAME>`.
 *
 * @throws Fault when the name is none
 */
export function envSink(path: string, name: string): Sink {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    throw new Fault(EXIT.usage, `${name} is no name of a variable.`);
  return inFile(`env://${hostname()}${resolve(path)}#${name}`, path, {
    valueIn: (text) => parseEnv(text)[name],
    with: (text, value) => withEntry(text, name, value),
  });
}

interface Format {
  valueIn(text: string): string | undefined;
  /** The whole file with the value in it. @throws Fault when that cannot be done without harm to the rest */
  with(text: string, value: string): string;
}

function inFile(address: string, path: string, format: Format): Sink {
  const read = async (): Promise<string | undefined> => {
    try {
      return await readFile(path, "utf8");
    } catch (cause) {
      if (codeOf(cause) === "ENOENT") return undefined;
      throw failed(path, "cannot be read", cause);
    }
  };
  return {
    address,
    look: async () => {
      const text = await read();
      const value = text === undefined ? undefined : format.valueIn(text);
      return value ? { kind: "value", value } : { kind: "nothing" };
    },
    write: async (value) => {
      const whole = format.with((await read()) ?? "", value);
      try {
        await replace(path, whole);
      } catch (cause) {
        throw failed(path, "cannot be written", cause);
      }
    },
  };
}

/** Whoever reads finds the old file or the new one, whenever the machine stops. Nobody else may read either. */
async function replace(path: string, text: string): Promise<void> {
  // A link stays one; what it leads to is replaced.
  const file = await realpath(path).catch(() => resolve(path));
  const draft = join(dirname(file), `.${basename(file)}${DRAFT}`);
  // What a run that died has left: it was never in use.
  await rm(draft, { force: true });
  const handle = await open(draft, "wx", OWNER_ONLY);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(draft, OWNER_ONLY);
  await rename(draft, file);
  // It is there now: what is refused from here on must not count as a refusal, or the secret in it would be taken back.
  await syncFolder(dirname(file)).catch(() => undefined);
}

/** So that the name, too, outlives a power cut. Windows syncs no folder, and not every file system does. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function withEntry(text: string, name: string, value: string): string {
  if (/['\n\r]/.test(value))
    throw new Fault(
      EXIT.refused,
      "The value has a quote or a line's end: a .env file cannot hold it.",
    );
  const entry = `${name}='${value}'`;
  const line = new RegExp(`^([ \\t]*(?:export[ \\t]+)?)${name}[ \\t]*=.*$`, "m");
  const whole = line.test(text)
    ? text.replace(line, (_, indent: string) => `${indent}${entry}`)
    : `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${entry}\n`;
  const { [name]: kept, ...others } = parseEnv(whole);
  const { [name]: _, ...before } = parseEnv(text);
  if (kept !== value || JSON.stringify(others) !== JSON.stringify(before))
    throw new Fault(EXIT.refused, `${name} cannot be replaced without touching other entries.`);
  return whole;
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const failed = (path: string, what: string, cause: unknown): Fault =>
  new Fault(EXIT.refused, `${path} ${what} (${codeOf(cause)}).`, { cause });
