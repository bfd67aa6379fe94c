import * as z from "zod";
import type { GraphCall, GraphReply } from "./graph-call.ts";
import { badQuery, badRequest, unsupportedQuery } from "./graph-error.ts";
import { compileFilter, type FilterRules } from "./odata-filter.ts";
import { contextOf, selectionOf } from "./odata-select.ts";

const DEFAULT_PAGE = 100;
const MAX_PAGE = 999;

interface Listed {
  readonly sequence: number;
  readonly object: object;
}

export interface ListOptions<T extends Listed> {
  /** `applications`: names the set in `@odata.context`. */
  readonly set: string;
  /** `application`: names the type in errors. */
  readonly type: string;
  readonly rules: FilterRules;
  /** In order of creation. */
  readonly records: readonly T[];
  /** What Graph shows of a record; its `object` unless given. */
  readonly view?: (record: T) => Readonly<Record<string, unknown>>;
}

const skipToken = z.object({ after: z.int() });

/**
 * One page of a list. The next page's link is absolute, carries every option of the first request, and stays right when
 * objects are created or deleted in between. A B2C tenant has no advanced queries: `$count` is ignored, `$search` refused.
 */
export function listReply<T extends Listed>(call: GraphCall, options: ListOptions<T>): GraphReply {
  const { query } = call;
  if (query.has("$search")) {
    throw unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  }
  if (query.has("$orderby")) {
    throw unsupportedQuery("Sorting not supported for current query.");
  }
  const size = pageSize(query);
  const after = afterOf(query);
  const select = selectionOf(query, options.type);
  const filterText = query.get("$filter");
  const matches = filterText === null ? () => true : compileFilter(filterText, options.rules);
  const view = options.view ?? ((record: T) => record.object as Readonly<Record<string, unknown>>);

  const page: Record<string, unknown>[] = [];
  let last = after;
  let more = false;
  for (const record of options.records) {
    if (record.sequence <= after) continue;
    const object = view(record);
    if (!matches(object)) continue;
    if (page.length === size) {
      more = true;
      break;
    }
    page.push(select(object));
    last = record.sequence;
  }
  return {
    status: 200,
    body: {
      "@odata.context": contextOf(call.origin, options.set, query, false),
      ...(more ? { "@odata.nextLink": nextLink(call, tokenAfter(last)) } : {}),
      value: page,
    },
  };
}

function pageSize(query: URLSearchParams): number {
  const text = query.get("$top");
  if (text === null) return DEFAULT_PAGE;
  const size = Number(text);
  if (!Number.isInteger(size) || size < 0) {
    throw badQuery(`Invalid value '${text}' for $top query option found.`);
  }
  if (size === 0 || size > MAX_PAGE) {
    throw unsupportedQuery(
      `Invalid page size specified: '${text}'. Must be between 1 and ${MAX_PAGE} inclusive.`,
    );
  }
  return size;
}

function afterOf(query: URLSearchParams): number {
  const text = query.get("$skiptoken");
  if (text === null) return -1;
  try {
    return skipToken.parse(JSON.parse(Buffer.from(text, "base64url").toString())).after;
  } catch {
    throw badRequest("The specified page token value is invalid.");
  }
}

const tokenAfter = (after: number): string =>
  Buffer.from(JSON.stringify({ after })).toString("base64url");

/** The same list from a page token on. */
export function nextLink(
  call: Pick<GraphCall, "query" | "origin" | "path">,
  skipToken: string,
): string {
  const query = new URLSearchParams(call.query);
  query.set("$skiptoken", skipToken);
  const text = query.toString().replaceAll("%24", "$").replaceAll("+", "%20");
  return `${call.origin}/v1.0${call.path}?${text}`;
}
