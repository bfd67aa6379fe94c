import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "commander";
import * as z from "zod";
import type { components } from "../api/schema.ts";
import type { Context } from "../context.ts";
import { EXIT, Fault } from "../fault.ts";
import type { Terminal } from "../terminal.ts";
import { addCommand, wholeNumber } from "./command.ts";
import { client } from "./inputs.ts";

type Activity = components["schemas"]["Activity"];

/** `latchkey events …` */
export function addEvents(program: Command, terminal: Terminal): void {
  const events = program.command("events").description("what is done to a client, and by whom");

  addCommand(events, terminal, {
    usage: "follow <client>",
    about: "what was done and what is being done to it, as one JSON document a line, until Ctrl-C",
    options: [
      ["--once", "what there is now, and no more"],
      ["--count <entries>", "so many, and no more"],
      ["--every <seconds>", "how often to look; 10 when left out"],
    ],
    input: z.object({
      client,
      once: z.boolean().default(false),
      count: wholeNumber(1).default(Number.POSITIVE_INFINITY),
      every: wholeNumber(1).default(10),
    }),
    run: async (context, { client, once, count, every }) => {
      const seen = new Set<string>();
      for (;;) {
        for (const entry of await unseen(context, client, seen)) {
          seen.add(entry.id);
          terminal.out(JSON.stringify(entry));
          if (seen.size === count) return;
        }
        if (once) return;
        await pause(every * 1_000);
      }
    },
  });
}

/** Oldest first. The service begins with the newest, so pages are read up to one with an entry that is known. */
async function unseen(
  { api }: Context,
  id: string,
  seen: ReadonlySet<string>,
): Promise<Activity[]> {
  const found: Activity[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? {} : { cursor };
    const page = api.answered(
      await api.call.GET("/api/clients/{id}/activity", { params: { path: { id }, query } }),
    );
    // The route has lines too, for those who ask for them.
    if (typeof page === "string") throw new Fault(EXIT.notNow, "The service answered in lines.");
    // What was ended after a host died may come late, behind entries that are known.
    const fresh = page.items.filter((entry) => !seen.has(entry.id));
    found.push(...fresh);
    cursor = fresh.length === page.items.length ? page.nextCursor : undefined;
  } while (cursor !== undefined);
  return found.reverse();
}
