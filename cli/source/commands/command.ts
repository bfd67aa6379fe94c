import { type Command, Option } from "commander";
import * as z from "zod";
import { type Context, misused, openContext } from "../context.ts";
import type { Terminal } from "../terminal.ts";

/** One command: what it takes, and what it does with it. */
export interface Spec<Input extends z.ZodType> {
  /** With its arguments, as commander writes them: `show <client>`. */
  readonly usage: string;
  readonly about: string;
  /** Flags, and what they mean. */
  readonly options?: readonly (readonly [flags: string, about: string])[];
  /** Whether options may be given that only the service knows: they are in the last argument, as they were typed. */
  readonly takesMore?: boolean;
  /** Arguments and options by their names. */
  readonly input: Input;
  run(context: Context, input: z.infer<Input>): Promise<void>;
}

const Common = z.object({
  json: z.boolean().optional(),
  quiet: z.boolean().optional(),
  api: z.string().optional(),
});

/** Adds the command, and parses what is given to it with its schema before anything is done. */
export function addCommand<Input extends z.ZodType>(
  parent: Command,
  terminal: Terminal,
  { usage, about, options = [], takesMore = false, input, run }: Spec<Input>,
): void {
  const command = parent.command(usage).description(about).allowUnknownOption(takesMore);
  for (const [flags, meaning] of options) command.addOption(new Option(flags, meaning));
  command.action(async () => {
    const given = Object.fromEntries(
      command.registeredArguments.map((argument, at) => [
        argument.name(),
        command.processedArgs[at],
      ]),
    );
    const parsed = input.safeParse({ ...command.opts(), ...given });
    if (!parsed.success) misused(sentenceOf(parsed.error));
    const common = Common.parse(command.optsWithGlobals());
    await run(openContext(terminal, common), parsed.data);
  });
}

const sentenceOf = (error: z.ZodError): string =>
  error.issues
    .map(({ path, message }) =>
      path.length > 0 ? `${kebab(path.join("."))}: ${message}` : message,
    )
    .join("\n");

const kebab = (name: string): string =>
  name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A number as an option has it. */
export const wholeNumber = (least: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, { error: "must be a whole number" })
    .transform(Number)
    .refine((number) => number >= least, { error: `must be at least ${least}` });
