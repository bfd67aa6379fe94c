/** `If-Match` with strong comparison: `*` or a list of entity tags (RFC 9110, 13.1.1). */
export const isMatch = (ifMatch: string, etag: string): boolean =>
  ifMatch.trim() === "*" || ifMatch.split(",").some((tag) => tag.trim() === etag);
