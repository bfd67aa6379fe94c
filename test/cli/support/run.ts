import { runProgram } from "../../../cli/source/program.ts";

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

export interface Typed {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Whether people look at the output. */
  readonly isSeen?: boolean;
  /** Told each line as it is said. */
  readonly says?: (line: string) => void;
}

/** One command line, in this process. */
export async function latchkey(args: readonly string[], typed: Typed = {}): Promise<Ran> {
  const out: string[] = [];
  const said: string[] = [];
  const code = await runProgram(args, {
    environment: typed.environment ?? {},
    isSeen: typed.isSeen ?? false,
    isTyped: false,
    out: (line) => out.push(line),
    say: (line) => {
      said.push(line);
      typed.says?.(line);
    },
    readInput: async () => typed.input ?? "",
  });
  return { code, out: out.join("\n"), said: said.join("\n") };
}
