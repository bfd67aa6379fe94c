import type { Command } from "commander";
import * as z from "zod";
import { nameFor, rotationPorts } from "../rotate/ports.ts";
import { rotate } from "../rotate/rotate.ts";
import { openSink, SINKS } from "../sinks/open-sink.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand, wholeNumber } from "./command.ts";
import { client } from "./inputs.ts";

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};
const HOUR_MS = 3_600_000;

/** `30d`, `12h`, `5m`, `10s`; in milliseconds. */
const duration = z
  .string()
  .regex(/^\d{1,5}[smhd]$/, { error: "must be a number with s, m, h or d, such as 30d" })
  .transform((text) => Number.parseInt(text, 10) * (UNITS[text.slice(-1)] ?? 0));

/** `latchkey rotate` */
export function addRotate(program: Command, terminal: Terminal): void {
  addCommand(program, terminal, {
    usage: "rotate <client>",
    about:
      "bring a new secret to where programs read it, when it is due; again after a fault: it goes on",
    options: [
      ["--every <duration>", "when the secret there is so old, such as 30d; 0s: now"],
      ["--to <sink>", `where it goes:\n${SINKS}`],
      ["--read-back <command>", "prints what is there now, for command:"],
      ["--grace-hours <hours>", "how long the old one works on; 24 when left out, 0: not at all"],
      ["--lifetime-days <days>", "how long the new one works; the longest when left out"],
      ["--name <name>", "of the secrets of this sink, for one that many machines share a path of"],
      [
        "--settle <duration>",
        "how long another run may take to write what it made; 2m when left out",
      ],
    ],
    input: z.object({
      client,
      every: duration,
      to: z.string({ error: `must be one of\n${SINKS}` }),
      readBack: z.string().optional(),
      graceHours: wholeNumber(0).default(24),
      lifetimeDays: wholeNumber(1).optional(),
      name: z.string().optional(),
      settle: duration.default(120_000),
    }),
    run: async (context, { client, to, readBack, lifetimeDays, ...input }) => {
      const { say, show, environment } = context;
      const sink = await openSink({ to, readBack, environment, say });
      const name = input.name ?? nameFor(sink);
      const plan = {
        name,
        everyMs: input.every,
        graceMs: input.graceHours * HOUR_MS,
        settleMs: input.settle,
      };
      const done = await rotate(rotationPorts(context, { client, name, lifetimeDays, sink }), plan);
      show(done, () =>
        done.rotated
          ? `${sink.address} has ${done.keyId}, which works until ${done.expiresAt}.`
          : `${sink.address} has ${done.keyId}. It is due on ${done.nextAt}.`,
      );
    },
  });
}
