import { Command, CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { addCertificates } from "./commands/certificates.ts";
import { addClients } from "./commands/clients.ts";
import { addCompletion } from "./commands/completion.ts";
import { addEvents } from "./commands/events.ts";
import { addFederated } from "./commands/federated.ts";
import { addRotate } from "./commands/rotate.ts";
import { addSecrets } from "./commands/secrets.ts";
import { addSelf } from "./commands/self.ts";
import { addSignIn } from "./commands/sign-in.ts";
import { addToken } from "./commands/token.ts";
import { addWatch } from "./commands/watch.ts";
import { EXIT, type ExitCode, Fault } from "./fault.ts";
import type { Terminal } from "./terminal.ts";

const EXIT_CODES = `
Exit codes: 0 done, 1 a fault of this program's, 2 wrong arguments or settings, 3 not signed in or not allowed, 4 not found,
5 refused, 6 not now: try again, 7 what was written to a sink is not there or does not work.`;

export function buildProgram(terminal: Terminal): Command {
  const program = new Command("latchkey")
    .description("A customer's OAuth clients and their credentials, from a shell or a pipeline.")
    .version(packageJson.version)
    .option("--api <url>", "address of the service (or LATCHKEY_API)")
    .option("--json", "results and refusals as JSON")
    .option("--quiet", "say nothing on the way")
    .addHelpText("after", EXIT_CODES)
    .showHelpAfterError("(--help tells more)")
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.replace(/\n$/, "")),
      writeErr: (text) => terminal.say(text.replace(/\n$/, "")),
    });
  addSignIn(program, terminal);
  addClients(program, terminal);
  addSecrets(program, terminal);
  addCertificates(program, terminal);
  addFederated(program, terminal);
  addRotate(program, terminal);
  addToken(program, terminal);
  addSelf(program, terminal);
  addWatch(program, terminal);
  addEvents(program, terminal);
  addCompletion(program, terminal);
  return program;
}

/** Runs one command line. @returns the exit code; whatever went wrong has been said */
export async function runProgram(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    await buildProgram(terminal).parseAsync([...args], { from: "user" });
    return EXIT.done;
  } catch (error) {
    // Help and version were asked for; anything else commander has said already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error instanceof Fault) {
      terminal.say(args.includes("--json") ? JSON.stringify(error.document) : error.message);
      return error.exit;
    }
    terminal.say(`A fault of latchkey's: ${error instanceof Error ? error.stack : String(error)}`);
    return EXIT.unexpected;
  }
}
