import type { Command } from "commander";
import * as z from "zod";
import { table } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { secretTable } from "./clients.ts";
import { addCommand } from "./command.ts";
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
    about: "its name, roles and secrets; never a value",
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
        return shown.secrets.length === 0 ? facts : `${facts}\n\n${secretTable(shown.secrets)}`;
      });
    },
  });

  addCommand(self, terminal, {
    usage: "rotate [key]",
    about: "replace a secret of its own, the one that ends first when none is named",
    options: [graceOption("it leaked"), REPLACES, LIFETIME, WAIT, PRINT],
    input: z.object({
      key: z
        .guid({ error: "must be a secret's key id, as `latchkey self show` shows it" })
        .optional(),
      graceHours,
      replaces: z.guid({ error: "must be a secret's key id" }).optional(),
      ...Made,
    }),
    run: (context, { key: keyId, graceHours, replaces, lifetimeDays, wait, print }) =>
      printed(context, print, async ({ encryptTo }) =>
        context.ownApi.answered(
          await context.ownApi.call.POST("/api/self/rotate", {
            params: { header: { ...keyed(), ...waiting(wait) } },
            body: {
              encryptTo,
              ...(keyId && { keyId }),
              ...(graceHours !== undefined && { graceHours }),
              ...(replaces && { replaces }),
              ...(lifetimeDays && { lifetimeDays }),
            },
          }),
        ),
      ),
  });
}
