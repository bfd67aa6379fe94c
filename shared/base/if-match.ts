/**
 * `If-Match`: `*` or a list of strong entity tags (RFC 9110, 13.1.1). An ETag that a read has shown is `"<revision>.<digest>"`,
 * and a change is bound to the revision alone: a secret that a colleague adds changes what is shown, and is no reason to refuse
 * another name.
 *
 * @param etag of the revision as it is now, `"<revision>"`
 */
export const isMatch = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === "*" ||
  ifMatch.split(",").some((tag) => tag.trim().replace(SHOWN, '$1"') === etag);

/** The digest of what was shown, behind a revision that ends in a number. */
const SHOWN = /^("[^"]*\.\d+)\.[\w-]{16}"$/;
