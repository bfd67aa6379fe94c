import type { Command } from "commander";
import * as z from "zod";
import type { components } from "../api/schema.ts";
import { misused } from "../context.ts";
import { EXIT, Fault } from "../fault.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";
import { USUAL_AUDIENCE } from "./credential-table.ts";
import { client, EVEN_LAST, evenLast, lastToo } from "./inputs.ts";
import { keyed } from "./keyed.ts";
import { detailsOf, fieldsOf, findPreset, OTHER, optionOf } from "./preset-options.ts";

type Trust = components["schemas"]["FederatedCredential"];
type Compared = components["schemas"]["FederatedDryRun"]["compared"];

/** `latchkey federated …` */
export function addFederated(program: Command, terminal: Terminal): void {
  const federated = program
    .command("federated")
    .description(
      "platforms whose tokens the directory takes as a client's, so that it needs no secret",
    );

  addCommand(federated, terminal, {
    usage: "list <client>",
    about: "all of them, those too that administrators have made",
    input: z.object({ client }),
    run: async ({ api, show }, { client: id }) => {
      const params = { path: { id } };
      const { items } = api.answered(
        await api.call.GET("/api/clients/{id}/federated-credentials", { params }),
      );
      show({ items }, () => (items.length === 0 ? "There is none." : listed(items)));
    },
  });

  addCommand(federated, terminal, {
    usage: "presets",
    about: "the platforms that are known, and what each asks for",
    input: z.object({}),
    run: async ({ api, show }) => {
      const { items } = api.answered(await api.call.GET("/api/federated-presets"));
      show({ items }, () =>
        table(
          ["PRESET", "SCOPE", "ASKS FOR"],
          items.flatMap(({ id, fields, scopes }) =>
            scopes.map((scope) => [
              id,
              scopes.length > 1 ? scope.id : "",
              [...fields, ...scope.fields]
                .map((field) =>
                  field.isOptional || field.default !== undefined
                    ? `[--${optionOf(field.name)}]`
                    : `--${optionOf(field.name)}`,
                )
                .join(" "),
            ]),
          ),
        ),
      );
    },
  });

  addCommand(federated, terminal, {
    usage: "add <client> <preset> [details...]",
    about: `trust a platform's tokens: one of \`latchkey federated presets\` with what it asks for, such as --organization octo-org; or ${OTHER} with --issuer and --subject`,
    takesMore: true,
    options: [
      ["--name <name>", "which stands once in a client"],
      ["--scope <scope>", "which of the platform's tokens"],
      [
        "--audience <audience>",
        `what they must name in their aud; ${USUAL_AUDIENCE} when left out`,
      ],
    ],
    input: z.object({
      client,
      preset: z.string(),
      details: z.array(z.string()).default([]),
      name: z.string({ error: "is needed: it tells the credentials of a client apart" }),
      scope: z.string().optional(),
      audience: z.string().optional(),
    }),
    run: async ({ api, show }, { client: id, preset, details, name, scope, audience }) => {
      const { items } = api.answered(await api.call.GET("/api/federated-presets"));
      const found = findPreset(items, preset);
      const values = detailsOf(
        found === undefined ? ["issuer", "subject"] : fieldsOf(found),
        details,
      );
      const added = api.answered(
        await api.call.POST("/api/clients/{id}/federated-credentials", {
          params: { path: { id }, header: keyed() },
          body: {
            name,
            ...(found === undefined ? values : { preset: found.id, values }),
            ...(scope !== undefined && { scope }),
            ...(audience !== undefined && { audience }),
          },
        }),
      );
      show(added, () => listed([added]));
    },
  });

  addCommand(federated, terminal, {
    usage: "try <client>",
    about: "which of them a token would be taken for, and what differs; exit code 5 if none",
    options: [
      ["--token-stdin", "a token is on standard input; its signature stays here"],
      ["--issuer <iss>", "or what one has: its iss,"],
      ["--subject <sub>", "its sub,"],
      ["--audience <aud>", `and its aud; ${USUAL_AUDIENCE} when left out`],
    ],
    input: z.object({
      client,
      tokenStdin: z.boolean().default(false),
      issuer: z.string().optional(),
      subject: z.string().optional(),
      audience: z.string().default(USUAL_AUDIENCE),
    }),
    run: async ({ api, show }, { client: id, tokenStdin, issuer: iss, subject: sub, audience }) => {
      const told = iss !== undefined && sub !== undefined;
      if (told === tokenStdin) misused("Give --token-stdin, or --issuer and --subject.");
      const body = told
        ? { claims: { iss, sub, aud: audience } }
        : { token: withoutSignature(await terminal.readInput()) };
      const params = { path: { id }, header: keyed() };
      const tried = api.answered(
        await api.call.POST("/api/clients/{id}/federated-credentials/dry-run", { params, body }),
      );
      show(tried, () => compared(tried.compared));
      if (!tried.taken) throw new Fault(EXIT.refused, "No credential would take it.");
    },
  });

  addCommand(federated, terminal, {
    usage: "remove <client> <credential>",
    about: "trust it no more",
    options: [EVEN_LAST],
    input: z.object({
      client,
      credential: z.guid({ error: "must be an id, as `latchkey federated list` shows it" }),
      evenLast,
    }),
    run: async ({ api, show }, { client: id, credential: credentialId, evenLast: even }) => {
      const path = { id, credentialId };
      const query = lastToo(even);
      api.done(
        await api.call.DELETE("/api/clients/{id}/federated-credentials/{credentialId}", {
          params: { path, query },
        }),
      );
      show({ id: credentialId, removed: true }, () => `${credentialId} is removed.`);
    },
  });
}

/** With its signature a token is a key, which nobody here needs. */
const withoutSignature = (token: string): string => token.trim().split(".").slice(0, 2).join(".");

const listed = (items: readonly Trust[]): string =>
  table(
    ["ID", "NAME", "ISSUER", "SUBJECT", "AUDIENCE"],
    items.map((one) => [one.id, one.displayName, one.issuer, one.subject, one.audience]),
  );

const compared = (all: Compared): string =>
  all.length === 0
    ? "There is none."
    : table(
        ["NAME", "DIFFERS", "EXPECTED", "PRESENTED", "ONLY"],
        all.flatMap(({ credential: { displayName }, differs }) =>
          differs.length === 0
            ? [[displayName, "nothing", "", "", ""]]
            : differs.map(({ part, expected, presented, only }) => [
                ...[displayName, part, expected, presented],
                only ?? "",
              ]),
        ),
      );
