import type { TokenCredential } from "@azure/identity";

/** A token is renewed when it has less than this to live. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** The credential's token for one scope, fetched once for all callers and kept in memory until shortly before it expires. */
export function cachedToken(
  credential: TokenCredential,
  scope: string,
  now: () => number,
): () => Promise<string> {
  let known: { token: string; expiresOnTimestamp: number } | undefined;
  let pending: Promise<string> | undefined;
  const fetchToken = async (): Promise<string> => {
    const token = await credential.getToken(scope);
    if (!token) throw new Error(`No token for ${scope}`);
    known = token;
    return token.token;
  };
  return () => {
    if (known && known.expiresOnTimestamp - now() > RENEW_BEFORE_MS) {
      return Promise.resolve(known.token);
    }
    pending ??= fetchToken().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}
