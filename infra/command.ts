/** What every command of this project does alike: `--help`, faults as sentences, exit codes for scripts. */
export interface Command {
  /** Printed for `--help`, and after a fault in the arguments. */
  readonly usage: string;
  /** The exit code of a fault; 1 when left out. */
  readonly failed?: number;
  run(): Promise<void>;
}

export async function runCommand({ usage, failed = 1, run }: Command): Promise<void> {
  if (process.argv.slice(2).includes("--help")) {
    console.log(usage);
    return;
  }
  try {
    await run();
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    if (isAboutArguments(error)) console.error(`\n${usage}`);
    process.exitCode = failed;
  }
}

/** `parseArgs` says so of an option that it does not know, or that lacks its value. */
const isAboutArguments = (error: unknown): boolean =>
  error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
