import {
  type AccountInfo,
  CacheLookupPolicy,
  InteractionRequiredAuthError,
  LogLevel,
  PublicClientApplication,
  ServerError,
} from "@azure/msal-browser";
import type { SignInConfig } from "./config.ts";

/** One person's session with the configured authority. Tokens stay in this tab's session storage and end with it. */
export interface Session {
  readonly name: () => string | undefined;
  /** Leaves the page; it comes back signed in. */
  readonly signIn: () => Promise<void>;
  readonly signOut: () => Promise<void>;
  /** Lets go of this tab's tokens, without the authority. */
  readonly forget: () => Promise<void>;
  /** Nothing when the person has to sign in again. @throws when that could not be found out */
  readonly accessToken: (refresh: boolean) => Promise<string | undefined>;
}

/** Of the errors that the authority names those that say nothing of the person. */
const AWAY = ["server_error", "temporarily_unavailable"];

/** The authority's own no; whatever else happened, it was not heard. What the library holds back for a while after that has no name. */
const isNo = (error: unknown): boolean =>
  error instanceof InteractionRequiredAuthError ||
  (error instanceof ServerError &&
    /^[a-z_]+$/.test(error.errorCode) &&
    !AWAY.includes(error.errorCode));

/** @throws what the library says when the authority's answer is refused */
export async function openSession(config: SignInConfig): Promise<Session> {
  const scopes = [...config.scopes];
  // The authority knows the page and not its requests: it sends back there, and the library goes on to where one was.
  const here = `${location.origin}${location.pathname.replace(/\/[0-9a-f-]{36}$/, "")}`;
  const app = new PublicClientApplication({
    auth: {
      clientId: config.clientId,
      authority: config.authority,
      knownAuthorities: [new URL(config.authority).host],
      ...(config.metadata && { authorityMetadata: JSON.stringify(config.metadata) }),
      redirectUri: here,
      postLogoutRedirectUri: here,
    },
    cache: { cacheLocation: "sessionStorage" },
    system: { loggerOptions: { logLevel: LogLevel.Error, piiLoggingEnabled: false } },
  });
  await app.initialize();
  const returned = await app.handleRedirectPromise();
  // Customers and operators sign in to registrations of their own; an account of the other one is no use here.
  const kept = app
    .getAllAccounts()
    .find(({ idTokenClaims }) => idTokenClaims?.aud === config.clientId);
  const account: AccountInfo | undefined = returned?.account ?? kept;
  const forget = () => app.clearCache(account ? { account } : {});

  return {
    name: () => account?.name ?? account?.username,
    signIn: () => app.loginRedirect({ scopes, prompt: "select_account" }),
    signOut: async () => {
      try {
        await app.logoutRedirect(account ? { account } : {});
      } catch (error) {
        await forget();
        throw error;
      }
    },
    forget,
    accessToken: async (refresh) => {
      if (!account) return undefined;
      const asked = app.acquireTokenSilent({
        scopes,
        account,
        forceRefresh: refresh,
        // No hidden frames: what a refresh token cannot do, the person does by signing in.
        cacheLookupPolicy: refresh
          ? CacheLookupPolicy.RefreshToken
          : CacheLookupPolicy.AccessTokenAndRefreshToken,
      });
      try {
        return (await asked).accessToken;
      } catch (error) {
        if (isNo(error)) return undefined;
        throw error;
      }
    },
  };
}
