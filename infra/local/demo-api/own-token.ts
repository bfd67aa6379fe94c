import * as z from "zod";
import type { ResourceCredential } from "../directory/start.ts";

const Answer = z.object({ access_token: z.string(), expires_in: z.number() });
const TIMEOUT_MS = 5_000;
/** Renewed so long before it ends, in milliseconds. */
const EARLY_MS = 5 * 60_000;

/**
 * The demo API's own access tokens, by client credentials, each used until shortly before it ends. On Azure a managed identity
 * and `@azure/identity` do this.
 */
export function ownToken({ tokenEndpoint, clientId, clientSecret, scope }: ResourceCredential) {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return async (): Promise<string> => {
    if (kept && performance.now() < kept.until) return kept.token;
    const response = await fetch(tokenEndpoint, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "client_credentials",
        client_id: clientId,
        client_secret: clientSecret,
        scope,
      }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`The token endpoint answered ${response.status}`);
    const { access_token: token, expires_in } = Answer.parse(await response.json());
    kept = { token, until: performance.now() + expires_in * 1_000 - EARLY_MS };
    return token;
  };
}
