import { AsyncLocalStorage } from "node:async_hooks";
import type { TableClient } from "@azure/data-tables";

type Policy = Parameters<TableClient["pipeline"]["addPolicy"]>[0];

/** The etag of each action, by its place; nothing where any will do. */
export type Etags = readonly (string | undefined)[];

const current = new AsyncLocalStorage<Etags>();
const PART = "\r\ncontent-type: application/http\r\n";
const ANY_ETAG = "\r\nIf-Match: *\r\n";

/** Deletes in the transactions sent by `work` are made under these etags. */
export const withDeleteEtags = <T>(etags: Etags, work: () => Promise<T>): Promise<T> =>
  current.run(etags, work);

/**
 * The service takes an etag with a delete in a transaction, the SDK does not: it asks for `*`. This puts the etag into the
 * request before it is sent. The keys and cells of a row cannot look like the header, for JSON has no raw line ends.
 */
export const deleteEtagsPolicy: Policy = {
  name: "etagsOfDeletes",
  sendRequest: (request, next) => {
    const etags = current.getStore();
    if (etags?.some((etag) => etag !== undefined) && typeof request.body === "string") {
      const [head, ...parts] = request.body.split(PART);
      request.body = [head, ...parts.map((part, at) => underEtag(part, etags[at]))].join(PART);
    }
    return next(request);
  },
};

function underEtag(part: string, etag: string | undefined): string {
  if (etag === undefined) return part;
  if (!part.includes(ANY_ETAG))
    throw new Error("The SDK writes transactions differently: a delete has no If-Match to change");
  return part.replace(ANY_ETAG, () => `\r\nIf-Match: ${etag}\r\n`);
}
