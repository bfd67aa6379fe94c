/**
 * The claims that Graph wants in the next token, from the `WWW-Authenticate` header of a 401 under continuous access evaluation:
 * `Bearer …, error="insufficient_claims", claims="<Base64 of JSON>"`. Nothing when there is no such challenge, or none that can
 * be read: then any new token will have to do.
 */
export function claimsOfChallenge(header: string | null): string | undefined {
  const encoded = /\bclaims="([^"]+)"/i.exec(header ?? "")?.[1];
  if (encoded === undefined) return undefined;
  const claims = Buffer.from(encoded, "base64").toString("utf8");
  try {
    JSON.parse(claims);
    return claims;
  } catch {
    return undefined;
  }
}
