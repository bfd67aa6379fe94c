import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { Directory } from "../directory.ts";
import { demand, READ_APPLICATIONS } from "../graph/caller.ts";
import type { GraphCall, GraphReply, GraphRoute } from "../graph/graph-call.ts";
import { badRequest, GraphError, unsupportedQuery } from "../graph/graph-error.ts";
import { contextOf, selectionOf } from "../graph/odata-select.ts";
import { withoutKeys } from "./application-merge.ts";
import { isLive } from "./find-application.ts";

const PAGE = 100;

/** Where a caller stands: on which place of a round (`from`) that shows what came after `since` changes and began after `at`. */
const Mark = z.object({ epoch: z.string(), at: z.int(), since: z.int(), from: z.int() });
type Mark = z.infer<typeof Mark>;

/**
 * `/applications/delta`: everything first, then what has changed since; each round ends in a delta link. Changes are counted
 * in memory: after a restart a caller has to begin anew, as Graph may ask of anybody (410, with the address to begin at).
 * A B2C tenant refuses it; that it does is documented, in which words is not. An external tenant has none either, but this flavour
 * stands for workforce tenants too, which have it: no code of the service may rely on it.
 * Source: "Use delta query to track changes" and "application: delta" of the Graph reference.
 */
export function applicationDeltaRoutes(directory: Directory): GraphRoute[] {
  const { applications, changes } = directory.state;
  const epoch = randomUUID();

  const markOf = (call: GraphCall): Mark => {
    const text = call.query.get("$skiptoken") ?? call.query.get("$deltatoken");
    if (text === "latest") return { epoch, at: changes.count(), since: changes.count(), from: 0 };
    // Nobody has seen anything before the first change.
    if (text === null || text === "") return { epoch, at: changes.count(), since: -1, from: 0 };
    let mark: Mark;
    try {
      mark = Mark.parse(JSON.parse(Buffer.from(text, "base64url").toString()));
    } catch {
      throw badRequest("Badly formed token.");
    }
    if (mark.epoch !== epoch)
      throw new GraphError(410, "syncStateNotFound", "The sync state is no longer known.", {
        Location: `${call.origin}/v1.0/applications/delta?$deltatoken=`,
      });
    return call.query.has("$deltatoken") ? { ...mark, at: changes.count(), from: 0 } : mark;
  };

  const link = (call: GraphCall, name: "$skiptoken" | "$deltatoken", mark: Mark): string => {
    const query = new URLSearchParams(call.query);
    query.delete("$skiptoken");
    query.delete("$deltatoken");
    query.set(name, Buffer.from(JSON.stringify(mark)).toString("base64url"));
    return `${call.origin}/v1.0${call.path}?${query.toString().replaceAll("%24", "$")}`;
  };

  const delta = (call: GraphCall): GraphReply => {
    demand(call.caller, READ_APPLICATIONS);
    if (directory.flavour === "b2c")
      throw badRequest("Change tracking is not supported in Azure AD B2C tenants.");
    for (const option of ["$filter", "$search", "$orderby", "$top", "$expand"])
      if (call.query.has(option))
        throw unsupportedQuery(`The query option ${option} is not supported by delta here.`);
    const mark = markOf(call);
    const select = selectionOf(call.query, "application");
    const ids = mark.since < 0 ? applications.all().map(({ id }) => id) : changes.since(mark.since);
    const page = ids.slice(mark.from, mark.from + PAGE);
    const value = page.flatMap((id): object[] => {
      const record = applications.get(id);
      if (record && isLive(record))
        return directory.faults.listed(record) ? [select(withoutKeys(record.object))] : [];
      if (mark.since < 0) return [];
      // Restorable is "changed", gone for good is "deleted".
      return [{ id, "@removed": { reason: record ? "changed" : "deleted" } }];
    });
    const from = mark.from + PAGE;
    return {
      status: 200,
      body: {
        "@odata.context": contextOf(call.origin, "applications", call.query, false),
        ...(from < ids.length
          ? { "@odata.nextLink": link(call, "$skiptoken", { ...mark, from }) }
          : {
              "@odata.deltaLink": link(call, "$deltatoken", { ...mark, since: mark.at, from: 0 }),
            }),
        value,
      },
    };
  };

  return [{ method: "GET", template: "/applications/delta", handle: delta }];
}
