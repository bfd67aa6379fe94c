import type { Client } from "@microsoft/microsoft-graph-client";
import * as z from "zod";
import type { ClientDirectory } from "../../clients/ports.ts";
import { Application, Tagged } from "./application.ts";
import { json } from "./json.ts";
import { isMissing } from "./refusal.ts";
import { ask, type SendDeps, send } from "./send.ts";
import { leadOf } from "./tags.ts";
import { unlessAbsent } from "./unless-absent.ts";

/** A restore answers with a directoryObject: as a rule all of the application, and its id at least. */
const Restored = z.looseObject({ id: z.guid() }).transform((object) => {
  const whole = Application.safeParse(object);
  return whole.success ? whole.data : undefined;
});
const NO_CONTENT = z.undefined();

/**
 * What the directory has deleted and keeps for 30 days. Restoring brings back the application alone: its service principal, and
 * with it what it was granted, is another deleted item (docs/directory.md).
 */
export function deletedInGraph(
  options: SendDeps,
  client: Client,
): Pick<ClientDirectory, "restore" | "purge" | "locateDeleted"> {
  const item = (id: string) => json(client, `/directory/deletedItems/${id}`);
  const tagsOf = (read: () => Promise<unknown>) =>
    unlessAbsent(() => ask(options, { answer: Tagged }, read));
  return {
    restore: (id, expected) => {
      const policy = { repeatable: true, answer: Restored, expected };
      return send(
        options,
        {
          ...policy,
          // It is back: nothing else takes it out of the deleted items in a moment.
          gotThrough: (refused) => (isMissing(refused) ? { value: undefined } : undefined),
        },
        () => json(client, `/directory/deletedItems/${id}/restore`).post({}),
      );
    },
    purge: (id, expected) =>
      send(
        options,
        {
          repeatable: true,
          answer: NO_CONTENT,
          expected,
          gotThrough: (refused) => (isMissing(refused) ? { value: undefined } : undefined),
        },
        () => item(id).delete(),
      ),
    locateDeleted: async (id) => {
      // No `$select`: a deleted item is a directoryObject, which has no tags to select.
      const found =
        (await tagsOf(() => item(id).get())) ??
        (await tagsOf(() => json(client, `/applications/${id}`).select("id,tags").get()));
      return found && leadOf(found.id, found.tags);
    },
  };
}
