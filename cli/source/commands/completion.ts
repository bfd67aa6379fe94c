import type { Command } from "commander";
import * as z from "zod";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";

/** What a shell runs when somebody presses Tab: it asks this program what may come next. */
const SCRIPTS = {
  bash: `_latchkey() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(latchkey complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _latchkey latchkey`,
  zsh: `#compdef latchkey
_latchkey() {
  compadd -- \${(f)"$(latchkey complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"}
}
compdef _latchkey latchkey`,
  fish: `function __latchkey
  latchkey complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null
end
complete -c latchkey -f -a '(__latchkey)'`,
} as const;

/** `latchkey completion`, and what its scripts ask */
export function addCompletion(program: Command, terminal: Terminal): void {
  addCommand(program, terminal, {
    usage: "completion <shell>",
    about: "a script with which Tab completes, for bash, zsh or fish",
    input: z.object({ shell: z.enum(["bash", "zsh", "fish"]) }),
    run: async (_context, { shell }) => terminal.out(SCRIPTS[shell]),
  });
  program.command("complete [words...]", { hidden: true }).action((words: string[]) => {
    terminal.out(candidates(program, words).join("\n"));
  });
}

/**
 * What the last word may become.
 *
 * @param words of the line behind `latchkey`; the last is being typed, and may be empty
 */
function candidates(program: Command, words: readonly string[]): string[] {
  let command = program;
  for (const word of words.slice(0, -1))
    command = command.commands.find((one) => one.name() === word) ?? command;
  const typed = words.at(-1) ?? "";
  const names = typed.startsWith("-")
    ? [...command.options, ...program.options].flatMap(({ long }) => long ?? [])
    : command
        .createHelp()
        .visibleCommands(command)
        .map((one) => one.name());
  return [...new Set(names)].filter((name) => name.startsWith(typed));
}
