import { AsyncLocalStorage } from "node:async_hooks";
import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/identity";
import { timeLeftMs } from "../../base/deadline.ts";
import { note } from "../../base/observation.ts";
import { TOKEN_TIMEOUT_MS } from "./managed-identity.ts";
import { within } from "./within.ts";

/** A token is renewed, in the background, when it has less than this to live. */
const RENEW_BEFORE_MS = 5 * 60_000;
/** A token with less than this to live would expire on its way. */
const USELESS_MS = 5_000;
/** A token endpoint that failed is left alone for so long: requests must not drive traffic to it. */
const FAILED_PAUSE_MS = 1_000;

/** The token of one scope for all callers. Both methods wait 5 s at most, and no longer than the caller's deadline. */
export interface TokenSource {
  /** One that has not expired. */
  token(): Promise<string>;
  /**
   * Another one than `refused`, past every cache: the one that somebody has fetched meanwhile, or a new one.
   *
   * @param claims JSON of a claims challenge, which the new token has to answer
   */
  renew(refused: string, claims?: string): Promise<string>;
}

/** A credential whose SDK can be made to forget its tokens and, what matters as much, its failures. */
type Credential = TokenCredential & { forget?(): void };

/**
 * Keeps a credential's token. One that is about to expire is renewed in the background and used until it has expired, so that a
 * token endpoint that is away for minutes is not noticed.
 */
export function cachedToken(credential: Credential, scope: string, now: () => number): TokenSource {
  // A token is fetched for everybody: the deadline of whoever asks first must not end it for the others.
  const forEverybody = AsyncLocalStorage.snapshot();
  let known: AccessToken | undefined;
  let pending: Promise<string> | undefined;
  let failure: { readonly error: unknown; readonly at: number } | undefined;

  const failedJustNow = () => failure !== undefined && now() - failure.at < FAILED_PAUSE_MS;

  const fetchNew = (options: GetTokenOptions): Promise<string> => {
    pending ??= forEverybody(() =>
      within(TOKEN_TIMEOUT_MS, async () => {
        const token = await credential.getToken(scope, options);
        if (!token) throw new Error(`No token for ${scope}`);
        return token;
      }),
    )
      .then(
        (token) => {
          known = token;
          failure = undefined;
          return token.token;
        },
        (error: unknown) => {
          credential.forget?.();
          failure = { error, at: now() };
          throw error;
        },
      )
      .finally(() => {
        pending = undefined;
      });
    // Whoever is waiting learns of the failure; when nobody is, it is not lost either: it is in `failure`.
    pending.catch(() => undefined);
    return pending;
  };

  const awaitNew = async (options: GetTokenOptions): Promise<string> => {
    if (!pending && failure && failedJustNow()) throw failure.error;
    const fetching = fetchNew(options);
    return within(timeLeftMs(TOKEN_TIMEOUT_MS), () => fetching);
  };

  return {
    token: async () => {
      const livesMs = known ? known.expiresOnTimestamp - now() : 0;
      if (!known || livesMs <= USELESS_MS) return awaitNew({});
      if (livesMs <= RENEW_BEFORE_MS) {
        if (failure) note("directory-token-not-renewed");
        if (!failedJustNow()) void fetchNew({});
      }
      return known.token;
    },
    renew: async (refused, claims) => {
      if (known && known.token !== refused) return known.token;
      // The SDK's own cache holds the same token.
      if (!pending) credential.forget?.();
      return awaitNew(claims === undefined ? {} : { claims, enableCae: true });
    },
  };
}
