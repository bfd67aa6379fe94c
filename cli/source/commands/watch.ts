import type { Command } from "commander";
import * as z from "zod";
import type { components } from "../api/schema.ts";
import { plain } from "../table.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand } from "./command.ts";
import { client } from "./inputs.ts";

type Watch = components["schemas"]["Watch"];

const OneOrAll = z.object({
  client: client.optional(),
});

/** `latchkey watch …`: of one client, or of all where none is named. */
export function addWatch(program: Command, terminal: Terminal): void {
  const watch = program
    .command("watch")
    .description("be told by mail before a secret ends: of one client, or of all");

  addCommand(watch, terminal, {
    usage: "show [client]",
    about: "whether you are",
    input: OneOrAll,
    run: async ({ api, show }, { client: id }) => {
      const shown = api.answered(
        id === undefined
          ? await api.call.GET("/api/watch")
          : await api.call.GET("/api/clients/{id}/watch", { params: { path: { id } } }),
      );
      show(shown, () => described(shown));
    },
  });

  addCommand(watch, terminal, {
    usage: "start [client]",
    about: "be told from now on",
    options: [["--time-zone <zone>", "in which times are told, such as Europe/Berlin"]],
    input: OneOrAll.extend({ timeZone: z.string().optional() }),
    run: async ({ api, show }, { client: id, timeZone }) => {
      const body = timeZone === undefined ? {} : { timeZone };
      const shown = api.answered(
        id === undefined
          ? await api.call.PUT("/api/watch", { body })
          : await api.call.PUT("/api/clients/{id}/watch", { params: { path: { id } }, body }),
      );
      show(shown, () => described(shown));
    },
  });

  addCommand(watch, terminal, {
    usage: "stop [client]",
    about: "be told no more",
    input: OneOrAll,
    run: async ({ api, show }, { client: id }) => {
      api.done(
        id === undefined
          ? await api.call.DELETE("/api/watch")
          : await api.call.DELETE("/api/clients/{id}/watch", { params: { path: { id } } }),
      );
      show({ ...(id && { id }), watching: false }, () => "You do not watch it any more.");
    },
  });
}

function described({ watching, everyClient, email, timeZone, since }: Watch): string {
  const whom = everyClient ? "every client" : "it";
  const where = email === undefined ? "" : ` Letters go to ${plain(email)}.`;
  const zone = timeZone === undefined ? "" : ` Times are those of ${timeZone}.`;
  return watching || everyClient
    ? `You watch ${whom}${since ? ` since ${since}` : ""}.${where}${zone}`
    : "You do not watch it.";
}
