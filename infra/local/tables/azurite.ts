import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import * as z from "zod";
import { COMPILE_CACHE } from "../compile-cache.ts";

const Ready = z.object({ port: z.int() });

export interface Azurite {
  readonly port: number;
  /** Settles, with a sentence, when the process ends without having been told to. */
  readonly died: Promise<string>;
  /** Saves and ends. */
  stop(): Promise<void>;
}

/**
 * @param folder where the data lies, or `:memory:`
 * @param anyAccountKey has every account exist, with this key in Base64; otherwise there is the emulator's alone
 */
export async function startAzurite(folder: string, anyAccountKey?: string): Promise<Azurite> {
  if (folder !== ":memory:") await mkdir(folder, { recursive: true });
  const args = anyAccountKey === undefined ? [folder] : [folder, anyAccountKey];
  const child = fork(new URL("azurite-process.ts", import.meta.url), args, {
    env: { ...COMPILE_CACHE, ...process.env },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let errors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  let stopping = false;
  const exited = once(child, "exit");
  const died = exited.then(([code, signal]) => {
    const sentence = `Azurite ended by itself (${signal ?? `exit code ${code}`}). ${errors}`.trim();
    return stopping ? new Promise<string>(() => undefined) : sentence;
  });
  const failed = died.then((sentence) => Promise.reject(new Error(sentence)));
  const [message] = await Promise.race([once(child, "message"), failed]);
  failed.catch(() => undefined);

  return {
    port: Ready.parse(message).port,
    died,
    stop: async () => {
      stopping = true;
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
