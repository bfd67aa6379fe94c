import { fork } from "node:child_process";
import { once } from "node:events";
import type * as z from "zod";

interface ChildOptions<T> {
  readonly environment: Readonly<Record<string, string>>;
  readonly input: unknown;
  readonly answer: z.ZodType<T>;
}

/**
 * Runs one measurement in a process of its own, so that it shares no event loop with the stand-ins it calls: gives it the
 * input as JSON, and returns the first message that it sends.
 */
export async function runChild<T>(file: URL, options: ChildOptions<T>): Promise<T> {
  const child = fork(file, [JSON.stringify(options.input)], {
    env: { ...process.env, ...options.environment },
  });
  const [message] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => {
      throw new Error(`${file.pathname} ended with ${code} and said nothing`);
    }),
  ]);
  child.kill();
  return options.answer.parse(message);
}

/** The input of this process, in such a child. */
export const childInput = <T>(schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(process.argv[2] ?? ""));
