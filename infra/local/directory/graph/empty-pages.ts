import type { GraphCall, GraphReply, GraphRoute } from "./graph-call.ts";
import { nextLink } from "./odata-list.ts";

const EMPTY = /^empty-(\d+)$/;

/** Puts so many empty pages before each list that would be answered; a read of something else stays as it is. */
export async function withEmptyPages(
  count: number,
  call: GraphCall,
  handle: GraphRoute["handle"],
): Promise<GraphReply> {
  const token = call.query.get("$skiptoken");
  const shown = Number(EMPTY.exec(token ?? "")?.[1] ?? (token === null ? 0 : count));
  const query = new URLSearchParams(call.query);
  if (EMPTY.test(token ?? "")) query.delete("$skiptoken");
  const reply = await handle({ ...call, query });
  const { body } = reply;
  if (call.method !== "GET" || shown >= count || !body || !("value" in body)) return reply;
  return {
    ...reply,
    body: { ...body, value: [], "@odata.nextLink": nextLink(call, `empty-${shown + 1}`) },
  };
}
