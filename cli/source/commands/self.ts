import type { Command } from "commander";
import * as z from "zod";
import type { components } from "../api/schema.ts";
import { misused } from "../context.ts";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { certificateIn } from "./certificates.ts";
import { addCommand } from "./command.ts";
import { credentialTable } from "./credential-table.ts";
import { graceHours, graceOption, REPLACES } from "./inputs.ts";
import { keyed } from "./keyed.ts";
import { LIFETIME, Made, PRINT, printed, WAIT, waiting } from "./secrets.ts";

/** `latchkey self …`: what a client with the role `keys.rotate` does for itself, by a token of its own. */
export function addSelf(program: Command, terminal: Terminal): void {
  const self = program
    .command("self")
    .description("a client with the role keys.rotate, for itself, with a credential of its own");

  addCommand(self, terminal, {
    usage: "show",
    about: "its name, roles and credentials; never a secret's value",
    input: z.object({}),
    run: async ({ ownApi, show }) => {
      const shown = ownApi.answered(await ownApi.call.GET("/api/self"));
      show(shown, () => {
        const facts = table(
          ["id", shown.id],
          [
            ["name", shown.displayName],
            ["client_id", shown.appId],
            ["roles", shown.roles.join(" ")],
          ],
        );
        return shown.credentials.length === 0
          ? facts
          : `${facts}\n\n${credentialTable(shown.credentials)}`;
      });
    },
  });

  addCommand(self, terminal, {
    usage: "rotate [key]",
    about:
      "replace a secret of its own, or with --certificate a certificate; the one that ends first when none is named",
    options: [
      ["--certificate <file>", "a PEM file with the new one; a private key in it stays here"],
      graceOption("it leaked"),
      ...[REPLACES, LIFETIME, WAIT, PRINT],
    ],
    input: z.object({
      key: z.guid({ error: "must be a key id, as `latchkey self show` shows it" }).optional(),
      certificate: z.string().optional(),
      graceHours,
      replaces: z.guid({ error: "must be a secret's key id" }).optional(),
      ...Made,
    }),
    run: async (context, { certificate: file, print, wait, ...asked }) => {
      const { ownApi, show, say } = context;
      const { key: keyId, graceHours, replaces, lifetimeDays } = asked;
      const rotate = async (
        header: ReturnType<typeof waiting>,
        proof: Pick<RotateRequest, "certificate" | "encryptTo">,
      ) =>
        ownApi.answered(
          await ownApi.call.POST("/api/self/rotate", {
            params: { header: { ...keyed(), ...header } },
            body: {
              ...proof,
              ...(keyId && { keyId }),
              ...(graceHours !== undefined && { graceHours }),
              ...(replaces && { replaces }),
              ...(lifetimeDays && { lifetimeDays }),
            },
          }),
        );
      if (file === undefined)
        return printed(context, print, ({ encryptTo }) => rotate(waiting(wait), { encryptTo }));
      if (print || wait !== undefined) misused("--print and --wait go with a secret only.");
      const rotated = await rotate({}, { certificate: await certificateIn(file) });
      say("The token endpoint takes it some seconds late: sign in with the old one until then.");
      show(rotated, () => `${rotated.keyId} works until ${rotated.expiresAt}.`);
    },
  });
}

type RotateRequest = components["schemas"]["RotateOwnSecretRequest"];
