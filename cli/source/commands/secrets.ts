import type { Command } from "commander";
import * as z from "zod";
import type { NewSecret, OAuthClient } from "../api/api.ts";
import { type Context, misused } from "../context.ts";
import { type Envelope, openEnvelope } from "../encrypted.ts";
import { plain, table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { getClient } from "./clients.ts";
import { addCommand, wholeNumber } from "./command.ts";
import {
  client,
  EVEN_LAST,
  evenLast,
  graceHours,
  graceOption,
  lastToo,
  REPLACES,
} from "./inputs.ts";
import { keyed } from "./keyed.ts";

const key = z.guid({ error: "must be a secret's key id, as `latchkey secrets list` shows it" });
export const WAIT = [
  "--wait <seconds>",
  "until the token endpoint takes it, at most so long",
] as const;
export const PRINT = [
  "--print",
  "the value, on standard output: nobody can show it a second time",
] as const;
export const Made = {
  lifetimeDays: wholeNumber(1).optional(),
  wait: wholeNumber(0).optional(),
  print: z.boolean().default(false),
};
export const LIFETIME = [
  "--lifetime-days <days>",
  "how long it works; the longest when left out",
] as const;

/** `latchkey secrets …` */
export function addSecrets(program: Command, terminal: Terminal): void {
  const secrets = program.command("secrets").description("secrets of a client");

  addCommand(secrets, terminal, {
    usage: "list <client>",
    about: "names, hints and times; never a value",
    input: z.object({ client }),
    run: async (context, { client: id }) => {
      const { secrets: items } = await getClient(context, id);
      context.show({ items }, () => (items.length === 0 ? "There is none." : secretTable(items)));
    },
  });

  addCommand(secrets, terminal, {
    usage: "add <client>",
    about: "one more; its value comes encrypted for this process and exists this once",
    options: [["--name <name>", "what it is for"], LIFETIME, WAIT, PRINT],
    input: z.object({
      client,
      name: z.string({ error: "is needed: it tells the secrets of a client apart" }),
      ...Made,
    }),
    run: (context, { client: id, name: displayName, lifetimeDays, wait, print }) =>
      printed(context, print, async ({ encryptTo }) =>
        context.api.answered(
          await context.api.call.POST("/api/clients/{id}/secrets", {
            params: { path: { id }, header: { ...keyed(), ...waiting(wait) } },
            body: { displayName, encryptTo, ...(lifetimeDays && { lifetimeDays }) },
          }),
        ),
      ),
  });

  addCommand(secrets, terminal, {
    usage: "rotate <client> <key>",
    about: "replace it by a new one; the old one goes on working for a while",
    options: [graceOption("it leaked"), REPLACES, LIFETIME, WAIT, PRINT],
    input: z.object({
      client,
      key,
      graceHours,
      replaces: key.optional(),
      ...Made,
    }),
    run: (context, { client: id, key: keyId, graceHours, replaces, lifetimeDays, wait, print }) =>
      printed(context, print, async ({ encryptTo }) =>
        context.api.answered(
          await context.api.call.POST("/api/clients/{id}/secrets/{keyId}/rotate", {
            params: { path: { id, keyId }, header: { ...keyed(), ...waiting(wait) } },
            body: {
              encryptTo,
              ...(graceHours !== undefined && { graceHours }),
              ...(replaces && { replaces }),
              ...(lifetimeDays && { lifetimeDays }),
            },
          }),
        ),
      ),
  });

  addCommand(secrets, terminal, {
    usage: "remove <client> <key>",
    about: "remove it; this cannot be undone",
    options: [EVEN_LAST],
    input: z.object({ client, key, evenLast }),
    run: async ({ api, show }, { client: id, key: keyId, evenLast: even }) => {
      const params = { path: { id, keyId }, query: lastToo(even) };
      api.done(await api.call.DELETE("/api/clients/{id}/secrets/{keyId}", { params }));
      show({ keyId, removed: true }, () => `${keyId} is removed.`);
    },
  });
}

export const waiting = (seconds: number | undefined) =>
  seconds === undefined ? {} : { Prefer: `wait=${seconds}` };

/** Makes a secret and prints its value. Nothing is made before somebody has said that it may be shown. */
export async function printed(
  context: Context,
  print: boolean,
  make: (envelope: Envelope) => Promise<Omit<NewSecret, "hint" | "notice">>,
): Promise<void> {
  if (!print)
    misused(
      "Say where the value goes: --print writes it to standard output, and `latchkey rotate --to` brings it to where programs read it.",
    );
  const { terminal, show, say } = context;
  if (terminal.isSeen)
    say("The value is going to be on this screen, and in what the terminal remembers.");
  const envelope = await openEnvelope();
  const made = await make(envelope);
  const secretText = await envelope.open(made);
  const { secretJwe: _encrypted, ...secret } = made;
  say(`${secret.keyId} (${plain(secret.displayName)}) works until ${secret.expiresAt}.`);
  if (secret.ready === false)
    say("The token endpoint does not take it yet: try again in a moment.");
  show({ ...secret, secretText }, () => secretText);
}

const secretTable = (secrets: OAuthClient["secrets"]): string =>
  table(
    ["KEY ID", "NAME", "HINT", "CREATED", "EXPIRES", "RETIRES"],
    secrets.map((secret) => [
      secret.keyId,
      secret.displayName,
      secret.hint,
      secret.createdAt,
      secret.expiresAt,
      secret.retiresAt ?? "",
    ]),
  );
